"""Billing by moto and by a scripted server, and a budget: what the tests of billing share."""

from decimal import Decimal

import pytest

from drtui.aws.sponsor.billing import AwsBilling
from drtui.domain.sponsor.billing import AlarmPlan, Alert, BudgetPlan, Measure, Trigger
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import origin, sponsor_door

ACCOUNT = "123456789012"
EMAILS = ("ada@example.com", "bob@example.com")
EIGHTY = Alert(Trigger.ACTUAL, Measure.PERCENT, Decimal(80))
FORECAST = Alert(Trigger.FORECASTED, Measure.USD, Decimal("450.5"))
PLAN = BudgetPlan("drtui race day", Decimal("500.00"), (EIGHTY, FORECAST), EMAILS)
TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
ALARM = AlarmPlan("drtui race", Decimal("99.5"), TOPIC)
WIRE_80 = {
    "NotificationType": "ACTUAL",
    "ComparisonOperator": "GREATER_THAN",
    "Threshold": 80.0,
    "ThresholdType": "PERCENTAGE",
}
WIRE_450 = {
    "NotificationType": "FORECASTED",
    "ComparisonOperator": "GREATER_THAN",
    "Threshold": 450.5,
    "ThresholdType": "ABSOLUTE_VALUE",
}
MADE = {
    "BudgetName": PLAN.name,
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "100.0", "Unit": "USD"},
    "CostFilters": {"Service": ["Amazon SageMaker"]},
    "TimePeriod": {"Start": 1_790_000_000, "End": 3_706_473_600},
    "CalculatedSpend": {"ActualSpend": {"Amount": "7", "Unit": "USD"}},
    "LastUpdatedTime": 1_790_000_000,
    "AutoAdjustData": {"AutoAdjustType": "FORECAST"},
}


def emails(*addresses: str) -> Step:
    told = [{"SubscriptionType": "EMAIL", "Address": each} for each in addresses]
    return answer({"Subscribers": told})


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch, moto: RunningMoto) -> AwsBilling:
    return AwsBilling(sponsor_door(monkeypatch, moto.url, region="eu-west-1"))


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> AwsBilling:
    return AwsBilling(sponsor_door(monkeypatch, origin(server), region="eu-west-1", read=1.0))
