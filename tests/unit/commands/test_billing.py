"""Costs are asked for once a day; alerts are listed, kept, and planned as errands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.commands.billing import (
    alerts_now,
    plan_alerts,
    read_alarm,
    read_budget,
)
from drtui.commands.billing_reading import read_alerts
from drtui.commands.bulk import submit
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.usage import summarise
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import (
    NOTHING,
    VARIOUS,
    AlertKind,
    budget_values,
    parse_amount,
    parse_threshold,
    threshold_text,
    wanted,
)
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.planning import Outcome, Plan, errand_lines
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import (
    Alert,
    Billing,
    BillingAlarm,
    Budget,
    Measure,
    Notice,
    Topic,
    Trigger,
)
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
from drtui.domain.wording import values_text
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.facts import keep_fact
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


def test_estimated_and_actual_costs_stand_side_by_side(workspace: Workspace, aws: FakeAws) -> None:
    costs = read_costs(workspace, aws.services, now=BEGAN)
    summary = summarise(workspace)
    assert costs.estimate is not None
    assert costs.estimate.training_usd == summary.rates.training(summary.totals.minutes_used)
    assert costs.estimate.storage_usd == pytest.approx(summary.storage_usd_month * 2 / 31)
    assert costs.actual is not None
    assert (costs.actual.total, costs.actual.as_of) == (42.5, BEGAN)
    assert (costs.month, costs.paid) == (date(2026, 5, 1), 0.01)
    text = "\n".join(costs.lines())
    assert "May 2026 to date" in text
    assert "$42.50 of the whole AWS account, as of 2026-05-02 12:05 UTC" in text
    assert "Reading it cost $0.01." in text
    assert costs.as_json()["paid_usd"] == 0.01


def test_within_a_day_nothing_is_asked_again_and_the_age_is_told(
    workspace: Workspace, aws: FakeAws, clock: SteppedClock
) -> None:
    first = read_costs(workspace, aws.services, now=BEGAN)
    again = read_costs(workspace, aws.services, now=later(clock, hours=23))
    assert aws.asked == ["read"]
    assert (again.actual, again.paid) == (first.actual, 0.0)
    assert "Nothing was asked of AWS." in again.lines()[-1]
    assert "kept for a day" in again.lines()[-1]
    newer = read_costs(workspace, aws.services, now=later(clock, hours=1))
    assert aws.asked == ["read", "read"]
    assert newer.actual is not None
    assert newer.actual.as_of == BEGAN + timedelta(days=1)


def test_asking_again_is_paid_for_page_by_page(workspace: Workspace, aws: FakeAws) -> None:
    read_costs(workspace, aws.services, now=BEGAN)
    aws.pages = 3
    assert read_costs(workspace, aws.services, now=BEGAN, again=True).paid == pytest.approx(0.03)
    assert aws.asked == ["read", "read"]


def test_last_months_costs_are_not_this_months(
    workspace: Workspace, aws: FakeAws, clock: SteppedClock
) -> None:
    late = later(clock, days=29, hours=11)
    assert late.day == 31
    read_costs(workspace, aws.services, now=late)
    june = later(clock, hours=2)
    assert june.month == 6
    assert costs_now(workspace).actual is None
    assert "Actual: not known." in costs_now(workspace).lines()
    costs = read_costs(workspace, aws.services, now=june)
    assert aws.asked == ["read", "read"]
    assert costs.actual is not None
    assert costs.actual.start == date(2026, 6, 1)


def test_offline_the_costs_are_those_of_the_store(workspace: Workspace, aws: FakeAws) -> None:
    before = costs_now(workspace)
    assert (before.actual, before.untold) == (None, None)
    assert before.estimate is not None
    aws.amounts = (1.25, -3.0, 0.1)
    read = read_costs(workspace, aws.services, now=BEGAN)
    kept = costs_now(workspace)
    assert kept == replace(read, paid=0.0)
    assert aws.asked == ["read"]


def test_a_refusal_is_told_with_its_permission_and_leaves_what_was_known(
    workspace: Workspace, aws: FakeAws, clock: SteppedClock
) -> None:
    known = read_costs(workspace, aws.services, now=BEGAN).actual
    aws.fails["read"] = DENIED
    for costs in (
        read_costs(workspace, aws.services, now=later(clock, days=2)),
        costs_now(workspace),
    ):
        assert costs.actual == known
        assert costs.untold is not None
        assert costs.untold.permission == "ce:GetCostAndUsage"
        assert any("ce:GetCostAndUsage" in line for line in costs.lines())
        assert costs.paid == 0
    aws.fails.clear()
    assert read_costs(workspace, aws.services, now=later(clock, days=1)).untold is None


def test_costs_that_are_not_told_whole_have_no_sum(workspace: Workspace, aws: FakeAws) -> None:
    aws.amounts = (1.0, None)
    costs = read_costs(workspace, aws.services, now=BEGAN)
    assert any("did not tell all" in line for line in costs.lines())
    actual = costs.as_json()["actual"]
    assert isinstance(actual, dict)
    assert actual["amount"] is None


@pytest.mark.parametrize(
    "stored", [None, 5, [], {"report": {}, "untold": None}, {"report": {"as_of": "2026"}}]
)
def test_what_another_version_kept_is_as_if_it_had_never_been_read(
    workspace: Workspace, stored: object
) -> None:
    keep_fact(workspace.database, "costs", stored)
    keep_fact(workspace.database, "billing_alerts", stored)
    assert costs_now(workspace).actual is None
    assert alerts_now(workspace).as_of is None


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


def test_alerts_are_listed_with_drtuis_own_first_and_others_recognised(
    workspace: Workspace, filled: FakeAws
) -> None:
    now = read_alerts(workspace, filled.services)
    assert [(one.title, one.alert.ours) for one in now.alerts] == [
        (f"alarm {NAME}", True),
        (f"budget {NAME}", True),
        ("alarm theirs", False),
        ("budget finance", False),
    ]
    alarm, budget, _, finance = now.alerts
    assert budget.alert.values == {
        "limit": "$500",
        "thresholds": "80 % actual, 100 % forecasted",
        "emails": "ada@example.com, bob@example.com",
    }
    assert (budget.alert.actual, budget.alert.forecast) == (Decimal("42.5"), Decimal(90))
    assert (alarm.alert.values, alarm.alert.raised) == ({"limit": "$99.50", "emails": None}, True)
    assert finance.alert.values == {"limit": "$9000", "thresholds": None, "emails": None}
    assert "notices finance" not in filled.asked
    assert (now.account, now.untold) == (ACCOUNT, ())


def test_the_alerts_are_kept_with_their_age(workspace: Workspace, filled: FakeAws) -> None:
    assert alerts_now(workspace).as_of is None
    now = read_alerts(workspace, filled.services)
    filled.asked.clear()
    assert alerts_now(workspace) == now
    assert now.as_of == BEGAN
    assert filled.asked == []
    assert now.as_json()["as_of"] == "2026-05-02T12:05:24Z"


@pytest.mark.parametrize(
    ("call", "told", "kinds"),
    [
        ("budgets", "budgets", {AlertKind.ALARM}),
        ("alarms", "billing alarms", {AlertKind.BUDGET}),
        (f"notices {NAME}", f"the alerts of budget {NAME}", set(AlertKind)),
    ],
)
def test_what_is_not_told_is_named_with_its_permission_and_the_rest_is_listed(
    workspace: Workspace, filled: FakeAws, call: str, told: str, kinds: set[AlertKind]
) -> None:
    filled.fails[call] = SponsorError(SponsorFailure.DENIED, "no", permission="aws:Any")
    now = read_alerts(workspace, filled.services)
    [untold] = now.untold
    assert (untold.what, untold.permission) == (told, "aws:Any")
    assert {one.alert.kind for one in now.alerts} == now.kinds == kinds
    assert alerts_now(workspace) == now


def carried_out(workspace: Workspace, plan: Plan, state: ItemState = ItemState.DONE) -> None:
    number = submit(workspace, plan)
    assert number is not None
    database = workspace.database
    for item in claim_errands(database, Service.BILLING, 100, number):
        settle_errands(database, [Settled(item, number, Carried(state))])


OWN_TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:drtui-billing-alerts"
UNSEEN = SponsorError(
    SponsorFailure.DENIED,
    "they need sns:ListSubscriptionsByTopic",
    permission="sns:ListSubscriptionsByTopic",
)


def own_alarm(name: str = NAME) -> BillingAlarm:
    return BillingAlarm(name, Decimal("99.5"), "OK", (OWN_TOPIC,))


def test_sns_is_asked_once_whom_drtuis_alarms_reach_and_who_has_not_confirmed(
    workspace: Workspace, aws: FakeAws
) -> None:
    theirs = BillingAlarm("theirs", Decimal(5), "OK", (OWN_TOPIC,))
    aws.put = [own_alarm(), own_alarm("drtui second"), theirs]
    aws.reached, aws.waiting = ("bob@example.com", "ada@example.com"), ("bob@example.com",)
    now = read_alerts(workspace, aws.services)
    assert [one.alert.values["emails"] for one in now.alerts] == [
        "ada@example.com, bob@example.com",
        "ada@example.com, bob@example.com",
        None,
    ]
    assert now.alerts[0].alert.waiting == ("bob@example.com",)
    assert aws.asked.count(f"subscribers {OWN_TOPIC}") == 1
    assert alerts_now(workspace) == now


def test_an_alarm_is_changed_without_naming_its_addresses_again(
    workspace: Workspace, aws: FakeAws, clock: SteppedClock
) -> None:
    read_alerts(workspace, aws.services)
    wish = read_alarm(alerts_now(workspace), "race day", "99.50", EMAILS)
    carried_out(workspace, plan_alerts(workspace, alarms=[wish]))
    made = clock()
    aws.put, aws.fails[f"subscribers {OWN_TOPIC}"] = [own_alarm()], UNSEEN
    for _ in range(2):
        clock.step(3600)
        now = read_alerts(workspace, aws.services)
        [alarm] = now.alerts
        assert alarm.alert.values["emails"] == "ada@example.com, bob@example.com"
        assert alarm.alert.emails_as_of == datetime.fromtimestamp(made, UTC)
        assert [one.permission for one in now.untold] == ["sns:ListSubscriptionsByTopic"]
        assert read_alarm(now, NAME, "700").emails == EMAILS
    aws.fails.clear()
    aws.reached = ("eve@example.com",)
    [told] = read_alerts(workspace, aws.services).alerts
    assert (told.alert.values["emails"], told.alert.emails_as_of) == ("eve@example.com", None)


def test_the_addresses_that_an_alarm_has_stay(workspace: Workspace, aws: FakeAws) -> None:
    aws.put, aws.reached = [own_alarm()], ("ada@example.com",)
    now = read_alerts(workspace, aws.services)
    assert read_alarm(now, NAME, "5", ["bob@example.com"]).emails == EMAILS
    assert read_alarm(now, NAME, "5", ["ada@example.com"]).emails == ("ada@example.com",)
    aws.reached = ()
    none = read_alerts(workspace, aws.services)
    assert none.alerts[0].alert.values["emails"] == NOTHING
    assert read_alarm(none, NAME, "5", ["bob@example.com"]).emails == ("bob@example.com",)
    with pytest.raises(InvalidInputError, match="emails"):
        read_alarm(none, NAME, "5")


def test_what_is_not_told_this_time_stays_as_it_was_with_its_age(
    workspace: Workspace, filled: FakeAws, clock: SteppedClock
) -> None:
    before = read_alerts(workspace, filled.services)
    assert before.known_at == BEGAN
    filled.fails = {"who_am_i": DENIED, "alarms": DENIED}
    clock.step(3600)
    for _ in range(2):
        now = read_alerts(workspace, filled.services)
        assert [one.title for one in now.alerts] == [one.title for one in before.alerts]
        assert now.account == ACCOUNT
        assert {one.alert.as_of for one in now.alerts} == {BEGAN}
        assert (now.known_at, now.as_of) == (BEGAN, BEGAN + timedelta(hours=1))
        assert now.kinds == frozenset()


def test_where_nothing_was_ever_told_there_is_no_age(workspace: Workspace, aws: FakeAws) -> None:
    aws.fails = {"who_am_i": DENIED, "alarms": DENIED}
    assert read_alerts(workspace, aws.services).known_at is None
    aws.fails.clear()
    assert read_alerts(workspace, aws.services).known_at == BEGAN


def creation(workspace: Workspace, limit: str = "500") -> Plan:
    now = alerts_now(workspace)
    wish = read_budget(now, "race day", limit, ["80%", "100% forecasted"], EMAILS)
    return plan_alerts(workspace, budgets=[wish])


def test_a_new_budget_reads_well_in_the_plan(workspace: Workspace, aws: FakeAws) -> None:
    read_alerts(workspace, aws.services)
    plan = creation(workspace)
    assert plan.kind is OperationKind.CHANGE_BILLING_ALERTS
    assert plan.what == f"Create billing alert  budget {NAME}"
    [row] = plan.rows
    assert row.target.profile_id == f"billing:budget:{NAME}"
    assert row.change is not None
    assert values_text(row.change.before) == "limit none · thresholds none · emails none"
    assert values_text(row.change.after) == (
        "limit $500 · thresholds 80 % actual, 100 % forecasted · "
        "emails ada@example.com, bob@example.com"
    )
    assert "hours late" in row.reason
    assert errand_lines(plan) == ["1 billing alert will be created"]


def test_what_was_never_listed_is_unknown_and_not_absent(workspace: Workspace) -> None:
    [row] = creation(workspace).rows
    assert row.change is not None
    assert set(row.change.before.values()) == {None}
    assert creation(workspace).what.startswith("Change billing alert  budget")


def test_what_is_left_out_stays_as_it_is(workspace: Workspace, filled: FakeAws) -> None:
    now = read_alerts(workspace, filled.services)
    wish = read_budget(now, NAME, "700")
    assert (wish.limit, wish.emails) == (Decimal(700), EMAILS)
    [row] = plan_alerts(workspace, budgets=[wish]).rows
    assert row.change is not None
    changed = {name for name, value in row.change.after.items() if row.change.before[name] != value}
    assert changed == {"limit"}
    [same] = plan_alerts(workspace, budgets=[read_budget(now, "race day")]).rows
    assert same.outcome is Outcome.ALREADY_SO


def test_what_is_left_out_and_not_known_is_asked_for(workspace: Workspace, filled: FakeAws) -> None:
    with pytest.raises(InvalidInputError, match="thresholds"):
        read_budget(alerts_now(workspace), NAME, "700")
    now = read_alerts(workspace, filled.services)
    with pytest.raises(InvalidInputError, match="emails"):
        read_alarm(now, NAME, "700")
    with pytest.raises(InvalidInputError, match="limit"):
        read_alarm(now, "another", emails=EMAILS)


def test_what_is_on_its_way_and_what_came_about_since_is_what_a_plan_begins_with(
    workspace: Workspace, aws: FakeAws, clock: SteppedClock
) -> None:
    read_alerts(workspace, aws.services)
    plan = creation(workspace)
    submit(workspace, plan)
    [coming] = alerts_now(workspace).alerts
    assert coming.alert.values["limit"] == NOTHING
    assert coming.coming is not None
    assert coming.coming["limit"] == "$500"
    assert creation(workspace).rows[0].outcome is Outcome.ALREADY_SO
    clock.step(60)
    for item in claim_errands(workspace.database, Service.BILLING, 10, 99):
        settle_errands(workspace.database, [Settled(item, 99, Carried(ItemState.DONE))])
    [made] = alerts_now(workspace).alerts
    assert (made.alert.values["limit"], made.coming) == ("$500", None)
    carried_out(workspace, creation(workspace, "700"))
    [changed] = alerts_now(workspace).alerts
    assert changed.alert.values["limit"] == "$700"
    carried_out(workspace, plan_alerts(workspace, remove=[(AlertKind.BUDGET, "race day")]))
    assert alerts_now(workspace).alerts == ()


def test_what_failed_changes_nothing_of_the_list(workspace: Workspace, filled: FakeAws) -> None:
    before = read_alerts(workspace, filled.services)
    carried_out(workspace, creation(workspace, "700"), ItemState.FAILED)
    assert alerts_now(workspace) == before


def test_drtuis_own_are_removed_and_what_is_not_there_is_told(
    workspace: Workspace, filled: FakeAws
) -> None:
    read_alerts(workspace, filled.services)
    gone = [(AlertKind.BUDGET, "race day"), (AlertKind.ALARM, NAME), (AlertKind.ALARM, "none")]
    plan = plan_alerts(workspace, remove=gone)
    assert [row.target.alias for row in plan.rows] == [f"budget {NAME}", f"alarm {NAME}"]
    assert plan.unmatched == ("alarm drtui none",)
    for row in plan.rows:
        assert row.change is not None
        assert set(row.change.after.values()) == {NOTHING}


@pytest.mark.parametrize(
    ("kind", "name"), [(AlertKind.BUDGET, "finance"), (AlertKind.ALARM, "theirs")]
)
def test_what_others_made_is_never_removed(
    workspace: Workspace, filled: FakeAws, kind: AlertKind, name: str
) -> None:
    read_alerts(workspace, filled.services)
    with pytest.raises(InvalidInputError, match="not made by drtui"):
        plan_alerts(workspace, remove=[(kind, name)])


def test_an_alert_is_named_once(workspace: Workspace) -> None:
    wish = read_alarm(alerts_now(workspace), "race day", "100", EMAILS)
    with pytest.raises(InvalidInputError, match="only once"):
        plan_alerts(workspace, alarms=[wish], remove=[(AlertKind.ALARM, "race day")])


def test_what_aws_tells_is_safe_to_show(workspace: Workspace, aws: FakeAws) -> None:
    aws.told = [Budget(f"drtui {HOSTILE}", None, None, None, HOSTILE)]
    aws.put = [BillingAlarm(HOSTILE, None, HOSTILE)]
    now = read_alerts(workspace, aws.services)
    assert all(one.title.isprintable() for one in now.alerts)
    assert all(str(one.as_json()["name"]).isprintable() for one in now.alerts)


def test_emails_that_are_not_the_same_for_each_threshold_are_told_as_that() -> None:
    budget = Budget(NAME, Decimal(5), None, None, "USD")
    mixed = notices("80%") + notices("90%", emails=EMAILS[:1])
    assert budget_values(budget, mixed)["emails"] == VARIOUS
    bare = budget_values(budget, ())
    assert (bare["thresholds"], bare["emails"]) == (NOTHING, NOTHING)


@given(
    st.builds(
        Alert,
        st.sampled_from(Trigger),
        st.sampled_from(Measure),
        st.decimals("0.01", 1_000_000, places=2),
    )
)
def test_a_threshold_is_read_back_from_its_text(alert: Alert) -> None:
    assert parse_threshold(threshold_text(alert)) == alert


@pytest.mark.parametrize(
    ("text", "amount"),
    [("500", "500"), ("$1,500.50", "1500.5"), (" 3 USD ", "3"), ("1234567", "1234567")],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "much", "-5", "1,5", "0", "1e3", "1.001", "٣", HOSTILE])
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_amount(text)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("text", ["", "%", "$80%", "80% sometimes", "0", "-1", "٣ %", HOSTILE])
def test_what_is_no_threshold_is_told(text: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_threshold(text)
    assert str(raised.value).isprintable()


def test_what_a_plan_asks_for_is_what_the_courier_reads(workspace: Workspace) -> None:
    now = alerts_now(workspace)
    budget = read_budget(now, "race day", "1,500.50", ["80 % actual", "$450"], EMAILS[::-1])
    alarm = read_alarm(now, "race day", "99.5", EMAILS)
    first, second = plan_alerts(workspace, budgets=[budget], alarms=[alarm]).rows
    assert first.change is not None
    assert second.change is not None
    read = wanted(AlertKind.BUDGET, NAME, first.change.after)
    assert read == replace(budget, alerts=budget.alerts[::-1], emails=EMAILS)
    assert wanted(AlertKind.ALARM, NAME, second.change.after) == alarm
