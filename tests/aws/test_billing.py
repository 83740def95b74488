"""Budgets: what drtui makes it may change, what others made it only lists; and what a plan may be.

moto 5.2 creates, lists and deletes budgets. It lacks UpdateBudget and
DescribeSubscribersForNotification: those, and refusals, come from a scripted server; the change of
a budget is held against AWS's own model of the service by botocore's Stubber, too.
"""

from datetime import UTC, datetime
from decimal import Decimal

import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.sponsor.billing import AwsBilling
from drtui.aws.sponsor.door import Door
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import (
    PREFIX,
    AlarmPlan,
    Alert,
    Budget,
    BudgetPlan,
    Measure,
    Notice,
    Trigger,
    is_ours,
    own_name,
    plain,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.text import clean
from tests.aws.billing_calls import (
    ACCOUNT,
    EIGHTY,
    EMAILS,
    MADE,
    PLAN,
    TOPIC,
    WIRE_80,
    WIRE_450,
    billing,
    emails,
    scripted,
)
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import HOSTILE, calls, new_account, refusal

__all__ = ["billing", "scripted"]


def test_a_budget_is_created_listed_and_removed(billing: AwsBilling) -> None:
    account = new_account()
    billing.create_budget(account, PLAN)
    [made] = billing.budgets(account)
    assert made == Budget(PLAN.name, Decimal(500), Decimal(0), Decimal(0), "USD")
    assert made.ours
    billing.remove_budget(account, PLAN.name)
    assert billing.budgets(account) == ()


def test_a_budget_is_not_created_twice(billing: AwsBilling) -> None:
    account = new_account()
    billing.create_budget(account, PLAN)
    with pytest.raises(SponsorError) as raised:
        billing.create_budget(account, PLAN)
    assert raised.value.kind is SponsorFailure.EXISTS


def test_a_budget_that_is_gone_is_told(billing: AwsBilling) -> None:
    with pytest.raises(SponsorError) as raised:
        billing.remove_budget(new_account(), PLAN.name)
    assert raised.value.kind is SponsorFailure.NOT_FOUND


def test_only_monthly_cost_budgets_are_listed_and_others_are_not_ours(
    billing: AwsBilling, moto: RunningMoto
) -> None:
    account = new_account()
    client = moto.client("budgets")
    for name, kind, unit in (
        ("finance", "COST", "MONTHLY"),
        ("usage", "USAGE", "MONTHLY"),
        ("year", "COST", "ANNUALLY"),
    ):
        client.create_budget(
            AccountId=account,
            Budget={
                "BudgetName": name,
                "BudgetType": kind,
                "TimeUnit": unit,
                "BudgetLimit": {"Amount": "1", "Unit": "USD"},
            },
        )
    [listed] = billing.budgets(account)
    assert (listed.name, listed.ours) == ("finance", False)
    with pytest.raises(SponsorError) as raised:
        billing.remove_budget(account, "finance")
    assert raised.value.kind is SponsorFailure.REFUSED
    assert len(billing.budgets(account)) == 1


def test_a_budget_goes_to_us_east_1_with_its_alerts_as_aws_wants_them_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    server.script(answer({}))
    scripted.create_budget(ACCOUNT, PLAN)
    [asked] = calls(server)
    assert (asked.operation, asked.region) == ("CreateBudget", "us-east-1")
    assert asked.members["Budget"] == {
        "BudgetName": PLAN.name,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "500", "Unit": "USD"},
    }
    told = asked.members["NotificationsWithSubscribers"]
    assert [each["Notification"] for each in told] == [WIRE_80, WIRE_450]
    assert [each["Address"] for each in told[0]["Subscribers"]] == list(EMAILS)
    assert asked.members["ResourceTags"] == [{"Key": "made-by", "Value": "drtui"}]


def test_what_a_budget_does_not_tell_is_unknown_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    bare = {"BudgetName": "a", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    odd = bare | {
        "BudgetLimit": {"Amount": "much", "Unit": HOSTILE},
        "CalculatedSpend": {"ActualSpend": {"Amount": "12.345"}},
    }
    server.script(answer({"Budgets": [bare, odd, {"BudgetType": "COST"}], "NextToken": "more"}))
    server.script(answer({}))
    first, second = scripted.budgets(ACCOUNT)
    assert first == Budget("a", None, None, None, "")
    assert (second.limit, second.actual, second.forecast) == (None, Decimal("12.345"), None)
    assert second.unit.isprintable()


def test_the_notices_of_a_budget_are_told_with_who_gets_them_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    below = WIRE_80 | {"ComparisonOperator": "LESS_THAN", "NotificationState": "ALARM"}
    server.script(
        answer({"Notifications": [WIRE_80 | {"NotificationState": "OK"}, below, {}]}),
        emails(*EMAILS, HOSTILE),
        answer({"Subscribers": [{"SubscriptionType": "SNS", "Address": TOPIC}, {}]}),
    )
    notices = scripted.notices(ACCOUNT, "finance")
    shown = (*EMAILS, clean(HOSTILE))
    assert notices[0] == Notice(EIGHTY, "80 % of the limit, actual", shown, (), False)
    assert notices[1] == Notice(None, "actual less than 80.0 percentage", (), (TOPIC,), True)
    assert notices[2] == Notice(None, "")
    assert calls(server)[1].members["Notification"] == WIRE_80


def test_a_changed_budget_keeps_what_the_plan_does_not_name_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    stale = WIRE_80 | {"Threshold": 50.0, "NotificationState": "ALARM"}
    kept = WIRE_80 | {"NotificationState": "OK"}
    server.script(
        answer({"Budgets": [MADE]}),
        answer({}),
        answer({"Notifications": [kept, stale, WIRE_450]}),
        emails(*reversed(EMAILS)),
        emails(*EMAILS),
        answer({}),
        emails("former@example.com"),
        answer({}),
        answer({}),
    )
    scripted.change_budget(ACCOUNT, PLAN)
    made = [each for each in calls(server) if not each.operation.startswith("Describe")]
    assert [each.operation for each in made] == [
        "UpdateBudget",
        "DeleteNotification",
        "DeleteNotification",
        "CreateNotification",
    ]
    assert made[0].members["NewBudget"] == {
        "BudgetName": PLAN.name,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "500", "Unit": "USD"},
        "CostFilters": {"Service": ["Amazon SageMaker"]},
        "TimePeriod": {"Start": 1_790_000_000, "End": 3_706_473_600},
    }
    assert made[1].members["Notification"] == WIRE_80 | {"Threshold": 50.0}
    assert made[2].members["Notification"] == WIRE_450
    assert made[3].members["Notification"] == WIRE_450
    assert [each["Address"] for each in made[3].members["Subscribers"]] == list(EMAILS)


def test_a_change_that_was_carried_out_already_touches_no_alert_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    server.script(
        answer({"Budgets": [MADE]}),
        answer({}),
        answer({"Notifications": [WIRE_80, WIRE_450]}),
        emails(*EMAILS),
        emails(*EMAILS),
    )
    scripted.change_budget(ACCOUNT, PLAN)
    assert len(server.requests) == 5


def test_a_budget_that_is_not_there_is_not_changed(billing: AwsBilling) -> None:
    with pytest.raises(SponsorError) as raised:
        billing.change_budget(new_account(), PLAN)
    assert raised.value.kind is SponsorFailure.NOT_FOUND


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (refusal("AccessDeniedException"), SponsorFailure.DENIED),
        (refusal("ThrottlingException"), SponsorFailure.THROTTLED),
        (refusal("CreationLimitExceededException"), SponsorFailure.REFUSED),
        (Step(b"", End.HANG), SponsorFailure.OUTCOME_UNKNOWN),
    ],
)
def test_a_refused_creation_is_told_and_not_repeated_scripted(
    scripted: AwsBilling, server: ScriptedServer, step: Step, kind: SponsorFailure
) -> None:
    server.script(step)
    with pytest.raises(SponsorError) as raised:
        scripted.create_budget(ACCOUNT, PLAN)
    assert raised.value.kind is kind
    denied = kind is SponsorFailure.DENIED
    assert raised.value.permission == ("budgets:ModifyBudget" if denied else "")
    assert len(server.requests) == 1


def test_a_denied_list_names_the_permission_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    server.script(refusal("AccessDeniedException"))
    with pytest.raises(SponsorError) as raised:
        scripted.budgets(ACCOUNT)
    assert raised.value.permission == "budgets:ViewBudget"


def test_a_budget_is_changed_by_the_very_requests_that_aws_models_stubbed() -> None:
    """By botocore's Stubber, since moto lacks UpdateBudget.

    It holds each request against the service model of the AWS Budgets API, in this order, with
    exactly these parameters.
    """
    client = botocore.session.get_session().create_client(
        "budgets",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    of_budget = {"AccountId": ACCOUNT, "BudgetName": PLAN.name}
    fifty = WIRE_80 | {"Threshold": 50.0}
    begun, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2087, 6, 15, tzinfo=UTC)
    period = {"Start": begun, "End": end}
    subscribers = [{"SubscriptionType": "EMAIL", "Address": each} for each in EMAILS]
    stub = Stubber(client)
    stub.add_response(
        "describe_budgets",
        {"Budgets": [MADE | {"TimePeriod": period, "LastUpdatedTime": begun}]},
        {"AccountId": ACCOUNT},
    )
    stub.add_response(
        "update_budget",
        {},
        {
            "AccountId": ACCOUNT,
            "NewBudget": {
                "BudgetName": PLAN.name,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "500", "Unit": "USD"},
                "CostFilters": {"Service": ["Amazon SageMaker"]},
                "TimePeriod": period,
            },
        },
    )
    stub.add_response(
        "describe_notifications_for_budget",
        {"Notifications": [fifty | {"NotificationState": "ALARM"}, WIRE_450]},
        of_budget,
    )
    for wire in (fifty, WIRE_450):
        stub.add_response(
            "describe_subscribers_for_notification",
            {"Subscribers": subscribers},
            of_budget | {"Notification": wire},
        )
        if wire is fifty:
            stub.add_response("delete_notification", {}, of_budget | {"Notification": fifty})
    stub.add_response(
        "create_notification",
        {},
        of_budget | {"Notification": WIRE_80, "Subscribers": subscribers},
    )
    with stub:
        AwsBilling(_DoorTo(client)).change_budget(ACCOUNT, PLAN)
        stub.assert_no_pending_responses()


class _DoorTo(Door):
    """A door with one client, whichever is asked for."""

    def __init__(self, client: BaseClient) -> None:
        super().__init__(None, "us-east-1", user_agent="drtui-tests/1")
        self._given = client

    def _client(self, service: str, region: str | None) -> BaseClient:
        assert (service, region) == ("budgets", "us-east-1")
        return self._given


@pytest.mark.parametrize("count", [5, 6])
def test_a_budget_has_five_alerts_at_the_most(count: int) -> None:
    alerts = tuple(Alert(Trigger.ACTUAL, Measure.PERCENT, Decimal(n + 1)) for n in range(count))
    if count <= 5:
        assert len(BudgetPlan("drtui a", Decimal(1), alerts, EMAILS).alerts) == count
        return
    with pytest.raises(InvalidInputError):
        BudgetPlan("drtui a", Decimal(1), alerts, EMAILS)


@pytest.mark.parametrize("threshold", ["0", "-1", "NaN", "Infinity", "1000001"])
def test_a_percentage_that_means_nothing_is_refused(threshold: str) -> None:
    with pytest.raises(InvalidInputError):
        Alert(Trigger.ACTUAL, Measure.PERCENT, Decimal(threshold))


@pytest.mark.parametrize(
    "topic", ["", "alerts", "arn:aws:sns:eu-west-1:123456789012:alerts", "arn:aws:sqs:a:b:c"]
)
def test_an_alarm_notifies_a_topic_of_us_east_1(topic: str) -> None:
    with pytest.raises(InvalidInputError):
        AlarmPlan("drtui a", Decimal(1), topic)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("race", "drtui race"),
        ("  big \n race ", "drtui big race"),
        ("drtui race", "drtui race"),
    ],
)
def test_the_name_of_what_drtui_makes_begins_with_its_prefix(text: str, name: str) -> None:
    assert own_name(text) == name
    assert is_ours(name)


@pytest.mark.parametrize("name", ["drtui", "Drtui race", " drtui race", "adrtui race", ""])
def test_only_the_exact_prefix_is_drtui_s(name: str) -> None:
    assert PREFIX == "drtui "
    assert not is_ours(name)


@given(st.decimals(min_value="0.01", max_value=10**9, places=2))
def test_an_amount_keeps_its_value_and_has_no_exponent(amount: Decimal) -> None:
    text = plain(amount)
    assert Decimal(text) == amount
    assert set(text) <= set("0123456789.")
    assert not text.endswith(".")


def test_hundreds_keep_their_zeros() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("500.00")) == "500"
