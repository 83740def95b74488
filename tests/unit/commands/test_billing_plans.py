"""Billing alerts are planned as errands, on what is there and on its way, and read from text."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.commands.billing import alerts_now, plan_alerts, read_alarm, read_budget
from drtui.commands.billing_reading import read_alerts
from drtui.commands.bulk import submit
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
from drtui.domain.plan_lines import errand_lines
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import Alert, Budget, Measure, Trigger
from drtui.domain.wording import values_text
from drtui.store.errands import Settled, claim_errands, settle_errands
from tests.support.logs import SteppedClock
from tests.unit.commands.bills import (
    EMAILS,
    HOSTILE,
    NAME,
    FakeAws,
    aws,
    carried_out,
    clock,
    filled,
    notices,
    workspace,
)

__all__ = ["aws", "clock", "filled", "workspace"]


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
