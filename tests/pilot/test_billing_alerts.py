"""What is done to billing alerts: made, changed and removed."""

from pathlib import Path

from drtui.domain.operations import ItemState, OperationKind
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from drtui.store.following import first_items
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.billing import FakeAws, billing, filled_aws, on_billing, read_before
from tests.support.driving import RecordingEngine
from tests.support.screens import leave_form, made, said, values


def after(database: Database) -> list[dict[str, object]]:
    with database.read() as connection:
        return [dict(one.after) for one in first_items(connection, 1, list(ItemState), 10)]


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
    assert [one.kind for one in made(database)] == [OperationKind.CHANGE_BILLING_ALERTS]
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
        await leave_form(console)
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
        assert "It cannot be undone, only made anew" in console.boxed()
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
    assert [one.kind for one in made(database)] == [OperationKind.CHANGE_BILLING_ALERTS]
