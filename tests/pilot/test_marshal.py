"""The marshal of a live race: what is sent, what is said of it, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.operations import Item, ItemState
from drtui.domain.records import Role
from drtui.screens.deaf_moment import PAUSE_SECONDS
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.marshal import OrderDialog, PlaceDialog, ReasonDialog, TypedDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import Database
from drtui.store.expiring import settle_expired
from drtui.store.interests import live_interests
from drtui.store.live_races import write_live, write_live_trouble
from drtui.store.moderation import hidden_aliases
from drtui.store.operation_log import newest_operation, operations
from drtui.store.races import write_race_list
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.driving import Console, RecordingEngine
from tests.support.live_shows import (
    AT,
    HOSTILE,
    RACE,
    WAITING,
    final,
    item,
    marshal_engine,
    marshal_of,
    queue,
    race,
    ranked,
    write_show,
)
from tests.support.race_deployment import RaceDeployment, refused
from tests.support.stores import NOW, items_of

NARROW = (80, 24)


def asked(database: Database) -> list[Item]:
    """What was asked for last."""
    with database.read() as connection:
        number = newest_operation(connection)
    return items_of(database, number) if number else []


def nothing_asked(database: Database) -> bool:
    with database.read() as connection:
        return not operations(connection)


async def carried_out(console: Console, database: Database, calls: RaceDeployment) -> None:
    """Let the engine do what was asked for, until the screen knows."""
    marshal_engine(database, calls).run()
    screen = console.app.screen
    assert isinstance(screen, MarshalScreen)
    await console.until(lambda: not screen.sent, "the outcome")


async def cursor_on(console: Console, screen: MarshalScreen, alias: str) -> None:
    names = [one.participant for one in queue_of(screen)]
    screen.queue.cursor = names.index(alias)
    await console.settled()


def unhurried(screen: MarshalScreen) -> None:
    """Let whoever types pause before each key."""
    screen.deaf.clock = count(0.0, 2 * PAUSE_SECONDS).__next__


def queue_of(screen: MarshalScreen) -> list[QueueItem]:
    assert screen.live is not None
    return screen.live.sorted_queue


def row(console: Console, alias: str) -> str:
    return next(line for line in console.lines()[8:] if alias in line)


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
            assert "Friday final in progress" in told
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
        assert "nothing runs launching …" in console.prose()
        assert engine.woken
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
        assert "Launch: ada-l (car-3) runs already: wait until it ends, or reset it." in (
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
        assert nothing_asked(database)


async def test_what_runs_and_waits_stands_above_what_is_over(
    path: Path, database: Database
) -> None:
    calls = final()
    calls.queue(1, *queue(runs=True), submissions_open=False)
    write_show(database, calls)
    async with marshal_of(path) as (_, screen):
        shown = [screen.queue_rows[key].item.status for key in screen.queue.keys]
        assert shown[:2] == [QueueStatus.IN_PROGRESS, QueueStatus.PENDING]
        assert shown[-2:] == [QueueStatus.FAILED, QueueStatus.COMPLETED]


@pytest.mark.parametrize(
    ("alias", "keys", "order"),
    [
        ("carlos_v", ["K"], ["carlos_v", "b0lt", "dmx", "eve", HOSTILE]),
        ("carlos_v", ["J"], ["b0lt", "dmx", "carlos_v", "eve", HOSTILE]),
        ("eve", ["f"], ["eve", "b0lt", "carlos_v", "dmx", HOSTILE]),
        ("b0lt", ["e"], ["carlos_v", "dmx", "eve", HOSTILE, "b0lt"]),
        ("b0lt", ["p", "3", "enter"], ["carlos_v", "dmx", "b0lt", "eve", HOSTILE]),
        ("carlos_v", ["space", "space", "f"], ["carlos_v", "dmx", "b0lt", "eve", HOSTILE]),
        ("dmx", ["space", "space", "p", "2", "enter"], ["b0lt", "dmx", "eve", "carlos_v", HOSTILE]),
    ],
)
async def test_what_waits_is_moved_to_any_place(
    path: Path, database: Database, alias: str, keys: list[str], order: list[str]
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await cursor_on(console, screen, alias)
        await console.press(*keys)
        await console.until(lambda: bool(screen.sent), "something sent")
        assert "moving …" in row(console, alias)
        await carried_out(console, database, calls)
        assert screen.live is not None
        assert [one.participant for one in screen.live.waiting] == order


async def test_a_place_that_is_none_is_not_taken(path: Path, database: Database) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, _):
        await console.press("p")
        await console.dialog(PlaceDialog)
        for typed in ("0", "6", "x"):
            await console.press("home", "ctrl+k", typed, "enter")
            assert "type a number from 1 to 5" in console.prose()
        await console.press("escape")
    assert nothing_asked(database)


async def test_what_has_run_is_left_alone(path: Path, database: Database) -> None:
    write_show(database, final())
    refusals = {
        "K": "only what waits can be moved",
        "x": "only what runs or has failed can be reset",
        "d": "only what waits or has failed can be removed",
    }
    async with marshal_of(path) as (console, screen):
        await cursor_on(console, screen, "grace")
        unhurried(screen)
        for key, why in refusals.items():
            await console.press(key)
            assert f"Not now: {why}." in console.prose()
    assert nothing_asked(database)


async def test_the_queue_is_ordered_by_rankings_or_registration(
    path: Path, database: Database
) -> None:
    board = ("carlos_v", "eve")
    calls = final()
    calls.states[RACE] = replace(calls.states[RACE], rankings=ranked(*board))
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        for key, order in (
            ("r", ["b0lt", "dmx", HOSTILE, "eve", "carlos_v"]),
            ("g", [*WAITING][::-1]),
        ):
            unhurried(screen)
            await console.press("O")
            await console.dialog(OrderDialog)
            await console.press("j", "k")  # moves, and orders nothing
            assert isinstance(console.app.screen, OrderDialog)
            await console.press(key)
            await console.until(lambda: bool(screen.sent), "something sent")
            await carried_out(console, database, calls)
            assert screen.live is not None
            assert [one.participant for one in screen.live.waiting] == order, key
            assert "Order by" in console.prose(), key


async def test_marked_submissions_are_removed_once_that_is_confirmed(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("space", "space", "d")
        await console.dialog(ConfirmDialog)
        assert "b0lt (car-4), carlos_v (car-5) will be taken out" in console.prose()
        await console.press("enter")  # careful: it stays
        assert not screen.sent
        await console.press("d")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        assert "removing …" in row(console, "b0lt")
        await carried_out(console, database, calls)
        assert "Remove 2 submissions: done: all 2." in console.prose()
    assert [what for _, what in calls.writes] == [
        item(4, "").submission_id,
        item(5, "").submission_id,
    ]


async def test_what_has_failed_is_reset_with_a_reason(path: Path, database: Database) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await cursor_on(console, screen, "linus")
        await console.press("x")
        await console.dialog(ReasonDialog)
        await console.write("robomaker died")
        await console.press("enter")
        assert "resetting …" in row(console, "car-2")
        await carried_out(console, database, calls)
        assert "waits" in row(console, "car-2")
    assert calls.writes == [("reset", (item(2, "").submission_id, "robomaker died"))]


async def test_a_reset_that_is_refused_with_nothing_says_why(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    calls.status(RACE, item(2, "").submission_id, QueueStatus.COMPLETED)  # another marshal did
    async with marshal_of(path) as (console, screen):
        await cursor_on(console, screen, "linus")
        await console.press("x")
        await console.dialog(ReasonDialog)
        await console.press("enter")
        await carried_out(console, database, calls)
        assert "it has run: only what runs or has failed begins anew." in console.prose()


async def test_everything_begins_anew_only_once_the_number_was_typed(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("X")
        await console.dialog(TypedDialog)
        await console.press("6", "enter")
        assert "That is not 7" in console.prose()
        await console.press("backspace", "7", "enter")
        await console.until(lambda: bool(screen.sent), "something sent")
        await carried_out(console, database, calls)
        assert "7 wait" in console.prose()
        assert "Nobody has a time yet." in console.prose()


async def test_the_winner_is_declared_by_name_once_that_is_confirmed(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, _):
        await console.press("w")
        await console.dialog(ConfirmDialog)
        told = console.prose()
        assert "grace leads with 9.037, ada-l is second (+0.123)." in told
        assert "5 submissions wait in the queue yet, and will not run." in told
        assert "[ Declare grace ]" in told
        await console.press("right", "enter")
        await carried_out(console, database, calls)
        assert "Winner grace" in console.prose()
        await console.press("w")
        assert "grace is the winner already" in console.prose()


async def test_offline_no_live_action_is_taken_and_screen_and_menu_say_why(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    write_connectivity(database, Connectivity.OFFLINE)
    async with marshal_of(path, NARROW) as (console, screen):
        unhurried(screen)
        assert "The network is away: live actions are done at once, and never queued." in (
            console.prose()
        )
        for key in ("L", "t", "o", "f", "O", "d", "X", "x", "w"):
            console.hush()
            await console.press(key)
            refusal = "Not now: live actions are done at once and never queued"
            assert refusal in console.prose(), key
        await console.resize((120, 40))
        await console.press("m")
        dialog = await console.dialog(MenuDialog)
        entries = {entry.action: entry.reason for entry in dialog._entries}
        assert "b0lt, under the cursor" in console.prose()
        assert set(entries) == {*MarshalScreen.MENU, "undo"}
        at_once = set(entries) - {"undo", "hide", "big_screen", "copy", "live_time"}
        assert all(
            entries[action].startswith("live actions are done at once") for action in at_once
        )
        assert not entries["hide"]
        await console.press("escape")
        await console.until(lambda: console.app.screen is screen, "the menu left")
        await console.press("h")
        assert "b0lt is hidden" in console.prose()
    assert nothing_asked(database)


async def test_not_signed_in_no_live_action_is_taken(path: Path, database: Database) -> None:
    write_show(database, final())
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again.")
    async with marshal_of(path) as (console, _):
        await console.press("L")
        assert "Not now: live actions are done at once and never queued" in console.prose()
    assert nothing_asked(database)


@pytest.mark.parametrize(("role", "may"), [(Role.FACILITATOR, True), (Role.RACER, False)])
async def test_a_facilitator_marshals_and_a_racer_does_not(
    path: Path, database: Database, role: Role, may: bool
) -> None:
    write_show(database, final())
    write_role(database, role)
    async with marshal_of(path) as (console, _):
        await console.press("L")
        assert nothing_asked(database) is not may
        assert ("racers may not run live races" in console.prose()) is not may


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


async def test_an_old_reading_says_so_with_what_went_wrong(path: Path, database: Database) -> None:
    write_show(database, final(), seconds_ago=300)
    write_live_trouble(database, RACE, "it did not answer in time")
    async with marshal_of(path) as (console, _):
        assert "(5 min): it did not answer in time" in console.prose()


async def test_a_race_that_is_gone_is_not_marshalled(path: Path, database: Database) -> None:
    write_show(database, final())
    write_race_list(database, [], NOW)
    async with marshal_of(path) as (console, _):
        assert "this race is not there any more" in console.prose()
        await console.press("L")
        assert "Not now: the race is not there any more." in console.prose()


async def test_the_queue_is_changed_only_where_it_is_in_sight_and_left_after_its_marks(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    async with marshal_of(path, NARROW) as (console, screen):
        await console.press("tab")
        assert screen.board.has_focus
        await console.press("d")
        assert "Not now: the queue is not in sight: tab shows it." in console.prose()
        await console.press("tab")
        assert screen.queue.has_focus
        assert "b0lt" in row(console, "car-4")
        await console.press("space")
        assert screen.queue.marked_count
        await console.press("escape")
        assert not screen.queue.marked_count
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.usage)


async def test_an_empty_queue_says_so_and_what_cannot_be_done(
    path: Path, database: Database
) -> None:
    calls = RaceDeployment(race())
    calls.queue(1, rankings=())
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        unhurried(screen)
        assert "Nobody is in the queue." in console.prose()
        assert "nobody waits" in console.prose()
        for key, why in (
            ("d", "nobody is in the queue"),
            ("w", "nobody is on the leaderboard yet"),
        ):
            await console.press(key)
            assert f"Not now: {why}." in console.prose()


async def test_another_marshals_changes_are_shown_and_marks_stay_with_their_submission(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        await console.press("space")
        moved = [
            replace(one, position="Zz") if one.participant == "eve" else one for one in queue()
        ]
        write_live(database, RACE, None, moved, NOW)
        await console.until(lambda: "1 eve" in console.prose(), "the new order")
        assert [one.participant for one in screen.chosen] == ["b0lt"]
        gone = [one for one in moved if one.participant != "b0lt"]
        write_live(database, RACE, None, gone, NOW)
        await console.until(lambda: "b0lt" not in console.text(), "one less")
        assert not screen.queue.marked_count


async def test_a_refusal_of_the_deployment_is_said_in_its_words(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    calls.failing["launch"] = [refused(FailureKind.INVALID, "The moon is not right.")]
    async with marshal_of(path) as (console, _):
        await console.press("L")
        await carried_out(console, database, calls)
        assert "Launch: The moon is not right." in console.prose()
        with database.read() as connection:
            assert operations(connection)
    assert asked(database)[0].state is ItemState.CANCELLED
    assert calls.queues[RACE][2].status == QueueStatus.PENDING


async def test_what_could_not_be_sent_in_time_is_told_as_not_sent(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("L")
        database.clock = lambda: NOW + 16
        settle_expired(database)
        await console.until(lambda: not screen.sent, "the outcome")
        assert "Launch: not sent: it was for at once, and could not be sent in time." in (
            console.prose()
        )
    marshal_engine(database, calls).run()
    assert not calls.writes
