"""`drtui billing`: what the month costs, and alerts; only what drtui made is ever changed.

moto lacks UpdateBudget and the subscribers of a budget's notifications: a change of a budget is
proved against a scripted server, in tests/aws/test_billing.py.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.running import Drtui
from tests.e2e.sponsored import sponsored
from tests.support.moto import RunningMoto, running_moto
from tests.support.moto_billing import seed_costs

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


@pytest.fixture
def sponsor(drtui: Drtui, moto: RunningMoto) -> Drtui:
    sponsored(drtui, moto.url)
    drtui("sync")
    return drtui


def month(amount: str) -> dict[str, Any]:
    today = datetime.now(UTC).date()
    period = {"Start": f"{today:%Y-%m-01}", "End": f"{today + timedelta(1):%Y-%m-%d}"}
    cost = {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}
    group = {"Keys": ["=Amazon SageMaker"], "Metrics": cost}
    row = {"TimePeriod": period, "Total": {}, "Groups": [group], "Estimated": True}
    return {"ResultsByTime": [row]}


def test_costs_are_read_once_a_day_and_say_what_that_costs(
    sponsor: Drtui, moto: RunningMoto
) -> None:
    last = sponsor("billing", "costs", "--last", "--json").json()
    assert (last["actual"], last["paid_usd"]) == (None, 0)
    assert last["estimated"]["usd"] >= 0
    seed_costs(moto, month("71.4"))
    ran = sponsor("billing", "costs")
    assert "Actual: $71.40 of the whole AWS account, as of " in ran.out
    assert "Estimated: $" in ran.out
    assert "Reading it cost $0.01." in ran.out
    assert "a report is kept for a day" in ran.out
    again = sponsor("billing", "costs", "--json").json()
    assert (again["actual"]["amount"], again["paid_usd"]) == (71.4, 0)
    seed_costs(moto, month("80"))
    anew = sponsor("billing", "costs", "--read-again", "--json").json()
    assert anew["paid_usd"] == 0.01
    sponsor("billing", "costs", "--read-again", "--last", code=2)


def test_without_an_aws_profile_there_is_the_estimate_alone(drtui: Drtui) -> None:
    ran = drtui("billing", "costs")
    assert "Actual: not known." in ran.out
    assert "AWS profile" in ran.err
    for command in (
        ["billing", "costs", "--read-again"],
        ["billing", "alerts"],
        ["billing", "set-alert", "--limit", "5", "--at", "80", "--email", "a@example.com"],
        ["billing", "remove-alert", "event"],
    ):
        assert "AWS profile" in drtui(*command, code=2).err


def test_without_usable_credentials_it_ends_as_not_allowed(sponsor: Drtui) -> None:
    keys = sponsor.home / "aws-credentials"
    keys.write_text("[another]\naws_access_key_id = testing\naws_secret_access_key = testing\n")
    for command in (["billing", "alerts"], ["billing", "costs"], ["setup", "check"]):
        ran = sponsor(*command, code=5)
        assert "profile" in ran.out + ran.err
    sponsor("billing", "alerts", "--last")
    sponsor("billing", "costs", "--last")


def test_a_budget_is_made_listed_and_removed_and_others_are_left_alone(
    sponsor: Drtui, moto: RunningMoto
) -> None:
    budgets: Any = moto.client("budgets")
    others = {
        "BudgetName": "=cmd|theirs",
        "BudgetLimit": {"Amount": "100", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
    }
    budgets.create_budget(AccountId=ACCOUNT, Budget=others)

    def names() -> set[str]:
        return {one["BudgetName"] for one in budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]}

    wanted = (
        *("billing", "set-alert", "--name", "finals", "--limit", "500", "--at", "80"),
        *("--forecast", "100%", "--email", "ada@example.com", "--email", "bob@example.com"),
    )
    dry = sponsor(*wanted, "--dry-run")
    assert "100 % forecasted" in dry.out
    assert names() == {"=cmd|theirs"}
    ran = sponsor(*wanted, "--yes")
    assert "1 of 1 done" in ran.err
    assert len(names()) == 2
    notices = budgets.describe_notifications_for_budget(
        AccountId=ACCOUNT, BudgetName=next(iter(names() - {"=cmd|theirs"}))
    )["Notifications"]
    assert sorted((one["NotificationType"], one["Threshold"]) for one in notices) == [
        ("ACTUAL", 80.0),
        ("FORECASTED", 100.0),
    ]
    listed = sponsor("billing", "alerts", "--json").json()["alerts"]
    assert [(one["kind"], one["ours"], one["limit"]) for one in listed] == [
        ("budget", True, "$500"),
        ("budget", False, "$100"),
    ]
    rows = list(csv.DictReader(io.StringIO(sponsor("billing", "alerts", "--csv").out)))
    assert rows[1]["name"] == "'=cmd|theirs"
    assert "somebody else" in sponsor("billing", "alerts", "--last").out
    refused = sponsor("billing", "remove-alert", "=cmd|theirs", "--yes", code=2).err
    assert "was not made by drtui" in refused
    assert len(names()) == 2
    sponsor("billing", "remove-alert", "nothing", "--yes", code=4)
    sponsor("billing", "remove-alert", "finals", "--yes")
    assert names() == {"=cmd|theirs"}


def test_an_alarm_is_made_changed_and_removed(sponsor: Drtui, moto: RunningMoto) -> None:
    watch: Any = moto.client("cloudwatch", "us-east-1")

    def thresholds() -> list[float]:
        return [one["Threshold"] for one in watch.describe_alarms()["MetricAlarms"]]

    alarm = ("billing", "set-alert", "--alarm", "--name", "finals")
    sponsor(*alarm, "--above", "99.5", "--email", "ada@example.com", "--yes")
    assert thresholds() == [99.5]
    changed = sponsor(*alarm, "--above", "120", "--email", "ada@example.com", "--dry-run")
    assert "$99.50" in changed.out
    assert thresholds() == [99.5]
    sponsor(*alarm, "--above", "120", "--yes")  # its addresses stay
    assert thresholds() == [120.0]
    listed = sponsor("billing", "alerts", "--json").json()["alerts"]
    [told] = [one for one in listed if one["ours"] and one["kind"] == "alarm"]
    assert (told["emails"], told["emails_as_of"]) == ("ada@example.com", None)
    sponsor(
        *("billing", "set-alert", "--name", "finals", "--limit", "500", "--at", "80"),
        *("--email", "ada@example.com", "--yes"),
    )
    both = sponsor("billing", "remove-alert", "finals", "--yes", code=2).err
    assert "say --budget or --alarm" in both
    sponsor("billing", "remove-alert", "finals", "--budget", "--yes")
    assert thresholds() == [120.0]
    sponsor("billing", "remove-alert", "finals", "--yes")
    assert thresholds() == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--alarm", "--limit", "5"], "An alarm takes --above"),
        (["--above", "5"], "add --alarm"),
        (["--limit", "many", "--at", "80", "--email", "a@example.com"], "is not an amount"),
        (["--limit", "5", "--at", "soon", "--email", "a@example.com"], "is not a threshold"),
        (["--limit", "5"], "what it has now is not known"),
    ],
)
def test_an_alert_that_cannot_be_meant_is_one_sentence(
    sponsor: Drtui, options: list[str], sentence: str
) -> None:
    assert sentence in sponsor("billing", "set-alert", *options, "--last", code=2).err
    assert sponsor("operations", "list", "--json").json() == []
