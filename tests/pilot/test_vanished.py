"""A row that vanishes under the cursor: the neighbour's turn is said, and is not taken unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.race import RaceScreen
from drtui.store.database import Database
from drtui.store.races import write_race_list
from tests.support.driving import Console, console_app, running
from tests.support.races_table import RacesConsole, filled_races, open_races, special_races
from tests.support.stores import NOW

GONE = "“Grand final” has gone: the cursor is on “Cones” now."
KEPT_BACK = "Not done: “Cones” came under the cursor by itself. Again does it."


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


def remove(database: Database, *names: str) -> None:
    """Let races be gone, as a list that is read says."""
    there = [one for one in special_races() if one.definition.name not in names]
    write_race_list(database, there, NOW + 1)


@asynccontextmanager
async def vanished(path: Path, database: Database) -> AsyncIterator[tuple[Console, RacesConsole]]:
    """The list, of which the race under the cursor was deleted by somebody else."""
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        remove(database, "Grand final")
        await console.until(lambda: shown.message == GONE, "the message")
        yield console, shown


@pytest.mark.parametrize("key", ["enter", "d", "e", "c", "y", "space", "v"])
async def test_a_key_is_kept_back_once_where_its_row_has_vanished(
    path: Path, races: Database, key: str
) -> None:
    async with vanished(path, races) as (console, shown):
        await console.press(key)
        assert console.app.screen is shown.screen
        assert shown.message == KEPT_BACK
        assert not shown.table.marked_count


async def test_the_same_key_again_is_for_the_neighbour(path: Path, races: Database) -> None:
    async with vanished(path, races) as (console, _):
        await console.press("d", "d")
        await console.dialog(PlanDialog)
        assert "Cones" in console.text()


async def test_whoever_moves_the_cursor_knows_where_it_is(path: Path, races: Database) -> None:
    async with vanished(path, races) as (console, _):
        await console.press("k", "j", "enter")
        await console.until(lambda: isinstance(console.app.screen, RaceScreen), "the page")


async def test_what_is_chosen_from_the_menu_is_kept_back_too(path: Path, races: Database) -> None:
    async with vanished(path, races) as (console, shown):
        await console.press("m")
        await console.dialog(MenuDialog)
        await console.press("d")
        await console.until(lambda: shown.message == KEPT_BACK, "the refusal")
        assert console.app.screen is shown.screen


async def test_marks_are_what_they_were(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        await console.press("space", "k", "k")
        assert shown.at_cursor == "Grand final"
        remove(races, "Grand final")
        await console.until(lambda: shown.message == GONE, "the message")
        await console.press("d")
        await console.dialog(PlanDialog)
        assert "Cones" in console.text()


async def test_a_row_that_vanishes_elsewhere_changes_nothing(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        remove(races, "Cones")
        await console.until(lambda: "Cones" not in console.text(), "the race to go")
        assert (shown.at_cursor, shown.message) == ("Grand final", "")
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, RaceScreen), "the page")


async def test_a_filter_takes_rows_away_without_a_word(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("slash")
        await console.write("state:closed")
        await console.press("enter")
        assert (shown.at_cursor, shown.message) == ("Friday warm-up", "")
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, RaceScreen), "the page")


async def test_an_empty_table_has_no_neighbour(path: Path, database: Database) -> None:
    write_race_list(database, special_races()[:1], NOW)
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        write_race_list(database, [], NOW + 1)
        await console.until(lambda: not shown.table.keys, "the race to go")
        assert not shown.message
