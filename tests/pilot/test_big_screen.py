"""The big screen: what an audience sees, and never sees."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.problems import StoreProblemError
from drtui.screens.big_app import BigApp
from drtui.screens.big_screen import BigScreen
from drtui.store.database import Database, open_database
from drtui.store.interests import live_interests
from drtui.store.live_races import write_live
from drtui.store.moderation import hide_alias
from drtui.store.races import write_race_list
from drtui.store.rankings import write_rankings
from drtui.widgets.big_text import big
from tests.support.driving import SECONDS, Console, RecordingEngine, console_app, running
from tests.support.live_shows import RACE, final, queue, race, ranked, write_show
from tests.support.stores import NOW, frozen_clock

SIZES = [(60, 15), (80, 24), (120, 40), (200, 60)]


@asynccontextmanager
async def big_of(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Console]:
    async with running(console_app(path), size) as console:
        console.app.push_screen(BigScreen(console.app.context, RACE))
        await console.dialog(BigScreen)
        await console.until(
            lambda: console.text().strip() != "" and "Reading" not in console.text(), "the race"
        )
        yield console


def spaced(text: str) -> str:
    return " ".join(text)


@pytest.mark.parametrize("size", SIZES)
async def test_an_audience_sees_who_leads_runs_and_is_next(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    write_show(database, final(runs=True))
    async with big_of(path, size) as console:
        told = console.text()
        assert spaced("grace") in told
        assert big("9.037")[1] in told
        assert big("ada-l")[1] in told
        assert "car-3 · 1:12" in told
        assert "b0lt" in told or spaced("b0lt") in told
        assert "running" in told
        assert "as of 14:05:22 CEST (2 s)" in told
        assert "\x1b" not in told


async def test_an_alias_that_is_hidden_is_gone_at_once_wherever_it_stood(
    path: Path, database: Database
) -> None:
    calls = final(runs=True)
    calls.states[RACE] = replace(calls.states[RACE], rankings=ranked("ada-l", "b0lt"))
    write_show(database, calls)
    async with big_of(path) as console:
        for alias in ("ADA-L", "b0lt"):
            hide_alias(database, alias, Author("ada"))
        await console.until(lambda: spaced("(hidden)") in console.text(), "it to be hidden")
        told = console.text()
        for alias in ("ada-l", "b0lt"):
            assert alias not in told
            assert spaced(alias) not in told
            assert big(alias)[1] not in told
        assert "car-3" not in told  # a model may be called anything as well


async def test_what_the_store_gets_is_shown_and_its_age_where_it_gets_nothing(
    path: Path, database: Database
) -> None:
    write_show(database, final(), seconds_ago=240)
    async with big_of(path) as console:
        assert "! as of 14:01:24 CEST (4 min), nothing newer could be read" in console.text()
        write_live(database, RACE, None, [one for one in queue() if one.participant == "eve"], NOW)
        await console.until(lambda: f"1   {spaced('eve')}" in console.text(), "the new queue")
        assert "nothing newer" not in console.text()


async def test_the_winner_stands_where_somebody_ran(path: Path, database: Database) -> None:
    write_show(database, final(winner="grace", live_status="COMPLETED"))
    for size in SIZES[1:]:
        async with big_of(path, size) as console:
            told = console.text()
            assert "WINNER" in told
            assert big("grace")[1] in told
            assert "NEXT" not in told


async def test_a_race_that_is_not_live_has_its_leaderboard(path: Path, database: Database) -> None:
    plain = race(live_status="", auto_launch=None, submissions_open=None)
    plain = replace(plain, definition=replace(plain.definition, live=False, live_at=None))
    write_race_list(database, [plain], NOW)
    write_rankings(database, RACE, ranked(), NOW)
    async with big_of(path) as console:
        assert spaced("grace") in console.text()
        assert "NOW" not in console.text()
        with database.read() as connection:
            assert not live_interests(connection, "live:", NOW)
            assert live_interests(connection, "race:", NOW)


async def test_there_is_nothing_to_do_but_to_leave(path: Path, database: Database) -> None:
    write_show(database, final())
    for key in ("escape", "q"):
        async with big_of(path) as console:
            await console.press("L", "d", "m", "u", "tab", "h")
            assert isinstance(console.app.screen, BigScreen)
            await console.press(key)
            await console.back()


async def test_the_whole_terminal_app_reads_the_race_and_leaves_with_one_key(
    path: Path, database: Database
) -> None:
    write_show(database, final(runs=True))
    for key in ("q", "escape"):
        engine = RecordingEngine()
        app = BigApp(
            lambda: Workspace(open_database(path, frozen_clock), "ada"),
            RACE,
            account="finals",
            engine=engine,
        )
        async with app.run_test(size=(80, 24)) as pilot:
            await until(partial(_says, app, "NOW"))
            assert engine.started == 1
            hide_alias(database, "grace", Author("ada"))
            await until(partial(_says, app, spaced("(hidden)")))
            await pilot.press(key)
            await until(partial(getattr, app, "_exit"))
        assert engine.stopped == 1
        with database.read() as connection:
            assert live_interests(connection, "live:", NOW)


async def test_a_store_that_cannot_be_opened_is_told() -> None:
    def cannot() -> Workspace:
        raise StoreProblemError("The store is of a newer drtui.")

    app = BigApp(cannot, RACE, account="finals")
    async with app.run_test(size=(80, 24)):
        await until(lambda: "The store is of a newer drtui." in _text(app))


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def _text(app: BigApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def _says(app: BigApp, text: str) -> bool:
    return text in _text(app)
