"""Billing alerts are created, changed and removed, once, and only those of drtui's.

moto 5.2 creates, lists and removes budgets, and has alarms, SNS and STS; it lacks UpdateBudget and
DescribeSubscribersForNotification, so that budgets that are there already are an account in memory.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from drtui.aws.sponsor.billing import AwsBilling
from drtui.aws.sponsor.caller import AwsCallers
from drtui.domain.billing_errands import (
    AlertKind,
    absent,
    alarm_errand,
    budget_errand,
    parse_threshold,
    removal_errand,
    unknown,
)
from drtui.domain.errands import Carried, Errand, Service
from drtui.domain.operations import ItemState, OperationKind, Values
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.sponsor.billing import BudgetPlan
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.store.database import open_database
from drtui.store.operation_log import items, newest_operation, submit
from drtui.sync.couriers.billing import BillingCourier
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from tests.support.logs import ADA, SteppedClock
from tests.support.moto import RunningMoto
from tests.support.moto_billing import HOSTILE, sponsor_door
from tests.sync.billing_worlds import (
    ACCOUNT,
    ALARM,
    ALERTS,
    BUDGET,
    EMAILS,
    NAME,
    NEW_ALARM,
    NEW_BUDGET,
    FakeBilling,
    billing,
    carried,
    courier,
    item_of,
)
from tests.sync.mortal_worlds import without_alarms

__all__ = ["billing", "courier"]


def test_a_budget_is_created_once_and_then_already_so(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    assert carried(courier, NEW_BUDGET).state is ItemState.DONE
    made = billing.plans[NAME]
    assert (made.limit, set(made.alerts)) == (Decimal(500), set(ALERTS))
    assert set(made.emails) == set(EMAILS)
    assert carried(courier, NEW_BUDGET).state is ItemState.ALREADY_SO
    assert billing.said == ["create_budget"]


@pytest.mark.parametrize(
    "changed",
    [
        replace(BUDGET, limit=Decimal("700.50")),
        replace(BUDGET, alerts=(parse_threshold("$450"),)),
        replace(BUDGET, emails=("eve@example.com",)),
    ],
)
def test_whatever_differs_of_a_budget_is_changed_once(
    courier: BillingCourier, billing: FakeBilling, changed: BudgetPlan
) -> None:
    carried(courier, NEW_BUDGET)
    errand = budget_errand(changed, NEW_BUDGET.after)
    assert carried(courier, errand) == Carried(ItemState.DONE)
    assert carried(courier, errand).state is ItemState.ALREADY_SO
    assert billing.plans[NAME] == replace(changed, alerts=billing.plans[NAME].alerts)
    assert billing.said == ["create_budget", "change_budget"]


@pytest.mark.parametrize("kind", AlertKind)
def test_what_is_gone_is_removed_no_more(
    courier: BillingCourier, billing: FakeBilling, kind: AlertKind
) -> None:
    carried(courier, NEW_BUDGET)
    carried(courier, NEW_ALARM)
    billing.said.clear()
    errand = removal_errand(kind, NAME, unknown(kind))
    assert carried(courier, errand) == Carried(ItemState.DONE)
    assert carried(courier, errand).state is ItemState.ALREADY_SO
    assert billing.said == [f"remove_{kind}"]
    assert len(billing.plans) + len(billing.put) == 1


@pytest.mark.parametrize("kind", AlertKind)
def test_what_goes_between_the_look_and_the_removal_is_gone(
    courier: BillingCourier, billing: FakeBilling, kind: AlertKind
) -> None:
    carried(courier, NEW_BUDGET)
    carried(courier, NEW_ALARM)
    billing.fails[f"remove_{kind}"] = SponsorError(SponsorFailure.NOT_FOUND, "gone")
    found = carried(courier, removal_errand(kind, NAME, unknown(kind)))
    assert found.state is ItemState.ALREADY_SO


@pytest.mark.parametrize(
    "errand",
    [
        removal_errand(AlertKind.BUDGET, "finance", unknown(AlertKind.BUDGET)),
        removal_errand(AlertKind.ALARM, "finance", unknown(AlertKind.ALARM)),
        replace(NEW_BUDGET, subject="budget:finance"),
        replace(NEW_ALARM, subject="alarm:finance"),
    ],
)
def test_what_others_made_is_never_touched(
    courier: BillingCourier, billing: FakeBilling, errand: Errand
) -> None:
    billing.plans["finance"] = BUDGET
    found = carried(courier, errand)
    assert found == Carried(ItemState.FAILED, "was not made by drtui, which leaves it as it is")
    assert billing.said == []


def test_a_budget_of_another_kind_by_the_same_name_is_left_as_it_is(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    billing.fails["create_budget"] = SponsorError(SponsorFailure.EXISTS, "there is one")
    found = carried(courier, NEW_BUDGET)
    assert (found.state, found.unknown) == (ItemState.FAILED, False)
    assert "another kind of budget" in found.reason


def test_a_budget_that_the_list_does_not_show_yet_is_made_as_planned(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    billing.plans[NAME] = replace(BUDGET, limit=Decimal(1))
    billing.hidden = True
    assert carried(courier, NEW_BUDGET).state is ItemState.DONE
    assert billing.plans[NAME].limit == 500


def test_somebody_elses_change_is_told_and_a_retry_sets_it_anyway(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    billing.plans[NAME] = replace(BUDGET, limit=Decimal(900))
    errand = budget_errand(replace(BUDGET, limit=Decimal(700)), NEW_BUDGET.after)
    found = carried(courier, errand)
    assert found.state is ItemState.FAILED
    assert "limit $900" in found.reason
    assert billing.said == []
    again = replace(errand, before={**errand.before, **found.found})
    assert carried(courier, again).state is ItemState.DONE
    assert billing.plans[NAME].limit == 700


def test_what_somebody_removed_is_not_made_anew_unasked(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    errand = budget_errand(replace(BUDGET, limit=Decimal(700)), NEW_BUDGET.after)
    found = carried(courier, errand)
    assert (found.state, found.found) == (ItemState.FAILED, absent(AlertKind.BUDGET))
    assert billing.said == []
    assert carried(courier, replace(errand, before=found.found)).state is ItemState.DONE


def test_another_alarm_by_the_name_of_a_new_one_is_told(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    carried(courier, NEW_ALARM)
    other = alarm_errand(replace(ALARM, threshold=Decimal(5)), absent(AlertKind.ALARM))
    found = carried(courier, other)
    assert (found.state, found.found) == (ItemState.FAILED, {"limit": "$99.50"})
    assert billing.said == ["put_alarm"]


@pytest.mark.parametrize(
    "error",
    [
        SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "no answer"),
        SponsorError(SponsorFailure.DENIED, "they need budgets:ModifyBudget"),
        SponsorError(SponsorFailure.THROTTLED, "too fast"),
    ],
)
def test_a_change_that_was_cut_short_is_finished_and_is_nobody_elses(
    courier: BillingCourier, billing: FakeBilling, error: SponsorError
) -> None:
    carried(courier, NEW_BUDGET)
    errand = budget_errand(
        replace(BUDGET, limit=Decimal(700), emails=("eve@example.com",)), NEW_BUDGET.after
    )
    billing.after_limit = error
    found = carried(courier, errand)
    assert found.state in (ItemState.PENDING, ItemState.DOUBTFUL)
    assert found.unknown or found.state is ItemState.DOUBTFUL
    assert billing.plans[NAME].emails == tuple(sorted(EMAILS))
    billing.after_limit = None
    assert carried(courier, errand, doubted=True).state is ItemState.DONE
    assert billing.plans[NAME].emails == ("eve@example.com",)


def test_what_came_about_without_an_answer_is_done(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    carried(courier, NEW_BUDGET)
    assert carried(courier, NEW_BUDGET, doubted=True).state is ItemState.DONE
    assert billing.said == ["create_budget"]


def test_an_alarm_says_who_has_to_confirm_before_it_reaches_them(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    billing.confirmed = {"ada@example.com"}
    first = carried(courier, NEW_ALARM)
    assert first.state is ItemState.DONE
    assert "bob@example.com" in first.reason
    assert "ada@example.com" not in first.reason
    billing.confirmed = set(EMAILS)
    assert carried(courier, NEW_ALARM).state is ItemState.ALREADY_SO
    assert billing.said == ["put_alarm"]


@pytest.mark.parametrize(
    "after",
    [
        {"limit": "much", "thresholds": "80 % actual", "emails": "ada@example.com"},
        {"limit": "$5", "thresholds": HOSTILE, "emails": "ada@example.com"},
        {"limit": "$5", "thresholds": "80 % actual", "emails": HOSTILE},
        {"limit": None, "thresholds": None, "emails": None},
    ],
)
def test_an_errand_that_cannot_be_read_fails_without_a_call(
    courier: BillingCourier, billing: FakeBilling, after: Values
) -> None:
    found = carried(courier, replace(NEW_BUDGET, after=after))
    assert found.state is ItemState.FAILED
    assert found.reason.isprintable()
    assert billing.said == []


def test_what_concerns_every_call_stops_them_all(
    courier: BillingCourier, billing: FakeBilling
) -> None:
    billing.fails["create_budget"] = SponsorError(SponsorFailure.DENIED, "no")
    with pytest.raises(SponsorError):
        courier.carry_out([item_of(NEW_BUDGET), item_of(NEW_ALARM, number=2)])
    assert billing.put == {}


@pytest.fixture
def on_moto(monkeypatch: pytest.MonkeyPatch, moto: RunningMoto) -> BillingCourier:
    without_alarms(moto)
    door = sponsor_door(monkeypatch, moto.url, region="eu-west-1")
    return BillingCourier(AwsBilling(door), AwsCallers(door))


def test_through_the_engine_alerts_come_about_in_aws_and_go_again(
    tmp_path: Path, moto: RunningMoto, on_moto: BillingCourier
) -> None:
    clock = SteppedClock()
    database = open_database(tmp_path / "store.sqlite", clock)
    events = Events()
    runner = ErrandRunner(database, {Service.BILLING: on_moto}, events, clock=clock)

    def run(*errands: Errand) -> list[ItemState]:
        with database.read() as connection:
            position = newest_operation(connection)
        rows = tuple(plan_errand(one) for one in errands)
        plan = Plan(OperationKind.CHANGE_BILLING_ALERTS, "Billing", rows, position)
        number = submit(database, plan, ADA)
        runner.look()
        runner.turn({Service.BILLING})
        while runner.under_way:
            event = events.get(timeout=60)
            assert isinstance(event, ErrandsEnded)
            runner.ended(event)
            runner.turn({Service.BILLING})
        with database.read() as connection:
            return [one.state for one in items(connection, number)]

    budgets, alarms = moto.client("budgets"), moto.client("cloudwatch")
    theirs = {"BudgetName": "finance", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limit = {"BudgetLimit": {"Amount": "1", "Unit": "USD"}}
    budgets.create_budget(AccountId=ACCOUNT, Budget=theirs | limit)
    assert run(NEW_BUDGET, NEW_ALARM) == [ItemState.DONE, ItemState.DONE]
    [made] = [
        each
        for each in budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
        if each["BudgetName"] == NAME
    ]
    assert Decimal(made["BudgetLimit"]["Amount"]) == 500
    told = budgets.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName=NAME)
    assert {(one["NotificationType"], one["Threshold"]) for one in told["Notifications"]} == {
        ("ACTUAL", 80.0),
        ("FORECASTED", 100.0),
    }
    [alarm] = alarms.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
    assert alarm["Threshold"] == 99.5
    subscribed = moto.client("sns").list_subscriptions_by_topic(TopicArn=alarm["AlarmActions"][0])
    assert {one["Endpoint"] for one in subscribed["Subscriptions"]} == set(EMAILS)
    higher = alarm_errand(replace(ALARM, threshold=Decimal(120)), NEW_ALARM.after)
    assert run(higher) == [ItemState.DONE]
    assert alarms.describe_alarms(AlarmNames=[NAME])["MetricAlarms"][0]["Threshold"] == 120.0
    removals = (
        removal_errand(AlertKind.BUDGET, NAME, NEW_BUDGET.after),
        removal_errand(AlertKind.ALARM, NAME, higher.after),
    )
    assert run(*removals) == [ItemState.DONE, ItemState.DONE]
    assert run(*removals) == [ItemState.ALREADY_SO, ItemState.ALREADY_SO]
    left = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
    assert [each["BudgetName"] for each in left] == ["finance"]
    budgets.delete_budget(AccountId=ACCOUNT, BudgetName="finance")
    assert alarms.describe_alarms(AlarmNames=[NAME])["MetricAlarms"] == []
    database.close()
