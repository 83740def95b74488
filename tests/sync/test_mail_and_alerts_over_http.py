"""Mail and billing alerts over HTTP: a kill between any two calls doubles nothing.

moto lacks SES's GetAccount, so that mail goes to a stand-in; it lacks Budgets'
DescribeSubscribersForNotification, so that a budget that is there already is told by botocore's
Stubber.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from drtui.aws.sponsor import door as door_module
from drtui.aws.sponsor.billing import AwsBilling
from drtui.aws.sponsor.caller import AwsCallers
from drtui.aws.sponsor.mail import SesMail
from drtui.commands.mailing import mailing_of, plan_send
from drtui.domain.billing_errands import (
    AlarmWish,
    AlertKind,
    absent,
    alarm_errand,
    budget_errand,
    parse_threshold,
)
from drtui.domain.errands import Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationText
from drtui.domain.operations import ItemState
from drtui.domain.planning import Plan
from drtui.domain.race_invitations import race_invitation
from drtui.domain.sponsor.billing import BudgetPlan
from drtui.sync.couriers.billing import BillingCourier
from drtui.sync.couriers.mail import MailCourier
from tests.support.moto import REGION, RunningMoto
from tests.support.races import listed
from tests.support.ses import serving_ses
from tests.sync.mortal_worlds import (
    MADE,
    NAME,
    PEOPLE,
    Points,
    World,
    states,
    without_alarms,
)

pytestmark = pytest.mark.usefixtures("aws_is_moto")

# Mail


_TO_A_RACE = race_invitation(
    listed(1, "the {Cup} <final>", opens=1.0, closes=2.0),
    website="https://races.example.com",
    zone=UTC,
    event=EventSettings("the Cup", sender="races@example.com"),
    note="Bring {tea}.",
).as_template()


@pytest.mark.parametrize(
    ("text", "kills"),
    [
        (InvitationText("Welcome to {event}", "Hello {name}, you are {email}."), range(1, 8)),
        (_TO_A_RACE, (1, 5)),
    ],
    ids=["event", "race"],
)
def test_mail_is_sent_once_whatever_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: InvitationText, kills: Sequence[int]
) -> None:
    """A stand-in takes the messages: moto has neither GetAccount nor a word on what was sent."""
    emails = [f"racer.{number}@example.com" for number in range(8)]

    def beginning(name: str) -> tuple[World, Plan]:
        world = World(tmp_path / name)
        mail, clock = SesMail(world.door), world.clock
        world.begin(Service.MAIL, lambda: MailCourier(mail, world.database, clock=clock))
        mailing = mailing_of(world.workspace, text)
        people = world.people(emails)
        return world, plan_send(world.workspace, mailing, people, again=False, second_door=True)

    for number, kill_at in enumerate((None, *kills)):
        with serving_ses() as ses:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.environment["AWS_ENDPOINT_URL_SESV2"])
            world, plan = beginning(f"{number}.sqlite")
            found = world.run(plan, kill_at=kill_at)
            assert max(Counter(ses.recipients).values()) == 1
            doubtful = [one for one in found if one.state is ItemState.FAILED]
            assert len(doubtful) == (0 if kill_at is None else 1)  # it may have been sent, or not
            assert all(one.reason.startswith("it may have been done") for one in doubtful)
            sent = {one.target.partition(":")[2] for one in found if one.state is ItemState.DONE}
            assert sent <= set(ses.recipients) <= set(emails)
            assert len(sent) == len(emails) - len(doubtful)


# Billing


def test_an_alarm_is_there_once_whatever_is_killed(
    moto: RunningMoto, tmp_path: Path, kill_points: Points
) -> None:
    alarms: Any = moto.client("cloudwatch")
    topics: Any = moto.client("sns")
    wish = alarm_errand(AlarmWish(NAME, Decimal(99), PEOPLE), absent(AlertKind.ALARM))

    def beginning(name: str) -> World:
        without_alarms(moto)
        world = World(tmp_path / name, "eu-west-1")
        billing, callers = AwsBilling(world.door), AwsCallers(world.door)
        world.begin(Service.BILLING, lambda: BillingCourier(billing, callers))
        return world

    def there_once() -> None:
        [alarm] = alarms.describe_alarms()["MetricAlarms"]
        assert (alarm["AlarmName"], alarm["Threshold"]) == (NAME, 99.0)
        [topic] = topics.list_topics()["Topics"]
        assert alarm["AlarmActions"] == [topic["TopicArn"]]
        asked = topics.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
        assert Counter(one["Endpoint"] for one in asked) == dict.fromkeys(PEOPLE, 1)

    world = beginning("first.sqlite")
    assert states(world.run(world.plan(wish))) == MADE
    calls = world.door.calls
    there_once()
    for kill_at in kill_points(calls):
        world = beginning(f"{kill_at}.sqlite")
        assert states(world.run(world.plan(wish), kill_at=kill_at)) == MADE, kill_at
        there_once()


def test_a_budget_that_a_killed_process_made_is_found_and_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By botocore's Stubber: moto cannot tell whom a budget's notifications go to."""
    account = "123456789012"
    plan = BudgetPlan(NAME, Decimal(500), (parse_threshold("80%"),), PEOPLE)
    clients: dict[str, Any] = {
        service: boto3.Session("testing", "testing", region_name=REGION).client(
            service,
            config=Config(proxies={}),
        )
        for service in ("budgets", "sts")
    }
    monkeypatch.setattr(door_module, "open_service", lambda service, *_, **__: clients[service])
    world = World(tmp_path / "store.sqlite")
    billing, callers = AwsBilling(world.door), AwsCallers(world.door)
    world.begin(Service.BILLING, lambda: BillingCourier(billing, callers))
    who = {"Account": account, "Arn": f"arn:aws:iam::{account}:user/ada", "UserId": "AIDA"}
    amount = {"Amount": "500", "Unit": "USD"}
    shown = {
        "BudgetName": NAME,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": amount,
    }
    notice = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    }
    subscribed = [{"SubscriptionType": "EMAIL", "Address": one} for one in PEOPLE]
    with Stubber(clients["sts"]) as sts, Stubber(clients["budgets"]) as budgets:
        sts.add_response("get_caller_identity", who, {})
        budgets.add_response("describe_budgets", {"Budgets": []})
        budgets.add_response("create_budget", {})
        sts.add_response("get_caller_identity", who, {})
        budgets.add_response("describe_budgets", {"Budgets": [shown]})
        notices = {"Notifications": [notice]}
        budgets.add_response("describe_notifications_for_budget", notices)
        budgets.add_response("describe_subscribers_for_notification", {"Subscribers": subscribed})
        wish = budget_errand(plan, absent(AlertKind.BUDGET))
        [item] = world.run(world.plan(wish), kill_at=3)
        budgets.assert_no_pending_responses()
        sts.assert_no_pending_responses()
    assert item.state is ItemState.DONE
