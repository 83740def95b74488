"""Billing alarms and the topic they notify: what others made is only listed.

moto 5.2 has CloudWatch's alarms and SNS, but no subscribers that have not confirmed: those, and
refusals, come from a scripted server.
"""

from decimal import Decimal
from urllib.parse import quote

import pytest

from drtui.aws.sponsor.billing import AwsBilling
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import (
    LONGEST_NAME,
    AlarmPlan,
    Alert,
    BudgetPlan,
    Topic,
    is_own_topic,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.billing_calls import ALARM, EIGHTY, EMAILS, TOPIC, billing, scripted
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import HOSTILE

__all__ = ["billing", "scripted"]


def test_an_alarm_is_put_changed_and_removed_in_us_east_1(
    billing: AwsBilling, moto: RunningMoto
) -> None:
    billing.put_alarm(ALARM)
    billing.put_alarm(AlarmPlan(ALARM.name, Decimal(120), TOPIC))
    [told] = [each for each in billing.alarms() if each.name == ALARM.name]
    assert (told.threshold, told.topics, told.ours) == (Decimal(120), (TOPIC,), True)
    [alarm] = moto.client("cloudwatch").describe_alarms(AlarmNames=[ALARM.name])["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "Currency", "Value": "USD"}]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Billing", "EstimatedCharges")
    assert (alarm["Statistic"], alarm["Period"]) == ("Maximum", 21_600)
    billing.remove_alarm(ALARM.name)
    assert ALARM.name not in [each.name for each in billing.alarms()]


def test_other_billing_alarms_are_listed_and_never_removed(
    billing: AwsBilling, moto: RunningMoto
) -> None:
    client = moto.client("cloudwatch")
    rest = {
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    plain_one = {"MetricName": "EstimatedCharges", "Statistic": "Maximum", "Period": 21_600}
    client.put_metric_alarm(AlarmName="theirs", Namespace="AWS/Billing", **plain_one, **rest)
    client.put_metric_alarm(AlarmName="drtui cpu", Namespace="AWS/EC2", **plain_one, **rest)
    metric = {"Namespace": "AWS/Billing", "MetricName": "EstimatedCharges"}
    stat = {"Metric": metric, "Period": 86_400, "Stat": "Maximum"}
    client.put_metric_alarm(
        AlarmName="theirs, computed",
        Metrics=[
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "e1", "Expression": "RATE(m1)*86400", "ReturnData": True},
        ],
        **rest,
    )
    listed = {each.name: each.ours for each in billing.alarms()}
    assert listed["theirs"] is False
    assert listed["theirs, computed"] is False
    assert "drtui cpu" not in listed
    with pytest.raises(SponsorError) as raised:
        billing.remove_alarm("theirs")
    assert raised.value.kind is SponsorFailure.REFUSED
    assert "theirs" in [each.name for each in billing.alarms()]


def test_the_topic_is_made_once_and_each_address_is_asked_once(
    billing: AwsBilling, moto: RunningMoto
) -> None:
    first = billing.topic(["ada@topic.example"])
    again = billing.topic(["ada@topic.example", "bob@topic.example"])
    assert first.arn == again.arn
    assert again.arn.startswith("arn:aws:sns:us-east-1:")
    told = moto.client("sns").list_subscriptions_by_topic(TopicArn=first.arn)["Subscriptions"]
    asked = [each["Endpoint"] for each in told if each["Endpoint"].endswith("@topic.example")]
    assert sorted(asked) == ["ada@topic.example", "bob@topic.example"]


def test_whom_the_topic_reaches_is_read_and_nothing_is_changed(billing: AwsBilling) -> None:
    made = billing.topic(["ada@reached.example", "bob@reached.example"])
    read = billing.subscribers(made.arn)
    assert read.arn == made.arn
    assert is_own_topic(read.arn)
    assert {"ada@reached.example", "bob@reached.example"} <= set(read.emails)
    assert set(made.emails) == set(read.emails)


def xml(operation: str, inside: str) -> Step:
    result = f"<{operation}Result>{inside}</{operation}Result>"
    body = f"<{operation}Response>{result}</{operation}Response>"
    return answer(body.encode(), content_type="text/xml")


def subscribed(address: str, arn: str) -> str:
    return (
        f"<member><Endpoint>{address}</Endpoint><Protocol>email</Protocol>"
        f"<SubscriptionArn>{arn}</SubscriptionArn></member>"
    )


def test_who_has_not_confirmed_yet_is_told_and_not_asked_again_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    known = subscribed("ada@example.com", "PendingConfirmation")
    known += subscribed("bob@example.com", f"{TOPIC}:1")
    server.script(
        xml("CreateTopic", f"<TopicArn>{TOPIC}</TopicArn>"),
        xml("ListSubscriptionsByTopic", f"<Subscriptions>{known}</Subscriptions>"),
        xml("Subscribe", "<SubscriptionArn>pending confirmation</SubscriptionArn>"),
    )
    topic = scripted.topic(["ada@example.com", "bob@example.com", "eve@example.com"])
    assert topic.waiting == ("ada@example.com", "eve@example.com")
    assert quote("eve@example.com").encode() in server.requests[2].body
    assert len(server.requests) == 3


def test_who_left_the_topic_is_not_among_whom_it_reaches_and_is_asked_anew_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    told = subscribed("ada@example.com", f"{TOPIC}:1") + subscribed("bob@example.com", "Deleted")
    told += subscribed("eve@example.com", "PendingConfirmation")
    listed = xml("ListSubscriptionsByTopic", f"<Subscriptions>{told}</Subscriptions>")
    server.script(listed)
    assert scripted.subscribers(TOPIC) == Topic(
        TOPIC, ("eve@example.com",), ("ada@example.com", "eve@example.com")
    )
    server.script(
        xml("CreateTopic", f"<TopicArn>{TOPIC}</TopicArn>"),
        listed,
        xml("Subscribe", "<SubscriptionArn>pending confirmation</SubscriptionArn>"),
    )
    assert scripted.topic(["bob@example.com"]).waiting == ("bob@example.com",)
    assert quote("bob@example.com").encode() in server.requests[3].body


@pytest.mark.parametrize("address", [HOSTILE, "", "a@example.com,b@example.com", "https://x.y"])
def test_only_addresses_are_subscribed(
    scripted: AwsBilling, server: ScriptedServer, address: str
) -> None:
    with pytest.raises(SponsorError) as raised:
        scripted.topic([address])
    assert raised.value.kind is SponsorFailure.REFUSED
    assert server.requests == []


def test_a_topic_without_its_arn_is_no_topic_scripted(
    scripted: AwsBilling, server: ScriptedServer
) -> None:
    server.script(xml("CreateTopic", ""))
    with pytest.raises(SponsorError) as raised:
        scripted.topic(["ada@example.com"])
    assert raised.value.kind is SponsorFailure.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("name", "limit", "alerts", "to"),
    [
        ("finance", Decimal(1), (EIGHTY,), EMAILS),
        ("drtui ", Decimal(1), (EIGHTY,), EMAILS),
        ("drtui a:b", Decimal(1), (EIGHTY,), EMAILS),
        (f"drtui {HOSTILE}", Decimal(1), (EIGHTY,), EMAILS),
        ("drtui <script>x</script>", Decimal(1), (EIGHTY,), EMAILS),
        ("drtui " + "x" * LONGEST_NAME, Decimal(1), (EIGHTY,), EMAILS),
        ("drtui a", Decimal(0), (EIGHTY,), EMAILS),
        ("drtui a", Decimal(-5), (EIGHTY,), EMAILS),
        ("drtui a", Decimal("NaN"), (EIGHTY,), EMAILS),
        ("drtui a", Decimal("Infinity"), (EIGHTY,), EMAILS),
        ("drtui a", Decimal("1.001"), (EIGHTY,), EMAILS),
        ("drtui a", Decimal(1), (), EMAILS),
        ("drtui a", Decimal(1), (EIGHTY, EIGHTY), EMAILS),
        ("drtui a", Decimal(1), (EIGHTY,), ()),
        ("drtui a", Decimal(1), (EIGHTY,), ("ada@example.com",) * 2),
        ("drtui a", Decimal(1), (EIGHTY,), ("ada@example.com\n",)),
    ],
)
def test_a_plan_that_aws_would_refuse_is_not_made(
    name: str, limit: Decimal, alerts: tuple[Alert, ...], to: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        BudgetPlan(name, limit, alerts, to)
    assert str(raised.value).isprintable()
