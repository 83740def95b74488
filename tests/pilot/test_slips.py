"""Slips of the hand: keys meant for something else change nothing, and say what they did."""

from pathlib import Path

import pytest
from textual import events

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import Console, console_app, running
from tests.support.operations import told
from tests.support.stores import delivered, items_of, submitted

SIZES = [(80, 24), (120, 40)]
_NAMES = {"/": "slash", ">": "greater_than_sign", "%": "percent_sign", " ": "space"}


def packet(console: Console, text: str, *keys: str) -> None:
    """Send a text and then keys as one packet: all are there before the first is dealt with."""
    driver = console.app._driver
    assert driver is not None
    named = [(_NAMES.get(char, char), char) for char in text]
    for key, character in [*named, *((key, None) for key in keys)]:
        event = events.Key(key, character)
        event.set_sender(console.app)
        driver.send_message(event)


def paused(database: Database, text: str) -> int:
    """An operation that paused some racers, delivered."""
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, text)
    number = submitted(database, sponsorship.plan_pause(workspace, whom))
    delivered(database, number)
    return number


def newest(database: Database) -> int:
    with database.read() as connection:
        from drtui.store.operation_log import newest_operation

        return newest_operation(connection)


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_typed_on_a_racers_page_goes_to_monitor_usage_and_is_no_command(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path), size) as console:
        await console.press("enter")
        await console.dialog(RacerScreen)
        packet(console, "/used>90%", "enter")
        await console.until(lambda: console.filter.value == "used>90%", "what was typed")
        await console.until(lambda: console.table.has_focus, "the end of typing")
        assert console.app.screen is console.usage
        assert newest(database) == number
        assert {item.state for item in items_of(database, number)} == {ItemState.DONE}


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_typed_on_operations_goes_to_monitor_usage_and_is_no_command(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path), size) as console:
        usage = console.usage
        await console.press("enter")
        await console.dialog(RacerScreen)  # it is left open behind Operations
        await console.press("5")
        assert isinstance(console.app.screen, Operations)
        packet(console, "/used>90%", "enter")
        await console.until(lambda: console.app.screen is usage, "Monitor usage")
        await console.until(lambda: console.filter.value == "used>90%", "what was typed")
        await console.until(lambda: console.table.has_focus, "the end of typing")
        assert newest(database) == number


async def test_a_filter_typed_elsewhere_replaces_the_one_there_and_enter_alone_keeps_it(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("status:paused")
        await console.press("enter")
        for keys, expected in (("", "status:paused"), ("ada", "ada")):
            await console.press("5")
            packet(console, f"/{keys}", "enter")
            await console.until(lambda: console.app.screen is not None, "a screen")
            await console.until(
                lambda: console.app.screen.__class__.__name__ == "MonitorUsage", "Monitor usage"
            )
            await console.until(lambda: console.table.has_focus, "the end of typing")
            assert console.filter.value == expected


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_enter_leaves_an_undo_as_it_is_and_the_button_beside_it_undoes(
    path: Path, database: Database, key: str
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.press("u")
        await console.dialog(PlanDialog)
        await console.press(key)
        await console.back()
        assert newest(database) == number
        await console.press("u")
        await console.dialog(PlanDialog)
        await console.press("right", key)
        await console.back()
        await console.until(lambda: "Undo: 10 confirmed" in told(console))
        assert newest(database) == number + 1


@pytest.mark.parametrize("size", SIZES)
async def test_rows_of_another_filter_than_the_one_typed_say_so_and_enter_stays_in_it(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    del database
    async with running(console_app(path), size) as console:
        await console.press("slash")
        await console.write("status:paused")
        assert "still" not in console.counts
        await console.write(" tem:red")
        assert console.counts.startswith("still: status:paused")
        assert " · 0 of 56" in console.counts
        assert "Nobody matches “status:paused tem”" in console.prose()
        for key in ("enter", "down", "enter"):
            await console.press(key)
            assert console.filter.has_focus
        assert console.problem is not None
        assert "no field" in console.problem[1]
        await console.press(*["backspace"] * len(" tem:red"))
        assert console.counts.startswith("1 of 56")
        await console.press("enter")
        assert console.table.has_focus


async def test_what_is_half_typed_is_told_when_it_is_to_be_left_and_escape_clears_it(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("(")
        assert console.problem is None
        assert console.counts.startswith("still: no filter · 56 of 56")
        await console.press("enter")
        assert console.problem is not None
        await console.write("ada")
        assert console.problem is None  # it may yet end well
        await console.press("escape")
        assert console.table.has_focus
        assert console.counts == "56 of 56 shown · 0 marked"


@pytest.mark.parametrize("action", ["mark_all", "invert"])
async def test_rows_of_another_filter_are_not_marked_all_at_once(
    path: Path, database: Database, action: str
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer )")
        assert len(console.table.keys) == 42
        await console.app.run_action(action, console.table)  # as the palette does
        assert not console.table.marks
        assert console.message == (
            "Not now: the filter cannot be read, and the rows are those of “racer”."
        )
        await console.press("backspace", "backspace")
        await console.app.run_action(action, console.table)
        assert console.table.marked_count == 42


async def test_a_long_filter_that_is_still_shown_leaves_room_for_the_counts(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await console.press("a", "slash")
        await console.write("racer or status:paused or hours>400")
        await console.write(" )")
        line = next(line for line in console.lines() if line.lstrip().startswith("/ "))
        assert "still: racer" in line
        assert "44 of 56 · 56 marked, 12 hidden" in line
