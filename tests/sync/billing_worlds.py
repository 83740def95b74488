"""An account's billing in memory, its courier, and a budget and an alarm to be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from drtui.domain.billing_errands import (
    AlarmWish,
    AlertKind,
    absent,
    alarm_errand,
    budget_errand,
    parse_threshold,
)
from drtui.domain.errands import Carried, Errand, Service
from drtui.domain.operations import Item, ItemState
from drtui.domain.sponsor.billing import AlarmPlan, BillingAlarm, Budget, BudgetPlan, Notice, Topic
from drtui.domain.sponsor.caller import AdminAccess, Caller, CallerKind, Verdict
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.sync.couriers.billing import BillingCourier

ACCOUNT = "123456789012"
NAME = "drtui race day"
EMAILS = ("ada@example.com", "bob@example.com")
ALERTS = (parse_threshold("80%"), parse_threshold("100% forecasted"))
BUDGET = BudgetPlan(NAME, Decimal(500), ALERTS, EMAILS)
ALARM = AlarmWish(NAME, Decimal("99.50"), EMAILS)
NEW_BUDGET = budget_errand(BUDGET, absent(AlertKind.BUDGET))
NEW_ALARM = alarm_errand(ALARM, absent(AlertKind.ALARM))
LATER = datetime(2026, 5, 2, tzinfo=UTC)


@dataclass
class FakeBilling:
    """An account's billing in memory; `fails` meets a call by its name, before it has any effect.

    Attributes:
        said: The names of the calls that change something, in their order.
    """

    plans: dict[str, BudgetPlan] = field(default_factory=dict)
    put: dict[str, AlarmPlan] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    hidden: bool = False
    said: list[str] = field(default_factory=list)
    fails: dict[str, SponsorError] = field(default_factory=dict)
    after_limit: Exception | None = None

    def _say(self, name: str) -> None:
        self.said.append(name)
        if name in self.fails:
            raise self.fails[name]

    def budgets(self, account_id: str) -> tuple[Budget, ...]:
        assert account_id == ACCOUNT
        told = () if self.hidden else self.plans.values()
        return tuple(Budget(one.name, one.limit, None, None, "USD") for one in told)

    def notices(self, account_id: str, name: str) -> tuple[Notice, ...]:
        assert account_id == ACCOUNT
        plan = self.plans[name]
        return tuple(Notice(one, str(one), plan.emails) for one in reversed(plan.alerts))

    def create_budget(self, account_id: str, plan: BudgetPlan) -> None:
        assert account_id == ACCOUNT
        self._say("create_budget")
        if plan.name in self.plans:
            raise SponsorError(SponsorFailure.EXISTS, "there is one")
        self.plans[plan.name] = plan

    def change_budget(self, account_id: str, plan: BudgetPlan) -> None:
        assert account_id == ACCOUNT
        self._say("change_budget")
        if plan.name not in self.plans:
            raise SponsorError(SponsorFailure.NOT_FOUND, "there is none")
        self.plans[plan.name] = replace(self.plans[plan.name], limit=plan.limit)
        if self.after_limit:
            raise self.after_limit
        self.plans[plan.name] = plan

    def remove_budget(self, account_id: str, name: str) -> None:
        assert account_id == ACCOUNT
        self._say("remove_budget")
        del self.plans[name]

    def alarms(self) -> tuple[BillingAlarm, ...]:
        return tuple(
            BillingAlarm(one.name, one.threshold, "OK", (one.topic,)) for one in self.put.values()
        )

    def put_alarm(self, plan: AlarmPlan) -> None:
        self._say("put_alarm")
        self.put[plan.name] = plan

    def remove_alarm(self, name: str) -> None:
        self._say("remove_alarm")
        del self.put[name]

    def topic(self, emails: Sequence[str]) -> Topic:
        waiting = tuple(one for one in emails if one not in self.confirmed)
        return Topic(f"arn:aws:sns:us-east-1:{ACCOUNT}:drtui-billing-alerts", waiting)

    def subscribers(self, arn: str) -> Topic:
        raise AssertionError(f"nobody asks whom {arn} reaches to change an alarm")


class FakeCallers:
    def who_am_i(self) -> Caller:
        return Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", CallerKind.USER, "ada")

    def admin_access(self, caller: Caller) -> AdminAccess:
        return AdminAccess(Verdict.OK, through=caller.name)


@pytest.fixture
def billing() -> FakeBilling:
    return FakeBilling(confirmed=set(EMAILS))


@pytest.fixture
def courier(billing: FakeBilling) -> BillingCourier:
    return BillingCourier(billing, FakeCallers())


def item_of(errand: Errand, *, number: int = 1, doubted: bool = False) -> Item:
    return Item(
        number,
        1,
        errand.target,
        errand.label,
        errand.before,
        errand.after,
        ItemState.DOUBTFUL if doubted else ItemState.PENDING,
        unknown_at=LATER if doubted else None,
        service=Service.BILLING,
    )


def carried(courier: BillingCourier, errand: Errand, *, doubted: bool = False) -> Carried:
    [(number, found)] = courier.carry_out([item_of(errand, doubted=doubted)]).items()
    assert number == 1
    return found
