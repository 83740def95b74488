"""Costs are asked for once a day, and kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from drtui.commands.billing import alerts_now
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.usage import summarise
from drtui.commands.workspace import Workspace
from drtui.store.facts import keep_fact
from tests.support.logs import SteppedClock
from tests.unit.commands.bills import BEGAN, DENIED, FakeAws, aws, clock, later, workspace

__all__ = ["aws", "clock", "workspace"]


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
