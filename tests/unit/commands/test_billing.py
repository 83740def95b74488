"""Billing alerts are listed, and what was listed is kept with its age."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from drtui.commands.billing import alerts_now, plan_alerts, read_alarm
from drtui.commands.billing_reading import read_alerts
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import NOTHING, AlertKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import BillingAlarm, Budget
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.support.logs import SteppedClock
from tests.unit.commands.bills import (
    ACCOUNT,
    BEGAN,
    DENIED,
    EMAILS,
    HOSTILE,
    NAME,
    FakeAws,
    aws,
    carried_out,
    clock,
    filled,
    workspace,
)

__all__ = ["aws", "clock", "filled", "workspace"]


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


def test_what_aws_tells_is_safe_to_show(workspace: Workspace, aws: FakeAws) -> None:
    aws.told = [Budget(f"drtui {HOSTILE}", None, None, None, HOSTILE)]
    aws.put = [BillingAlarm(HOSTILE, None, HOSTILE)]
    now = read_alerts(workspace, aws.services)
    assert all(one.title.isprintable() for one in now.alerts)
    assert all(str(one.as_json()["name"]).isprintable() for one in now.alerts)
