"""A live race as it is shown: who runs, who is next, and which leaderboard counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from drtui.domain.live_races import QueueStatus
from drtui.domain.live_shows import LiveShow, live_show, running_now
from drtui.domain.race_records import StoredLeaderboard, StoredLive, StoredRace
from drtui.domain.races import LiveStatus
from tests.support.races import START, live_race, live_state, queue_item, rankings

ITEM = queue_item(1, "a0", QueueStatus.IN_PROGRESS)


def shown(
    live: StoredLive, board: StoredLeaderboard | None = None, hidden: frozenset[str] = frozenset()
) -> LiveShow:
    stored = StoredRace(1, live_race(1), START)
    return live_show(stored, board or StoredLeaderboard(), live, hidden)


@pytest.mark.parametrize(
    ("told", "since", "laps"),
    [
        ({"startedAt": "2026-05-02T12:00:00.000Z", "completedLaps": 2}, 0, 2),
        ({"startedAt": "2026-05-02T12:00:00", "laps": 1.0}, 0, 1),
        ({"startedAt": "yesterday", "completedLaps": "many"}, None, None),
        ({"startedAt": 1_777_723_200, "laps": True}, None, None),
        ({"startedAt": "0001-01-01T00:00:00+14:00", "laps": -1}, None, None),
        ({}, None, None),
    ],
)
def test_what_is_told_of_the_evaluation_is_used_as_far_as_it_is_understood(
    told: dict[str, Any], since: int | None, laps: int | None
) -> None:
    running = running_now(live_state(1, current=told), [ITEM])
    assert running is not None
    assert (running.alias, running.model) == ("r1", "model")
    expected = None if since is None else datetime(2026, 5, 2, 12, tzinfo=UTC)
    assert (running.since, running.laps) == (expected, laps)


def test_the_evaluation_itself_says_better_than_the_queue_who_runs() -> None:
    told = {"submissionId": "s", "participantName": "ada", "modelName": "car"}
    running = running_now(live_state(1, current=told), [ITEM])
    assert running is not None
    assert (running.submission_id, running.alias, running.model) == ("s", "ada", "car")


def test_nothing_runs_where_neither_says_so() -> None:
    assert running_now(live_state(1), [queue_item(1, "a0")]) is None
    assert running_now(None, []) is None
    assert running_now(None, [ITEM]) is not None


def test_those_who_wait_come_by_the_bytes_of_their_positions() -> None:
    queue = (queue_item(1, "a0"), queue_item(2, "Zz"), queue_item(3, "a0V"), ITEM)
    waiting = shown(StoredLive(live_state(1), queue, START)).waiting
    assert [one.participant for one in waiting] == ["r2", "r1", "r3"]


def test_the_leaderboard_of_the_live_race_itself_counts_and_goes_on_beyond_its_hundred() -> None:
    board = StoredLeaderboard(rankings(*(f"b{number}" for number in range(120))), START)
    few = shown(StoredLive(live_state(1, rankings=rankings("a")), (), START), board)
    assert [row.ranking.alias for row in few.rows] == ["a"]
    first = rankings(*(f"a{number}" for number in range(100)))
    many = shown(StoredLive(live_state(1, rankings=first), (), START), board)
    assert len(many.rows) == 120
    assert many.rows[99].ranking.alias == "a99"
    assert many.rows[100].ranking.alias == "b100"
    never = shown(StoredLive(), board)
    assert len(never.rows) == 120


def test_what_the_live_race_told_is_newer_than_the_list() -> None:
    never = shown(StoredLive())
    assert (never.live_status, never.submissions_open) == (LiveStatus.SCHEDULED, True)
    state = live_state(1, live_status=LiveStatus.IN_PROGRESS, submissions_open=False)
    live = shown(StoredLive(state, (), START))
    assert (live.live_status, live.submissions_open) == (LiveStatus.IN_PROGRESS, False)
    assert live.race.live_status == LiveStatus.IN_PROGRESS


def test_a_race_is_over_once_somebody_was_declared() -> None:
    assert shown(StoredLive(live_state(1, winner="ada"), (), START)).over
    assert shown(StoredLive(live_state(1, live_status=LiveStatus.COMPLETED), (), START)).over
    assert not shown(StoredLive(live_state(1), (), START)).over


def test_an_alias_is_hidden_in_whatever_case() -> None:
    show = shown(StoredLive(), hidden=frozenset({"straße".casefold()}))
    assert show.is_hidden("STRASSE")
    assert not show.is_hidden("ada")


def test_a_marshal_sees_what_runs_and_waits_above_what_is_over() -> None:
    states = {
        "a1": QueueStatus.COMPLETED,
        "a2": QueueStatus.PENDING,
        "a3": QueueStatus.FAILED,
        "a4": "PAUSED",
        "a5": QueueStatus.IN_PROGRESS,
        "Zz": QueueStatus.COMPLETED,
        "a6": QueueStatus.PENDING,
    }
    queue = [queue_item(n, place, status) for n, (place, status) in enumerate(states.items())]
    show = shown(StoredLive(live_state(1), tuple(queue)))
    there = [one.place.decode() for one in show.sorted_queue]
    assert there == ["a5", "a2", "a6", "a3", "a4", "Zz", "a1"]
