"""Races on the smallest terminal, as an organiser under stress meets them."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.live_races import QueueStatus
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.race import RaceScreen
from drtui.screens.standings import StandingsScreen
from drtui.store.database import Database
from drtui.store.moderation import hide_alias
from tests.support.driving import console_app, running
from tests.support.live_shows import RACE, final, item, marshal_of, queue, write_show
from tests.support.races_table import filled_races, open_races

SMALL: Final = (80, 24)


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


async def test_the_form_names_the_key_that_its_buttons_are_not_needed_for(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path), SMALL) as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        assert "ctrl+s show the plan" in console.lines()[-1]
        await console.write("Sprint")
        await console.press("ctrl+s")
        await console.dialog(PlanDialog)
        assert "Create (1)" in console.text()


async def test_the_page_of_a_race_that_is_over_says_so_once(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path), SMALL) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("enter")
        page = await console.dialog(RaceScreen)
        await console.until(lambda: page.race_at_hand() is not None, "the page")
        state = next(line for line in console.lines() if line.startswith(" State"))
        assert state.split() == ["State", "closed", "6", "d", "6", "h", "ago"]


async def test_a_table_without_a_filter_does_not_speak_of_people(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path), SMALL) as console:
        await open_races(console)
        await console.press("f")
        await console.until(lambda: "Now: no filter" in console.text(), "the saved filters")


async def test_standings_mark_a_hidden_alias_where_there_is_little_room(
    path: Path, races: Database
) -> None:
    hide_alias(races, "grace", Author("ada"))
    async with running(console_app(path), SMALL) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("t")
        await console.dialog(StandingsScreen)
        await console.until(lambda: "grace" in console.text(), "the standings")
        told = next(line for line in console.lines() if "grace" in line)
        assert "hidden" in told


async def test_a_marshal_offline_on_purpose_is_told_the_key_that_ends_it(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    offline.go_offline(Workspace(database, "bob"))
    async with marshal_of(path, SMALL) as (console, _):
        await console.until(
            lambda: (
                "! Offline, F ends it: live actions are done at once, and never queued."
                in console.text()
            ),
            "the banner",
        )
        await console.press("L")
        assert (
            "Not now: live actions are done at once and never queued (offline, F ends it)."
            in console.text()
        )


async def test_the_menu_over_the_leaderboard_is_for_the_racer_in_sight(
    path: Path, database: Database
) -> None:
    write_show(database, final(runs=True))
    async with marshal_of(path, SMALL) as (console, screen):
        await console.press("tab")
        await console.until(lambda: screen.board.has_focus, "the leaderboard")
        leader = screen.board.cursor_row
        assert leader is not None
        await console.press("m")
        await console.dialog(MenuDialog)
        assert f"{leader.row.ranking.alias}, under the cursor" in console.prose()


async def test_the_cursor_does_not_go_out_of_sight_with_what_is_done(
    path: Path, database: Database
) -> None:
    calls = final(runs=True)
    many = [item(number, f"racer{number}", QueueStatus.COMPLETED) for number in range(20, 50)]
    calls.queues[RACE] = (*queue(runs=True), *many)
    write_show(database, calls)
    async with marshal_of(path, SMALL) as (console, screen):
        screen.queue.cursor = 0
        assert "runs" in console.text()
        calls.queues[RACE] = tuple(
            replace(one, status=QueueStatus.COMPLETED) if one.participant == "ada-l" else one
            for one in calls.queues[RACE]
        )
        write_show(database, calls, 0.0)
        screen.reload(screen.KINDS)
        await console.until(lambda: "1 runs" not in console.text(), "the end of the run")
        under = screen.queue.cursor_key
        assert under is not None
        assert screen.queue_rows[under].item.participant == "b0lt"
        assert screen.queue.top == 0


@pytest.mark.parametrize(("name", "closed"), [("Friday warm-up", True), ("Grand final", False)])
async def test_the_invitation_to_a_race_that_is_over_is_questioned(
    path: Path, races: Database, name: str, closed: bool
) -> None:
    del races
    async with running(console_app(path), SMALL) as console:
        shown = await open_races(console)
        await shown.put_cursor(name)
        await console.press("i")
        await console.dialog(RaceInvitationDialog)
        assert ("The race has closed: nobody can enter it" in console.prose()) is closed
        assert "Invitation to a race" in console.text()
        assert "[ Copy ]" in console.text()
