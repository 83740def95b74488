"""Billing: what it shows, what it never pays for by itself, and each of its keys."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from drtui.commands.billing import alerts_now, plan_alerts
from drtui.commands.billing_reading import read_alerts
from drtui.commands.bulk import submit
from drtui.commands.costs import costs_now, read_costs
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import AlertKind
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import BillingAlarm
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.billing import BillingScreen
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database, open_database
from drtui.store.following import first_items
from drtui.store.operation_log import operations
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.message_line import MessageLine
from drtui.widgets.record_table import RecordTable
from tests.support.billing import DENIED, UNSEEN, FakeAws, filled_aws, on_billing, open_billing
from tests.support.driving import SECONDS, Console, RecordingEngine, console_app, running
from tests.support.stores import NOW

SIZES = [(80, 24), (120, 40)]
HOUR = 3600


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def rows(console: Console) -> Sequence[int]:
    keys: Sequence[int] = console.app.screen.query_one(RecordTable).keys
    return keys


def values(console: Console) -> list[str]:
    return [field.value for field in console.app.screen.query(Input)]


def made(database: Database) -> list[OperationKind]:
    with database.read() as connection:
        return [one.kind for one in operations(connection)]


def after(database: Database) -> list[dict[str, object]]:
    with database.read() as connection:
        return [dict(one.after) for one in first_items(connection, 1, list(ItemState), 10)]


def read_before(path: Path, aws: FakeAws, seconds: float) -> None:
    """Costs and alerts that were read so long ago; what AWS was asked then is forgotten."""
    database = open_database(path, lambda: NOW - seconds)
    workspace = Workspace(database, "ada")
    read_costs(workspace, aws.open(), now=datetime.fromtimestamp(NOW - seconds, UTC))
    read_alerts(workspace, aws.open())
    database.close()
    aws.asked.clear()


async def billing(console: Console) -> BillingScreen:
    return await console.dialog(BillingScreen)


# What it shows


async def test_both_costs_are_told_with_their_month_age_and_worth(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    read_before(path, aws, 3 * HOUR)
    estimate = costs_now(Workspace(database, "ada")).estimate
    assert estimate is not None
    async with on_billing(path, aws) as console:
        for size in SIZES:
            await console.resize(size)
            prose = console.prose()
            for told in (
                *("Estimated, May to date", "Actual, May to date", f"${estimate.total:,.2f}"),
                *("not for budgeting", "as of 11:05:24 CEST (3 h)", "$403.14", "AWS may"),
                *("Amazon SageMaker", "Each reading (c) costs $0.01"),
                "comes hours late and stops nothing",
            ):
                assert told in prose, size
        assert console.app.size.width == 120  # where there is room for the services one by one
        lines = console.lines()
        assert any("$341.50  Amazon SageMaker" in line for line in lines)
        assert any("$0.30  2 other services" in line for line in lines)


async def test_every_alert_is_listed_with_whose_it_is_how_it_stands_and_what_is_on_its_way(
    path: Path, database: Database
) -> None:
    async with on_billing(path, filled_aws()) as console:
        for size in SIZES:
            await console.resize(size)
            found = {line.split()[1 + ("▌" in line)]: line for line in _table_lines(console)}
            assert len(rows(console)) == 4
            assert "drtui" in found["drtui"], size
            assert "raised" in found["theirs"], size
            others = "somebody else" if size[0] > 100 else "others"
            assert others in found["theirs"], size
            assert others in found["finance,"], size
            assert "9000" in found["finance,"], size
            assert "402.64" in found["finance,"], size
            assert "gets nothing: bob@example.com" in console.prose(), size
            await console.press("j")
            assert "80 % actual, 100 % forecasted" in console.prose(), size
            assert "Forecast $610.00 for this month" in console.prose(), size
            await console.press("j")
            assert "made by somebody else" in console.prose(), size
            await console.press("g")
        workspace = Workspace(database, "ada")
        submit(workspace, plan_alerts(workspace, remove=[(AlertKind.ALARM, "finals")]))
        await console.until(lambda: "is being removed" in console.text(), "the pending removal")
        await console.press("d")
        assert said(console) == "Not now: this alert is being removed."


def _table_lines(console: Console) -> list[str]:
    kinds = tuple(AlertKind)
    texts = (line[23 if console.app.size.width > 100 else 0 :] for line in console.lines())
    return [text for text in texts if text.replace("▌", " ").strip().startswith(kinds)]


# What is read, and when


async def test_old_alerts_are_read_when_it_opens_and_costs_never(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    read_before(path, aws, 16 * 60)
    async with on_billing(path, aws) as console:
        assert aws.asked == ["budgets", "notices", "alarms", "subscribers"]
        assert "Billing alerts as of 14:05:24" in console.prose()
    assert alerts_now(Workspace(database, "ada")).as_of == datetime.fromtimestamp(NOW, UTC)


async def test_fresh_alerts_are_read_by_their_key_alone(path: Path, database: Database) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 14 * 60)
    async with on_billing(path, aws) as console:
        assert not aws.asked
        aws.put.append(BillingAlarm("another", None, "OK"))
        await console.press("a")
        await console.until(lambda: "another" in console.text(), "the new one")
        assert "budgets" in aws.asked
        assert "costs" not in aws.asked


async def test_costs_that_were_never_read_are_read_by_the_key(
    path: Path, database: Database
) -> None:
    aws = filled_aws()
    async with on_billing(path, aws) as console:
        assert "Not read this month: c asks Cost Explorer" in console.text()
        assert "costs" not in aws.asked
        await console.press("c")
        await console.until(lambda: "$403.14" in console.text(), "the costs")
        assert said(console) == "Read: the actual costs, for $0.01."
        assert aws.asked.count("costs") == 1
    assert costs_now(Workspace(database, "ada")).actual is not None


async def test_a_fresh_report_is_paid_for_again_only_when_that_is_confirmed(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 23 * HOUR)
    async with on_billing(path, aws) as console:
        for answer in ("escape", "enter"):
            assert "costs" not in aws.asked
            await console.press("c")
            await console.dialog(ConfirmDialog)
            assert "23 h old" in console.prose()
            assert "costs $0.01, charged to the AWS account" in console.prose()
            await console.press(answer)
            await billing(console)
        await console.until(lambda: "costs" in aws.asked, "the reading")


async def test_a_report_of_a_day_ago_is_read_anew_without_asking(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 24 * HOUR)
    async with on_billing(path, aws) as console:
        await console.press("c")
        await console.until(lambda: said(console).startswith("Read:"), "the costs")
        assert "costs" in aws.asked


async def test_while_costs_are_read_everything_else_goes_on_and_after_a_mistake_in_it_too(
    path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    del database
    aws, go_on = filled_aws(), threading.Event()

    def broken() -> SponsorServices:
        raise AttributeError("no such thing")

    def slow() -> SponsorServices:
        assert go_on.wait(SECONDS)
        raise InvalidInputError("The AWS profile is not there.")

    async with on_billing(path, aws) as console:
        console.app.context.open_sponsor = slow
        await console.press("c")
        assert "Cost Explorer is asked …" in console.text()
        await console.press("c")
        assert said(console) == "Not now: the costs are being read."
        await console.press("n")
        await console.dialog(AlertDialog)
        await console.press("escape")
        await billing(console)
        go_on.set()
        await console.until(lambda: said(console) == "The AWS profile is not there.", "the end")
        assert "Cost Explorer is asked …" not in console.text()
        console.app.context.open_sponsor = broken
        await console.press("c")
        await console.until(lambda: "AttributeError: no such thing" in said(console), "the mistake")
        assert "Cost Explorer is asked …" not in console.text()
    assert "in broken" in caplog.text


async def test_what_aws_refuses_is_told_by_its_permission_and_what_was_known_stays(
    path: Path, database: Database
) -> None:
    del database
    aws = filled_aws()
    read_before(path, aws, 24 * HOUR)
    aws.failing = {"costs": [DENIED], "budgets": [UNSEEN], "alarms": [UNSEEN]}
    async with on_billing(path, aws) as console:
        assert len(rows(console)) == 4
        assert "Not told: budgets, billing alarms." in console.prose()
        assert "as known 1 d ago" in console.prose()
        await console.press("c")
        await console.until(lambda: "ce:GetCostAndUsage" in console.text(), "the refusal")
        assert "$403.14" in console.text()


async def test_without_an_aws_profile_nothing_is_asked_and_it_says_what_is_missing(
    path: Path, database: Database
) -> None:
    del database
    async with on_billing(path, None) as console:
        assert "Not known: no AWS profile" in console.prose()
        for key in "caned":
            console.hush()
            await console.press(key)
            assert said(console).startswith("Not now: no AWS profile: “drtui"), key
            assert "--aws-profile" in said(console), key


async def test_leaving_while_it_reads_ends_nothing(path: Path, database: Database) -> None:
    del database
    aws, go_on = filled_aws(), threading.Event()

    def slow() -> SponsorServices:
        assert go_on.wait(SECONDS)
        return aws.open()

    async with running(console_app(path)) as console:
        await open_billing(console, None)
        console.app.context.open_sponsor = slow
        await console.press("a")
        console.app.context.open_sponsor = None
        await console.press("escape")
        await console.dialog(SetupScreen)
        go_on.set()
        await console.until(lambda: "subscribers" in aws.asked, "the reading")
        await console.press("2")
        await console.back()


# What is done to alerts


async def test_a_budget_is_typed_planned_and_submitted(path: Path, database: Database) -> None:
    engine = RecordingEngine()
    async with on_billing(path, FakeAws(), engine=engine) as console:
        assert "There is none: n makes one." in console.text()
        await console.press("n")
        await console.dialog(AlertDialog)
        assert values(console) == ["", "", "80%, 100% forecasted", ""]
        await console.write("finals")
        await console.press("tab")
        await console.write("500")
        await console.press("tab", "tab")
        await console.pilot.press(*(_key(char) for char in "ada@example.com,bob@example.com"))
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "limit: none → $500" in console.prose()
        await console.press("escape")
        await console.dialog(AlertDialog)
        assert values(console)[0:2] == ["finals", "500"]
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await billing(console)
        assert said(console) == "Create billing alert: 1 confirmed, operation 1."
        await console.until(lambda: "is being made" in console.text(), "what is on its way")
        assert engine.woken == 1
    assert made(database) == [OperationKind.CHANGE_BILLING_ALERTS]
    assert after(database) == [
        {
            "limit": "$500",
            "thresholds": "80 % actual, 100 % forecasted",
            "emails": "ada@example.com, bob@example.com",
        }
    ]


def _key(char: str) -> str:
    return {"@": "at", ".": "full_stop", ",": "comma"}.get(char, char)


async def test_an_alarm_needs_no_thresholds_and_says_what_the_account_needs(
    path: Path, database: Database
) -> None:
    async with on_billing(path, FakeAws()) as console:
        await console.press("n")
        await console.dialog(AlertDialog)
        await console.press("up", "right")
        prose = console.prose()
        assert "Thresholds" not in prose
        assert "in us-east-1" in prose
        assert "needs billing alerts to be enabled" in prose
        await console.press("tab")
        await console.write("finals")
        await console.press("tab", "4", "5", "0", "tab")
        await console.press(*(_key(char) for char in "ada@example.com"), "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await billing(console)
    assert after(database) == [{"limit": "$450", "emails": "ada@example.com"}]


async def test_what_is_wrong_is_said_below_its_field(path: Path, database: Database) -> None:
    async with on_billing(path, filled_aws()) as console:
        await console.press("n")
        await console.dialog(AlertDialog)
        assert "Type" not in console.prose()
        await console.press("enter")
        lines = console.lines()
        for label, told in (
            ("Name", "Type a name, such as finals."),
            ("USD a month", "Type an amount of USD a month, such as 500."),
            ("Emails", "Type at least one email address."),
        ):
            at = next(n for n, line in enumerate(lines) if f" {label} " in line and "│" in line)
            assert told in lines[at + 1]
        await console.write("finals")
        assert "There is a budget of this name: change that one with e." in console.prose()
        await console.press("2", "tab", "0", "tab", "end", "comma", "9", "x", "tab", "a", "enter")
        prose = console.prose()
        assert "There is a budget" not in prose
        assert "An amount is more than $0" in prose
        assert "“9x” is not a threshold" in prose
        assert "“a” is not an email address." in prose
        await console.press("escape")
        await billing(console)
    assert not made(database)


async def test_changing_begins_with_what_there_is(path: Path, database: Database) -> None:
    async with on_billing(path, filled_aws()) as console:
        await console.press("j", "e")
        await console.dialog(AlertDialog)
        assert "Change budget drtui finals" in console.text()
        assert values(console)[1:] == ["500", "80 % actual, 100 % forecasted", "ada@example.com"]
        await console.press("end", "backspace", "backspace", "backspace", "7", "5", "0", "enter")
        await console.dialog(PlanDialog)
        assert "limit: $500 → $750" in console.prose()
        assert "thresholds:" not in console.prose()
        await console.press("enter")
        await billing(console)
        await console.until(lambda: "→ $750" in console.text(), "what is on its way")
    assert [one["limit"] for one in after(database)] == ["$750"]


async def test_the_addresses_of_an_alarm_only_grow(path: Path, database: Database) -> None:
    async with on_billing(path, filled_aws()) as console:
        await console.press("e")
        await console.dialog(AlertDialog)
        assert values(console)[3] == "ada@example.com, bob@example.com"
        await console.press("tab", "ctrl+u")
        await console.press("end", "ctrl+u", *(_key(char) for char in "eve@example.com"), "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await billing(console)
    [found] = after(database)
    assert found["emails"] == "ada@example.com, bob@example.com, eve@example.com"


async def test_an_alert_is_removed_once_that_is_confirmed(path: Path, database: Database) -> None:
    async with on_billing(path, filled_aws()) as console:
        await console.press("d")
        await console.dialog(PlanDialog)
        assert "cannot be undone" in console.prose()
        await console.press("escape")
        await billing(console)
        assert not made(database)
        await console.press("d")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await billing(console)
    assert after(database) == [{"limit": "none", "emails": "none"}]


async def test_what_somebody_else_made_is_left_as_it_is(path: Path, database: Database) -> None:
    async with on_billing(path, filled_aws()) as console:
        for key in "ed":
            console.hush()
            await console.press("G", key)
            assert said(console).startswith("Not now: this alert was made by somebody else"), key
        await console.press("g", "m")
        await console.dialog(MenuDialog)
        assert "Under the cursor: alarm drtui finals." in console.prose()
    assert not made(database)


async def test_offline_a_change_is_an_operation_that_waits(path: Path, database: Database) -> None:
    aws = filled_aws()
    read_before(path, aws, 60)
    write_connectivity(database, Connectivity.OFFLINE)
    async with on_billing(path, aws) as console:
        await console.press("d")
        await console.dialog(PlanDialog)
        assert "You are offline: this will be delivered" in console.prose()
        await console.press("enter")
        await billing(console)
    assert made(database) == [OperationKind.CHANGE_BILLING_ALERTS]
