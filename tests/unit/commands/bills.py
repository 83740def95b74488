"""What AWS says of costs and alerts, in memory, and a workspace that asks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from drtui.commands.bulk import submit
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import parse_threshold
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState
from drtui.domain.planning import Plan
from drtui.domain.sponsor.billing import Billing, BillingAlarm, Budget, Notice, Topic
from drtui.domain.sponsor.caller import Caller, CallerKind, Callers
from drtui.domain.sponsor.costs import (
    CostReport,
    CostTag,
    PeriodCost,
    ServiceCost,
    Step,
    check_period,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import IamUsers
from drtui.domain.sponsor.identity_center import IdentityCenter
from drtui.domain.sponsor.mail import Mail
from drtui.domain.sponsor.quotas import Quotas
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.logs import SteppedClock
from tests.support.stores import filled_store

ACCOUNT = "123456789012"
HOSTILE = "a\x1b[31mb\u202ec"
NAME = "drtui race day"
EMAILS = ("ada@example.com", "bob@example.com")
BEGAN = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC)
DENIED = SponsorError(
    SponsorFailure.DENIED, "they need ce:GetCostAndUsage", permission="ce:GetCostAndUsage"
)


@dataclass
class FakeAws:
    """The sponsor's billing and costs; `fails` meets a call by its name."""

    told: list[Budget] = field(default_factory=list)
    notes: dict[str, tuple[Notice, ...]] = field(default_factory=dict)
    put: list[BillingAlarm] = field(default_factory=list)
    fails: dict[str, SponsorError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    amounts: tuple[float | None, ...] = (10.0, 32.5)
    reached: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    pages: int = 1

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.fails:
            raise self.fails[name]

    def who_am_i(self) -> Caller:
        self._ask("who_am_i")
        return Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", CallerKind.USER, "ada")

    def budgets(self, account_id: str) -> tuple[Budget, ...]:
        assert account_id == ACCOUNT
        self._ask("budgets")
        return tuple(self.told)

    def notices(self, account_id: str, name: str) -> tuple[Notice, ...]:
        assert account_id == ACCOUNT
        self._ask(f"notices {name}")
        return self.notes.get(name, ())

    def alarms(self) -> tuple[BillingAlarm, ...]:
        self._ask("alarms")
        return tuple(self.put)

    def subscribers(self, arn: str) -> Topic:
        self._ask(f"subscribers {arn}")
        return Topic(arn, self.waiting, self.reached)

    def read(
        self, start: date, end: date, step: Step, *, as_of: datetime, tag: CostTag | None = None
    ) -> CostReport:
        check_period(start, end)
        assert tag is None
        self._ask("read")
        services = tuple(
            ServiceCost(f"Service {number}", amount) for number, amount in enumerate(self.amounts)
        )
        period = PeriodCost(start, end, services, estimated=True)
        return CostReport(as_of, start, end, step, tag, "USD", (period,), self.pages)

    @property
    def services(self) -> SponsorServices:
        unused = object()
        return SponsorServices(
            callers=cast("Callers", self),
            iam_users=cast("IamUsers", unused),
            identity_center=cast("IdentityCenter", unused),
            mail=cast("Mail", unused),
            quotas=cast("Quotas", unused),
            billing=cast("Billing", self),
            costs=self,
            user_pool=None,
        )


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(BEGAN.timestamp())


@pytest.fixture
def workspace(tmp_path: Path, clock: SteppedClock) -> Iterator[Workspace]:
    """On a clock that can be moved on."""
    database = filled_store(tmp_path / "account.sqlite", 12, clock)
    yield Workspace(database, "ada")
    database.close()


def later(clock: SteppedClock, **span: float) -> datetime:
    clock.step(timedelta(**span).total_seconds())
    return datetime.fromtimestamp(clock(), UTC)


def notices(*texts: str, emails: Sequence[str] = EMAILS) -> tuple[Notice, ...]:
    alerts = [parse_threshold(text) for text in texts]
    return tuple(Notice(one, str(one), tuple(emails), (), raised=False) for one in alerts)


@pytest.fixture
def filled(aws: FakeAws) -> FakeAws:
    """Two budgets and two alarms, of which one each is drtui's."""
    aws.told = [
        Budget("finance", Decimal(9000), Decimal(12), None, "USD"),
        Budget(NAME, Decimal(500), Decimal("42.5"), Decimal(90), "USD"),
    ]
    aws.notes = {NAME: notices("100% forecasted", "80%")}
    aws.put = [
        BillingAlarm("theirs", None, "INSUFFICIENT_DATA"),
        BillingAlarm(NAME, Decimal("99.5"), "ALARM", ("arn:aws:sns:us-east-1:1:t",)),
    ]
    return aws


def carried_out(workspace: Workspace, plan: Plan, state: ItemState = ItemState.DONE) -> None:
    number = submit(workspace, plan)
    assert number is not None
    database = workspace.database
    for item in claim_errands(database, Service.BILLING, 100, number):
        settle_errands(database, [Settled(item, number, Carried(state))])
