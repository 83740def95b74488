"""AWS Budgets, and CloudWatch's billing alarms with the SNS topic that they notify.

All of it is in us-east-1, wherever the deployment is. The budgets and alarms that drtui makes are
tagged as well, for the account's own reports: with `budgets:TagResource` and
`cloudwatch:TagResource` beside the permissions of the calls.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from drtui.aws.sponsor.door import Door
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import (
    OWN_TOPIC,
    AlarmPlan,
    Alert,
    BillingAlarm,
    Budget,
    BudgetPlan,
    Measure,
    Notice,
    Topic,
    Trigger,
    is_ours,
    plain,
)
from drtui.domain.sponsor.costs import decimal_of
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import check_address
from drtui.domain.text import clean

_REGION: Final = "us-east-1"
_UNIT: Final = "USD"
_TAGS: Final = [{"Key": "made-by", "Value": "drtui"}]
_ABOVE: Final = "GREATER_THAN"
_NAMESPACE: Final = "AWS/Billing"
_METRIC: Final = "EstimatedCharges"
_SIX_HOURS: Final = 21_600  # seconds: how often AWS sends the metric, about
_UNCONFIRMED: Final = "PendingConfirmation"
_LEFT: Final = "Deleted"  # whoever unsubscribed is listed for some days more
_KEY: Final = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
_NEEDED: Final = frozenset(_KEY) - {"ThresholdType"}
# What AWS tells of a budget and does not take back, or not beside a fixed limit.
_TOLD: Final = frozenset(
    {
        *("CalculatedSpend", "LastUpdatedTime", "HealthStatus"),
        *("BudgetLimit", "PlannedBudgetLimits", "AutoAdjustData"),
    }
)


class AwsBilling:
    """Implements `drtui.domain.sponsor.billing.Billing`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def budgets(self, account_id: str) -> tuple[Budget, ...]:
        """Return the account's monthly cost budgets."""
        return tuple(_budget(each) for each in self._budgets(account_id))

    def notices(self, account_id: str, name: str) -> tuple[Notice, ...]:
        """Return a budget's notifications with their subscribers; a call for each."""
        return tuple(
            _notice(each, self._subscribers(account_id, name, each))
            for each in self._notifications(account_id, name)
        )

    def create_budget(self, account_id: str, plan: BudgetPlan) -> None:
        """Create a budget with its alerts, in one call."""
        self._write(
            "budgets",
            "CreateBudget",
            {
                "AccountId": account_id,
                "Budget": {
                    "BudgetName": plan.name,
                    "BudgetType": "COST",
                    "TimeUnit": "MONTHLY",
                    "BudgetLimit": _limit(plan),
                },
                "NotificationsWithSubscribers": [
                    {"Notification": _wire(alert), "Subscribers": _subscribed(plan.emails)}
                    for alert in plan.alerts
                ],
                "ResourceTags": _TAGS,
            },
        )

    def change_budget(self, account_id: str, plan: BudgetPlan) -> None:
        """Let a budget of drtui's be as planned; repeated, it finishes what was cut short.

        The limit comes first, then alerts that are no longer wanted go, then the wanted ones come:
        in this order there are never more than AWS allows.
        """
        named = (each for each in self._budgets(account_id) if each["BudgetName"] == plan.name)
        now = next(named, None)
        if now is None:
            sentence = f"There is no monthly cost budget “{clean(plan.name, 100)}”."
            raise SponsorError(SponsorFailure.NOT_FOUND, sentence)
        new: dict[str, object] = {key: now[key] for key in now if key not in _TOLD}
        new["BudgetLimit"] = _limit(plan)
        self._write("budgets", "UpdateBudget", {"AccountId": account_id, "NewBudget": new})
        there: set[Alert] = set()
        of_budget: dict[str, object] = {"AccountId": account_id, "BudgetName": plan.name}
        for told in self._notifications(account_id, plan.name):
            notice = _notice(told, self._subscribers(account_id, plan.name, told))
            as_wanted = set(notice.emails) == set(plan.emails) and not notice.topics
            if notice.alert in plan.alerts and as_wanted:
                there.add(notice.alert)
                continue
            if key := _key(told):
                self._write("budgets", "DeleteNotification", of_budget | {"Notification": key})
        for alert in plan.alerts:
            if alert not in there:
                wanted = {"Notification": _wire(alert), "Subscribers": _subscribed(plan.emails)}
                self._write("budgets", "CreateNotification", of_budget | wanted)

    def remove_budget(self, account_id: str, name: str) -> None:
        """Remove a budget of drtui's; one that is gone already is `NOT_FOUND`."""
        _own(name)
        self._write("budgets", "DeleteBudget", {"AccountId": account_id, "BudgetName": name})

    def alarms(self) -> tuple[BillingAlarm, ...]:
        """Return the alarms on estimated charges, whatever else CloudWatch has."""
        return tuple(
            _alarm(each)
            for each in self._door.pages(
                "cloudwatch",
                "DescribeAlarms",
                "MetricAlarms",
                {"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100},
                region=_REGION,
            )
            if each.get("AlarmName") and _is_billing(each)
        )

    def put_alarm(self, plan: AlarmPlan) -> None:
        """Create an alarm of drtui's, or let it be as planned."""
        self._write(
            "cloudwatch",
            "PutMetricAlarm",
            {
                "AlarmName": plan.name,
                "AlarmDescription": f"Estimated charges above ${plain(plan.threshold)}",
                "Namespace": _NAMESPACE,
                "MetricName": _METRIC,
                "Dimensions": [{"Name": "Currency", "Value": _UNIT}],
                "Statistic": "Maximum",
                "Period": _SIX_HOURS,
                "EvaluationPeriods": 1,
                "Threshold": float(plan.threshold),
                "ComparisonOperator": "GreaterThanThreshold",
                "ActionsEnabled": True,
                "AlarmActions": [plan.topic],
                "Tags": _TAGS,
            },
        )

    def remove_alarm(self, name: str) -> None:
        """Remove an alarm of drtui's."""
        _own(name)
        self._write("cloudwatch", "DeleteAlarms", {"AlarmNames": [name]})

    def topic(self, emails: Sequence[str]) -> Topic:
        """Return drtui's own topic, made if need be, with such addresses among its subscribers."""
        try:
            for each in emails:
                check_address(each)
        except InvalidInputError as error:
            raise SponsorError(SponsorFailure.REFUSED, str(error)) from None
        # A topic of that name is returned as it is, so this may be repeated; with tags it would
        # be refused when somebody has changed them.
        made = self._write("sns", "CreateTopic", {"Name": OWN_TOPIC})
        arn = str(made.get("TopicArn") or "")
        if not arn:
            raise SponsorError(
                SponsorFailure.OUTCOME_UNKNOWN, "SNS answered without the topic: try again."
            )
        known = self._subscriptions(arn)
        for each in emails:
            if each not in known:
                members = {"TopicArn": arn, "Protocol": "email", "Endpoint": each}
                self._write("sns", "Subscribe", members)
        unconfirmed = (each for each in emails if known.get(each, _UNCONFIRMED) == _UNCONFIRMED)
        return Topic(arn, tuple(unconfirmed), tuple(dict.fromkeys((*known, *emails))))

    def subscribers(self, arn: str) -> Topic:
        """Return drtui's own topic with whom it reaches; nothing is changed."""
        known = {clean(email, 320): told for email, told in self._subscriptions(arn).items()}
        waiting = (email for email, told in known.items() if told == _UNCONFIRMED)
        return Topic(arn, tuple(waiting), tuple(known))

    def _subscriptions(self, arn: str) -> dict[str, str]:
        """Return what SNS says of each address of a topic: an ARN, or that it waits."""
        return {
            str(each.get("Endpoint")): str(each.get("SubscriptionArn"))
            for each in self._door.pages(
                "sns",
                "ListSubscriptionsByTopic",
                "Subscriptions",
                {"TopicArn": arn},
                region=_REGION,
            )
            if each.get("Protocol") == "email" and each.get("SubscriptionArn") != _LEFT
        }

    def _budgets(self, account_id: str) -> list[Mapping[str, Any]]:
        return [
            each
            for each in self._door.pages(
                "budgets", "DescribeBudgets", "Budgets", {"AccountId": account_id}, region=_REGION
            )
            if each.get("BudgetName")
            and each.get("BudgetType") == "COST"
            and each.get("TimeUnit") == "MONTHLY"
        ]

    def _notifications(self, account_id: str, name: str) -> list[Mapping[str, Any]]:
        return list(
            self._door.pages(
                "budgets",
                "DescribeNotificationsForBudget",
                "Notifications",
                {"AccountId": account_id, "BudgetName": name},
                region=_REGION,
            )
        )

    def _subscribers(
        self, account_id: str, name: str, told: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        key = _key(told)
        if not key:
            return []
        return list(
            self._door.pages(
                "budgets",
                "DescribeSubscribersForNotification",
                "Subscribers",
                {"AccountId": account_id, "BudgetName": name, "Notification": key},
                region=_REGION,
            )
        )

    def _write(
        self, service: str, operation: str, members: Mapping[str, object]
    ) -> Mapping[str, Any]:
        return self._door.call(service, operation, members, write=True, region=_REGION)


def _own(name: str) -> None:
    if not is_ours(name):
        raise SponsorError(
            SponsorFailure.REFUSED,
            f"“{clean(name, 100)}” was not made by drtui, which leaves it as it is.",
        )


def _limit(plan: BudgetPlan) -> dict[str, str]:
    return {"Amount": plain(plan.limit), "Unit": _UNIT}


def _wire(alert: Alert) -> dict[str, object]:
    return {
        "NotificationType": alert.trigger.value,
        "ComparisonOperator": _ABOVE,
        "Threshold": float(alert.threshold),
        "ThresholdType": alert.measure.value,
    }


def _subscribed(emails: Sequence[str]) -> list[dict[str, str]]:
    return [{"SubscriptionType": "EMAIL", "Address": each} for each in emails]


def _budget(told: Mapping[str, Any]) -> Budget:
    limit = told.get("BudgetLimit") or {}
    spent = told.get("CalculatedSpend") or {}
    return Budget(
        name=str(told["BudgetName"]),
        limit=decimal_of(limit.get("Amount")),
        actual=decimal_of((spent.get("ActualSpend") or {}).get("Amount")),
        forecast=decimal_of((spent.get("ForecastedSpend") or {}).get("Amount")),
        unit=clean(str(limit.get("Unit") or ""), 12),
    )


def _notice(told: Mapping[str, Any], subscribers: Sequence[Mapping[str, Any]]) -> Notice:
    alert = _alert(told)
    raw = " ".join(str(told[name]) for name in _KEY if told.get(name) is not None)
    return Notice(
        alert,
        str(alert) if alert else clean(raw.lower().replace("_", " "), 80),
        _addresses(subscribers, "EMAIL"),
        _addresses(subscribers, "SNS"),
        {"OK": False, "ALARM": True}.get(str(told.get("NotificationState"))),
    )


def _key(told: Mapping[str, Any]) -> dict[str, object]:
    """Return what AWS finds a notification by; empty when it did not tell enough for that."""
    key = {name: told[name] for name in _KEY if told.get(name) is not None}
    return key if key.keys() >= _NEEDED else {}


def _alert(told: Mapping[str, Any]) -> Alert | None:
    threshold = decimal_of(told.get("Threshold"))
    if threshold is None or told.get("ComparisonOperator") != _ABOVE:
        return None
    try:
        return Alert(
            Trigger(str(told.get("NotificationType"))),
            Measure(str(told.get("ThresholdType") or Measure.PERCENT.value)),
            threshold,
        )
    except (ValueError, InvalidInputError):
        return None


def _addresses(subscribers: Sequence[Mapping[str, Any]], kind: str) -> tuple[str, ...]:
    return tuple(
        clean(str(each.get("Address")), 320)
        for each in subscribers
        if each.get("SubscriptionType") == kind
    )


def _is_billing(told: Mapping[str, Any]) -> bool:
    """Whether an alarm watches estimated charges, itself or in what it computes."""
    metrics = [told]
    metrics += [
        (each.get("MetricStat") or {}).get("Metric") or {} for each in told.get("Metrics") or ()
    ]
    return any(
        each.get("Namespace") == _NAMESPACE and each.get("MetricName") == _METRIC
        for each in metrics
    )


def _alarm(told: Mapping[str, Any]) -> BillingAlarm:
    return BillingAlarm(
        name=str(told["AlarmName"]),
        threshold=decimal_of(told.get("Threshold")),
        state=clean(str(told.get("StateValue") or ""), 20),
        topics=tuple(clean(str(each), 300) for each in told.get("AlarmActions") or ()),
    )
