"""One operation, target by target."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.target import TargetDialog
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.sync_state import write_halt, write_pace
from drtui.widgets.facts import Facts
from drtui.widgets.search_line import SearchInput
from tests.support.operations import (
    conflicting,
    on_operations,
    opened,
    quota,
    row,
    table,
)
from tests.support.stores import delivered, filled_store, special_profiles, swept


async def test_the_page_says_who_when_how_far_and_what_was_done(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=4)
    write_pace(database, 40.0, 120.0)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: "Operation 1  Set usage quotas" in console.text())
        text = console.text()
        assert "ada (signed in as ada.admin) · 14:05:24" in text
        assert "asked for: hours +2" in text
        assert "4 of 10 done · 0 failed · 4.0/s · 2 s left" in text
        assert "slowed down to 40/s by the deployment" in text
        assert "confirmed for 10 targets" in text
        line = " ".join(row(console, "racer-00101").split())
        assert "racer-00101 done hours 5 → 7 1 14:05:24" in line
        assert "pending" in row(console, "racer-00109")
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again.")
        await console.until(lambda: "halted: Sign in again." in console.text())


async def test_targets_are_shown_by_state_with_the_counts(path: Path, database: Database) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=3)
    delivered(database, number, first=2, state=ItemState.FAILED)
    async with on_operations(path, (80, 24)) as console:
        await opened(console)
        await console.until(
            lambda: "[all 10] · failed 2 · in conflict 0 · pending 5" in console.text()
        )
        await console.press("f")
        assert "[failed 2]" in console.text()
        assert len(table(console).keys) == 2
        assert "refused by the d" in console.text()
        await console.press("f")
        assert "No target is in conflict. f shows others." in console.text()
        await console.press("f")
        assert "[pending 5]" in console.text()
        assert len(table(console).keys) == 5
        await console.press("escape")
        assert "[all 10]" in console.text()
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Operations))


async def test_targets_are_filtered_by_alias_and_reason(path: Path, database: Database) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=2, state=ItemState.FAILED)
    async with on_operations(path) as console:
        page = await opened(console)
        await console.until(lambda: len(table(console).keys) == 10)
        await console.press("slash")
        await console.write("REFUSED")
        assert len(table(console).keys) == 2
        assert "2 of these match" in console.text()
        await console.press("enter")
        assert table(console).has_focus
        await console.press("slash", "slash")
        assert page.query_one(SearchInput).value == "REFUSED/"
        assert "No target matches this filter. esc clears it." in console.text()
        await console.press("escape")
        assert len(table(console).keys) == 10
        assert console.app.screen is page


async def test_a_hostile_alias_is_shown_as_text(path: Path, database: Database) -> None:
    quota(database, "evil or bold")
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: "[bold red]jo" in console.text())
        assert "\x1b" not in console.text()
        assert "\u202e" not in console.text()


async def test_minus_goes_back_to_the_list(path: Path, database: Database) -> None:
    quota(database, "racer-0010")
    async with on_operations(path) as console:
        await opened(console)
        await console.press("minus")
        await console.until(lambda: isinstance(console.app.screen, Operations))


async def test_5_leads_to_the_list_whatever_was_opened_there(
    path: Path, database: Database
) -> None:
    quota(database, "racer-0010")
    async with on_operations(path) as console:
        await opened(console)
        await console.press("5")
        await console.dialog(Operations)
        await opened(console)
        await console.press("2")
        await console.dialog(MonitorUsage)
        await console.press("minus")
        await console.dialog(OperationScreen)
        await console.press("2", "5")
        await console.dialog(Operations)


async def test_a_target_that_failed_says_when_it_failed(path: Path, database: Database) -> None:
    delivered(database, quota(database, "racer-00100"), state=ItemState.FAILED)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-0")))
        await console.press("enter")
        dialog = await console.dialog(TargetDialog)
        said = " ".join(dialog.query_one(Facts).render().plain.split())
        assert "Failed at 2026-05-02" in said
        assert "Settled" not in said


@pytest.fixture
def large(path: Path) -> Iterator[Database]:
    """A store with more racers than any screen shows."""
    opened = filled_store(path, racers=3_000)
    yield opened
    opened.close()


async def test_an_operation_of_thousands_is_read_as_it_is_looked_at(
    path: Path, large: Database
) -> None:
    quota(large, "racer-")
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: "[all 3,000]" in console.text())
        await console.press("G")
        assert "racer-03099" in console.text()
        await console.press("slash")
        await console.write("racer-0150")
        await console.until(lambda: "10 of these match" in console.text())


async def test_a_target_is_shown_whole_with_a_key_to_the_racers_page(
    path: Path, database: Database
) -> None:
    conflicting(database)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-0")))
        await console.press("enter")
        dialog = await console.dialog(TargetDialog)
        for size in ((60, 20), (80, 24), (120, 40)):
            await console.resize(size)
            said = " ".join(dialog.query_one(Facts).render().plain.split())
            for one in (
                "Racer racer-00100",
                "Email racer-00100@example.com",
                "Before hours 5",
                "Asked for hours 7",
                "Theirs hours 9",
                "State conflict",
                "Reason changed by somebody else meanwhile",
                "Settled not yet",
            ):
                assert one in said, size
        await console.press("escape")
        await console.dialog(OperationScreen)
        await console.press("enter")
        await console.dialog(TargetDialog)
        await console.press("enter")
        await console.dialog(RacerScreen)
        await console.until(lambda: "racer-00100@example.com" in console.text())
        await console.press("escape")
        await console.dialog(OperationScreen)


async def test_a_target_that_is_gone_has_no_page(path: Path, database: Database) -> None:
    delivered(database, quota(database, "racer-00100"))
    swept(database, special_profiles())
    swept(database, special_profiles())
    async with on_operations(path, (80, 24)) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-00100")))
        await console.press("enter")
        dialog = await console.dialog(TargetDialog)
        assert "no longer in the account" in console.prose()
        await console.press("o")
        assert console.app.screen is dialog
        await console.press("enter")
        await console.dialog(OperationScreen)


async def test_what_was_asked_for_is_told_in_hours_and_never_cut(
    path: Path, database: Database
) -> None:
    quota(database, "racer-0010", "+2")
    async with on_operations(path, (60, 20)) as console:
        await opened(console)
        await console.until(lambda: "Operation 1" in console.text())
        text = console.text()
        assert "hours +2" in text
        assert "minutes" not in text
        assert "asked" not in text  # the title says it already
