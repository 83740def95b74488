"""What of a live race was confirmed before all of it begins anew, and what of that still holds."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.live_seen import SeenRace, seen_in, seen_race, seen_text
from drtui.domain.problems import InvalidInputError
from tests.support.races import live_state, queue_item, rankings

DONE, FAILED, RUNS, WAITS = (
    queue_item(1, "a1", QueueStatus.COMPLETED),
    queue_item(2, "a2", QueueStatus.FAILED),
    queue_item(3, "a3", QueueStatus.IN_PROGRESS),
    queue_item(4, "a4"),
)
QUEUE = (DONE, FAILED, RUNS, WAITS)
STATE = live_state(1, rankings=rankings("r1", "r2"))
SEEN = seen_race(STATE, QUEUE)


def moved(item: QueueItem, status: str, resets: int = 0) -> tuple[QueueItem, ...]:
    """The queue with one that stands somewhere else."""
    return tuple(
        replace(one, status=status, resets=resets) if one is item else one for one in QUEUE
    )


@pytest.mark.parametrize("read", [STATE, None])
def test_it_is_kept_as_a_text(read: LiveState | None) -> None:
    seen = seen_race(read, QUEUE)
    assert seen_in(seen_text(seen)) == seen
    assert seen_in(None) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"queue": {}}', '{"queue": {"a": 1}}'])
def test_a_text_that_holds_something_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="does not say what was seen"):
        seen_in(text)


@pytest.mark.parametrize(
    "queue",
    [
        QUEUE,
        QUEUE[::-1],
        moved(WAITS, QueueStatus.IN_PROGRESS),
        moved(RUNS, QueueStatus.FAILED),
        moved(RUNS, QueueStatus.COMPLETED),
    ],
    ids=["the same", "moved", "launched", "failed", "has run"],
)
def test_what_goes_on_as_it_was_seen_is_no_other_race(queue: tuple[QueueItem, ...]) -> None:
    swapped = replace(STATE, rankings=STATE.rankings[::-1])
    assert SEEN.changed(swapped, queue) == ""


@pytest.mark.parametrize(
    "queue",
    [
        moved(FAILED, QueueStatus.PENDING, 1),
        moved(FAILED, QueueStatus.FAILED, 1),
        moved(FAILED, QueueStatus.IN_PROGRESS),
        moved(DONE, QueueStatus.PENDING),
        moved(RUNS, QueueStatus.PENDING),
        moved(FAILED, QueueStatus.COMPLETED),
    ],
)
def test_what_began_anew_is_seen_even_where_resets_are_not_counted_any_more(
    queue: tuple[QueueItem, ...],
) -> None:
    assert SEEN.changed(STATE, queue) == "it was reset meanwhile: look again"
    gone = replace(STATE, rankings=())
    assert SEEN.changed(gone, queue[:3]) == "it was reset meanwhile: look again"


@pytest.mark.parametrize(
    ("queue", "why"),
    [
        (QUEUE[:3], "4 were counted in the queue, which has 3 now: look again"),
        ((*QUEUE[:3], queue_item(9, "a9")), "other submissions are in the queue now: look again"),
    ],
)
def test_it_is_the_queue_that_was_counted(queue: tuple[QueueItem, ...], why: str) -> None:
    assert SEEN.changed(STATE, queue) == why


@pytest.mark.parametrize(
    ("seen", "change", "why"),
    [
        (SEEN, lambda one: replace(one, rankings=rankings("r1", "r3")), "the leaderboard is"),
        (SEEN, lambda one: replace(one, rankings=one.rankings[:1]), "the leaderboard is"),
        (SEEN, lambda one: replace(one, winner="r2"), "r2 is the winner now: look again"),
        (seen_race(None, QUEUE), lambda one: one, ""),
        (seen_race(replace(STATE, winner="r2"), QUEUE), lambda one: one, ""),
    ],
    ids=["another", "fewer", "a winner", "never read", "the winner is cleared"],
)
def test_results_that_nobody_has_seen_are_not_lost(
    seen: SeenRace, change: Callable[[LiveState], LiveState], why: str
) -> None:
    told = seen.changed(change(STATE), QUEUE)
    assert told.startswith(why) if why else not told
