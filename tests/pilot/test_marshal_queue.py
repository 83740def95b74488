"""The queue in a marshal's hands: moved, ordered, removed, reset, and changed by another."""

from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.live_races import QueueStatus
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.marshal import OrderDialog, PlaceDialog, ReasonDialog, TypedDialog
from drtui.store.database import Database
from drtui.store.live_races import write_live
from tests.support.live_shows import (
    HOSTILE,
    RACE,
    WAITING,
    carried_out,
    cursor_on,
    final,
    item,
    marshal_of,
    queue,
    ranked,
    row,
    unhurried,
    write_show,
)
from tests.support.screens import none_made
from tests.support.stores import NOW

NARROW = (80, 24)


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
    assert none_made(database)


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
    assert none_made(database)


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
        assert "b0lt (car-4) and carlos_v (car-5) will be taken out" in console.prose()
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


async def test_what_was_driven_since_the_dialog_was_opened_is_not_wiped(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("X")
        await console.dialog(TypedDialog)
        calls.reset_all(RACE)  # another marshal did, and one has driven since
        calls.status(RACE, item(4, "").submission_id, QueueStatus.COMPLETED)
        calls.states[RACE] = replace(calls.states[RACE], rankings=ranked("b0lt"))
        calls.writes.clear()
        write_show(database, calls, seconds_ago=1)
        await console.until(lambda: screen.live is not None and len(screen.live.rows) == 1)
        await console.press("7", "enter")
        await console.until(lambda: bool(screen.sent), "something sent")
        await carried_out(console, database, calls)
        assert "Reset all: it was reset meanwhile: look again." in console.prose()
        assert "b0lt" in row(console, "9.037")
    assert not calls.writes


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
