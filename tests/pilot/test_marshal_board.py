"""The leaderboard beside the queue: whom `h` hides while places change, and who is in sight."""

from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.authors import Author
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import Database
from drtui.store.live_races import write_live
from drtui.store.moderation import hidden_aliases, hide_alias, show_alias
from tests.support.driving import Console
from tests.support.live_shows import RACE, final, marshal_of, ranked, write_show
from tests.support.race_deployment import RaceDeployment
from tests.support.stores import NOW


def hidden(database: Database) -> frozenset[str]:
    with database.read() as connection:
        return hidden_aliases(connection)


def names(screen: MarshalScreen) -> list[str]:
    return [screen._ranking_rows[key].row.ranking.alias for key in screen.board.keys]


async def placed(
    console: Console, database: Database, calls: RaceDeployment, *aliases: str
) -> None:
    """Let the race have another leaderboard, until the screen shows it."""
    state = replace(calls.states[RACE], rankings=ranked(*aliases))
    write_live(database, RACE, state, None, NOW)
    screen = console.app.screen
    assert isinstance(screen, MarshalScreen)
    await console.until(lambda: names(screen) == list(aliases), "the new places")


async def test_h_hides_whom_the_cursor_was_put_on_whoever_overtakes(
    path: Path, database: Database
) -> None:
    calls = final(rankings=ranked("grace", "rude", "linus"))
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("tab", "j")
        await placed(console, database, calls, "linus", "grace", "rude")
        assert screen.board.cursor_row is not None
        assert screen.board.cursor_row.row.ranking.alias == "rude"
        await console.press("h")
        await console.until(lambda: "hidden: " in console.text(), "the sign")
    assert hidden(database) == {"rude"}


async def test_the_leader_under_the_cursor_stays_so_though_the_terminal_is_left_meanwhile(
    path: Path, database: Database
) -> None:
    calls = final(rankings=ranked("rude", "grace"))
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("tab")
        console.app.app_focus = False
        await console.settled()
        await placed(console, database, calls, "grace", "rude")
        console.app.app_focus = True
        await console.until(lambda: screen.board.has_focus, "the focus")
        await console.press("h")
        await console.until(lambda: "hidden: " in console.text(), "the sign")
    assert hidden(database) == {"rude"}


async def test_all_who_share_an_alias_are_shown(path: Path, database: Database) -> None:
    aliases = ("RacerAlias", "grace", "RacerAlias")
    write_show(database, final(rankings=ranked(*aliases)))
    async with marshal_of(path) as (_, screen):
        assert names(screen) == list(aliases)


async def test_the_first_places_stay_in_sight_beside_the_queue(
    path: Path, database: Database
) -> None:
    many = [f"racer-{number}" for number in range(60)]
    calls = final(rankings=ranked(*many))
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await placed(console, database, calls, *many[1:], many[0])
        assert "racer-1 " in console.text()
        assert (screen.board.cursor, screen.board.top) == (0, 0)
        await console.press("tab")
        await placed(console, database, calls, "new", *many[1:], many[0])
        assert "new " in console.text()  # above the cursor
        assert (screen.board.cursor, screen.board.top) == (1, 0)


async def test_h_does_what_was_shown_though_another_marshal_did_it_just_now(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_show(database, final(rankings=ranked("rude", "grace")))
    async with marshal_of(path) as (console, screen):
        await console.press("tab")
        monkeypatch.setattr(screen, "reload", lambda _: None)  # it is not read yet
        hide_alias(database, "rude", Author("bo"))
        await console.press("h")
        await console.until(lambda: "rude is hidden from audiences" in console.prose(), "done")
        assert hidden(database) == {"rude"}
        monkeypatch.undo()
        screen.reload(screen.KINDS)
        await console.until(lambda: "hidden: rude" in console.text(), "the sign")
        monkeypatch.setattr(screen, "reload", lambda _: None)
        show_alias(database, "rude", Author("bo"))
        await console.press("h")
        await console.until(lambda: "rude is shown to audiences again" in console.prose(), "done")
    assert not hidden(database)


async def test_what_is_read_once_h_was_pressed_changes_nothing_of_it(
    path: Path, database: Database
) -> None:
    write_show(database, final(rankings=ranked("rude", "grace")))
    async with marshal_of(path) as (console, screen):
        await console.press("tab")
        assert screen.live is not None
        screen.action_hide()  # and before it is begun:
        screen.live = replace(screen.live, hidden=frozenset({"rude"}))
        screen.board.cursor = 1
        await console.until(lambda: "is hidden from audiences" in console.prose(), "done")
    assert hidden(database) == {"rude"}
