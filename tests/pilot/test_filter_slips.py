"""Slips of the hand at the filter: what is half typed, typed elsewhere, or pasted."""

from pathlib import Path

from textual import events

from drtui.domain.operations import ItemState
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import console_app, packet, running
from tests.support.operations import newest, paused
from tests.support.stores import items_of

SIZES = [(80, 24), (120, 40)]


async def test_a_filter_typed_elsewhere_goes_to_monitor_usage_and_is_no_command(
    path: Path, database: Database
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path), SIZES[0]) as console:
        usage = console.usage

        async def typed(text: str) -> None:
            packet(console, f"/{text}", "enter")
            await console.until(lambda: console.app.screen is usage, "Monitor usage")
            await console.until(lambda: console.filter.value == text, "what was typed")
            await console.until(lambda: console.table.has_focus, "the end of typing")
            assert newest(database) == number
            assert {item.state for item in items_of(database, number)} == {ItemState.DONE}

        for size, percent in zip(SIZES, (90, 80), strict=True):
            await console.resize(size)
            await console.press("enter")
            await console.dialog(RacerScreen)
            await typed(f"used>{percent}%")
            await console.press("enter")
            await console.dialog(RacerScreen)  # it is left open behind Operations
            await console.press("5")
            assert isinstance(console.app.screen, Operations)
            await typed(f"used>{percent + 1}%")


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


async def test_rows_of_another_filter_than_the_one_typed_say_so_and_enter_stays_in_it(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), SIZES[1]) as console:
        await console.press("slash")
        await console.write("status:paused")
        assert "still" not in console.counts
        await console.write(" tem:red")
        for size in SIZES:
            await console.resize(size)
            assert console.counts.startswith("still: status:paused"), size
            assert " · 1 of 56" in console.counts, size
        for key in ("enter", "down", "enter"):
            await console.press(key)
            assert console.filter.has_focus
        assert console.problem is not None
        assert "no field" in console.problem[1]
        await console.press(*["backspace"] * len(" tem:red"))
        assert console.counts.startswith("1 of 56")
        await console.press("enter")
        assert console.table.has_focus


async def test_what_only_begins_to_say_something_is_no_filter_yet(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        for pieces, still, shown in (
            (["status", ":"], "no filter", 56),
            (["hours>abc"], "no filter", 56),
            (["status:paused o", "r", " ", "tem:"], "status:paused", 1),
            (["racer an"], "racer", 42),
        ):
            await console.press("slash")
            for piece in pieces:
                await console.write(piece)
                said = console.filter.value
                assert console.counts.startswith(f"still: {still} · {shown} of 56"), said
                assert len(console.table.keys) == shown, said
            await console.press("escape")
            assert console.counts.startswith("56 of 56"), pieces


async def test_who_leaves_it_takes_the_name_of_a_field_for_a_word(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        for way in ("enter", "focus"):
            await console.press("slash")
            await console.write("status")
            assert len(console.table.keys) == 56, way
            if way == "enter":
                await console.press("enter")
            else:
                console.app.screen.set_focus(console.table)
            await console.until(lambda: not console.table.keys, "what the word is in")
            assert "still" not in console.counts, way
            await console.press("escape")


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


async def test_rows_of_another_filter_are_not_marked_all_at_once(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer )")
        assert len(console.table.keys) == 42
        for action in ("mark_all", "invert"):
            console.hush()
            await console.app.run_action(action, console.table)  # as the palette does
            assert not console.table.marks, action
            assert console.message == (
                "Not now: the filter cannot be read, and the rows are those of “racer”."
            ), action
        await console.press("backspace", "backspace")
        for action, marked in (("invert", 42), ("invert", 0), ("mark_all", 42)):
            await console.app.run_action(action, console.table)
            assert console.table.marked_count == marked, action


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


async def test_a_list_pasted_into_the_filter_is_said_to_be_one_and_where_it_belongs(
    path: Path, database: Database
) -> None:
    del database
    told = "Only the first of 2 pasted lines was taken. For a list of people: esc, then L."
    async with running(console_app(path), (80, 24)) as console:
        for pasted in ("ada@example.com\n", "ada@example.com\nbo@example.com\n\n"):
            await console.press("slash")
            console.app.post_message(events.Paste(pasted))
            await console.until(lambda: console.filter.value == "ada@example.com", "the first line")
            assert (told in console.text()) is ("bo@" in pasted)
            await console.press("escape")
            assert not console.filter.value
        await console.press("L")
        await console.dialog(MarkListDialog)
