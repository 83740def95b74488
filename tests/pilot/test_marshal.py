"""The marshal of a live race: the show on one screen, what is sent, and what is said of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.moderation import hidden_aliases
from tests.support.driving import RecordingEngine
from tests.support.live_shows import (
    AT,
    HOSTILE,
    RACE,
    asked,
    carried_out,
    cursor_on,
    final,
    marshal_of,
    queue,
    row,
    write_show,
)
from tests.support.race_deployment import refused
from tests.support.screens import none_made
from tests.support.stores import NOW

NARROW = (80, 24)


async def test_the_whole_show_is_read_and_on_one_screen_at_either_size(
    path: Path, database: Database
) -> None:
    write_show(database, final(runs=True))
    async with marshal_of(path) as (console, _):
        with database.read() as connection:
            read = [one.subject for one in live_interests(connection, "live:", NOW)]
        assert read == [f"live:{RACE}"]
        for size in ((120, 40), NARROW):
            await console.resize(size)
            told = console.prose()
            assert "Friday final running" in told
            assert "closes in 1 h 05 min" in told
            assert "14:05:24 CEST" in told
            assert "(2 s)" in told
            assert "Now ada-l · car-3 · 1:12 so far, since 14:04:12" in told
            assert "Next 1 b0lt · 2 carlos_v · 3 dmx" in told
            assert "submissions closed · auto-launch off" in told
            assert "5 wait · 1 runs · 1 done · 1 failed" in told
            assert "\x1b" not in console.text()
            if size == NARROW:
                await console.press("tab")
            assert "2 ada-l 9.160 +0.123" in " ".join(row(console, "9.160").split())


async def test_a_launch_is_shown_as_sent_at_once_refused_meanwhile_and_then_told_with_its_result(
    path: Path, database: Database
) -> None:
    calls, engine = final(), RecordingEngine()
    write_show(database, calls)
    async with marshal_of(path, engine=engine) as (console, _):
        await console.press("L")
        assert "no submission runs launching …" in console.prose()
        await console.until(lambda: bool(engine.woken), "something sent")
        (sent,) = asked(database)
        assert sent.expires_at == AT + timedelta(seconds=15)
        await console.press("L")
        assert "Not now: what was asked for before is on its way yet." in console.prose()
        await carried_out(console, database, calls)
        assert "launching" not in console.text()
        assert "Launch: b0lt (car-4) runs." in console.prose()
        assert "Now b0lt" in console.prose()
    assert calls.writes == [("launch", RACE)]


async def test_a_conflict_is_explained_and_the_queue_is_read_again(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    somebody = queue(runs=True)
    calls.queue(1, *somebody, submissions_open=False)
    async with marshal_of(path) as (console, _):
        await console.press("L")
        await carried_out(console, database, calls)
        assert "Launch: ada-l (car-3) runs already; wait until it ends, or reset it." in (
            console.prose()
        )
        assert "runs" in row(console, "car-3")


@pytest.mark.parametrize(
    ("key", "doing", "told"),
    [
        ("t", "auto-launch off → on …", "submissions closed · auto-launch on"),
        ("o", "submissions closed → open …", "submissions open · auto-launch off"),
    ],
)
async def test_a_switch_is_turned_and_shows_which_way(
    path: Path, database: Database, key: str, doing: str, told: str
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, _):
        await console.press(key)
        assert doing in console.prose()
        await carried_out(console, database, calls)
        assert told in console.prose()


async def test_submissions_are_opened_in_the_midst_of_a_show_only_once_that_is_confirmed(
    path: Path, database: Database
) -> None:
    calls = final()
    calls.queue(1, *queue(runs=True), submissions_open=False)
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("o")
        await console.dialog(ConfirmDialog)
        assert "ada-l runs. Nothing can be launched while submissions are open." in console.prose()
        await console.press("enter")
        await console.until(lambda: console.app.screen is screen, "the dialog left")
        assert none_made(database)


async def test_the_winner_is_declared_by_name_once_that_is_confirmed(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, _):
        await console.press("w")
        await console.dialog(ConfirmDialog)
        told = console.prose()
        assert "grace leads with 9.037 s, ada-l is second (+0.123 s)." in told
        assert "5 submissions wait in the queue yet, and will not run." in told
        assert "[ Declare grace ]" in told
        await console.press("right", "enter")
        await carried_out(console, database, calls)
        assert "Winner grace" in console.prose()
        await console.press("w")
        assert "grace is the winner already" in console.prose()


async def test_no_winner_is_declared_while_something_runs(path: Path, database: Database) -> None:
    write_show(database, final(runs=True))
    async with marshal_of(path) as (console, screen):
        await console.press("w")
        told = "Not now: ada-l (car-3) runs; wait until it ends."
        await console.until(lambda: told in console.prose(), "why not")
        assert console.app.screen is screen
        write_show(database, final(), seconds_ago=1)
        await console.until(lambda: told not in console.prose(), "nothing running any more")
        assert not screen.refusal("winner")
    assert none_made(database)


@pytest.mark.parametrize(
    ("keys", "call", "told"),
    [
        (("w", "right", "enter"), "declare", "Winner not declared"),
        (("t",), "switch", "Auto-launch not switched on"),
        (("o",), "switch", "Submissions not opened"),
    ],
)
async def test_what_was_refused_never_reads_as_done(
    path: Path, database: Database, keys: tuple[str, ...], call: str, told: str
) -> None:
    calls = final()
    write_show(database, calls)
    calls.failing[call] = [refused(FailureKind.INVALID, "The moon is not right.")]
    async with marshal_of(path) as (console, _):
        await console.press(keys[0])
        if keys[1:]:
            await console.dialog(ConfirmDialog)
            await console.press(*keys[1:])
        await carried_out(console, database, calls)
        assert f"{told}: The moon is not right." in console.prose()


async def test_an_alias_is_hidden_at_once_and_shown_again(path: Path, database: Database) -> None:
    write_show(database, final(runs=True))
    async with marshal_of(path) as (console, screen):
        await cursor_on(console, screen, HOSTILE)
        await console.press("h")
        await console.until(lambda: "hidden: " in console.text(), "the sign")
        with database.read() as connection:
            assert hidden_aliases(connection) == {HOSTILE.casefold()}
        await console.press("h")
        await console.until(lambda: "hidden: " not in console.text(), "no sign")
        await console.press("tab", "j", "h")
        await console.until(lambda: "hidden: ada-l" in console.text(), "the sign")
