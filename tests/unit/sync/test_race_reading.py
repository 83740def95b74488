"""Reading races: what is read, how often, and what a failure leaves alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.race_records import StoredLive
from drtui.domain.races import RankingPage
from drtui.store.database import Database, open_database
from drtui.store.interests import declare_interest
from drtui.store.live_races import LIVE_INTEREST, read_live
from drtui.store.races import (
    RACE_INTEREST,
    RACES_INTEREST,
    all_races,
    read_race_listing,
    write_race_list,
)
from drtui.store.rankings import read_leaderboard
from drtui.store.watching import ChangeWatch
from drtui.sync import race_lane, race_reading
from drtui.sync.events import Events, RaceEvent
from drtui.sync.race_reading import RaceReading
from tests.support.logs import SteppedClock
from tests.support.race_calls import FakeRaceCalls
from tests.support.races import START, listed, live_race, live_state, queue_item, race_id, rankings

LIST = [("races", ""), ("races", "p=1")]
BUSY = DeploymentError(FailureKind.UNAVAILABLE, "busy", status=503, retry_after=1.0)
GONE = DeploymentError(FailureKind.NOT_FOUND, "Item not found.", status=404)
SILENCE = DeploymentError(FailureKind.OUTCOME_UNKNOWN, "no answer")


class Serving:
    """A reading in a test's hands: one clock for all of it, and its answers taken by the test."""

    def __init__(self, database: Database, clock: SteppedClock) -> None:
        self.database = database
        self.clock = clock
        self.calls = FakeRaceCalls(listed(1, opens=1, closes=2), listed(2, opens=2, closes=3))
        self.events: Events = Events()
        self.reading = RaceReading(self.calls, database, self.events)

    def wants(self, *subjects: str, seconds: float = 9_000.0) -> None:
        for subject in subjects:
            declare_interest(self.database, subject, seconds)
        self.reading.look()

    def serve(self, *, calls: bool = True) -> list[tuple[str, str]]:
        """Serve until nothing more is due now; the calls that were made, in order."""
        before = len(self.calls.called)
        self.reading.serve(calls=calls)
        while any(lane.running for lane in self.reading._lanes.values()):
            self.take()
            self.reading.serve(calls=calls)
        return self.calls.called[before:]

    def take(self) -> DeploymentError | None:
        event = self.events.get(timeout=10)
        assert isinstance(event, RaceEvent)
        told, error = self.reading.ended(event)
        assert told
        return error

    def names(self) -> list[str]:
        with self.database.read() as connection:
            return [one.race.definition.name for one in all_races(connection)]

    def live(self, number: int) -> StoredLive:
        with self.database.read() as connection:
            return read_live(connection, race_id(number))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SteppedClock:
    clock = SteppedClock()
    for module in (race_reading, race_lane):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))
    return clock


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


@pytest.fixture
def serving(database: Database, clock: SteppedClock) -> Serving:
    return Serving(database, clock)


def live_now(serving: Serving) -> None:
    """Race 3 is live, somebody watches it, and the list was read."""
    serving.calls.listed.append(live_race(3))
    serving.calls.states[race_id(3)] = live_state(3, rankings=rankings("a"))
    serving.calls.queues[race_id(3)] = (queue_item(1, "a0"),)
    serving.wants(LIVE_INTEREST + race_id(3))


def test_nothing_is_read_that_nobody_wants(serving: Serving) -> None:
    assert serving.serve() == []
    assert not serving.reading.waited_for


def test_the_list_is_read_to_its_last_page_after_a_sweep(serving: Serving) -> None:
    serving.reading.swept()
    assert serving.serve(calls=False) == []
    assert serving.serve() == LIST
    assert serving.names() == ["Race 1", "Race 2"]
    assert serving.serve() == []
    serving.reading.swept()
    assert serving.reading.waited_for
    assert serving.serve() == LIST


@pytest.mark.parametrize("subject", [RACES_INTEREST, RACE_INTEREST + race_id(1)])
def test_the_list_is_read_every_half_minute_while_somebody_looks(
    serving: Serving, clock: SteppedClock, subject: str
) -> None:
    serving.wants(subject)
    assert [one for one in serving.serve() if one in LIST] == LIST
    clock.step(29)
    assert [one for one in serving.serve() if one in LIST] == []
    clock.step(1)
    assert [one for one in serving.serve() if one in LIST] == LIST


def test_an_interest_ends(serving: Serving, clock: SteppedClock) -> None:
    serving.wants(RACES_INTEREST, seconds=20)
    serving.serve()
    clock.step(30)
    assert serving.serve() == []


def test_a_list_that_was_cut_short_removes_nothing(serving: Serving, database: Database) -> None:
    write_race_list(database, [listed(1), listed(7)], database.clock())
    serving.calls.fails["races", "p=1"] = BUSY
    serving.reading.swept()
    assert serving.serve() == LIST
    assert serving.names() == ["Race 1", "Race 7"]
    with database.read() as connection:
        assert read_race_listing(connection).trouble == "busy"


def test_a_list_that_runs_in_circles_is_no_list(serving: Serving, database: Database) -> None:
    serving.calls.circles = True
    serving.reading.swept()
    serving.serve()
    assert serving.names() == []
    with database.read() as connection:
        assert "circles" in read_race_listing(connection).trouble


def test_a_failure_backs_off_and_a_success_ends_that(serving: Serving, clock: SteppedClock) -> None:
    live_now(serving)
    serving.serve()
    serving.calls.fails["queue", race_id(3)] = BUSY
    pauses = []
    for _ in range(5):
        seconds = 0
        while ("queue", race_id(3)) not in serving.serve():
            clock.step(1)
            seconds += 1
        pauses.append(seconds)
    assert pauses == [5, 10, 20, 40, 60]
    assert serving.live(3).trouble == "busy"
    assert serving.live(3).queue == (queue_item(1, "a0"),)
    serving.calls.fails.clear()
    clock.step(60)
    assert ("queue", race_id(3)) in serving.serve()
    assert serving.live(3).trouble == ""
    clock.step(5)
    assert ("queue", race_id(3)) in serving.serve()


def test_without_an_answer_it_is_tried_again_soon(serving: Serving, clock: SteppedClock) -> None:
    serving.wants(RACES_INTEREST)
    serving.calls.fails["races", ""] = SILENCE
    assert serving.serve() == [("races", "")]
    clock.step(5)
    assert serving.serve() == [("races", "")]


def test_a_live_race_is_read_faster_while_something_runs(
    serving: Serving, clock: SteppedClock
) -> None:
    live_now(serving)

    def read() -> bool:
        return ("state", race_id(3)) in serving.serve()

    assert read()
    assert serving.live(3).queue == (queue_item(1, "a0"),)
    clock.step(4)
    assert not read()
    clock.step(1)
    assert read()
    serving.calls.states[race_id(3)] = live_state(3, in_progress=1, current={"modelName": "m"})
    clock.step(5)
    assert read()
    clock.step(1)
    assert not read()
    clock.step(1)
    assert read()
    assert serving.live(3).state == live_state(3, in_progress=1, current={"modelName": "m"})


def test_a_live_race_whose_ranking_changes_has_its_leaderboard_read(
    serving: Serving, clock: SteppedClock
) -> None:
    live_now(serving)
    serving.serve()
    clock.step(5)
    assert serving.serve() == [("state", race_id(3)), ("queue", race_id(3))]
    serving.calls.states[race_id(3)] = live_state(3, rankings=rankings("b", "a"))
    clock.step(5)
    assert ("rankings", race_id(3)) in serving.serve()
    clock.step(5)
    assert ("rankings", race_id(3)) not in serving.serve()


def test_a_leaderboard_is_read_every_quarter_of_a_minute_while_somebody_looks(
    serving: Serving, database: Database, clock: SteppedClock
) -> None:
    serving.wants(RACE_INTEREST + race_id(1))
    serving.calls.boards[race_id(1)] = rankings("a", "b")
    assert ("rankings", race_id(1)) in serving.serve()
    with database.read() as connection:
        assert read_leaderboard(connection, race_id(1)).rankings == rankings("a", "b")
    clock.step(14)
    assert serving.serve() == []
    clock.step(1)
    assert serving.serve() == [("rankings", race_id(1))]


def test_a_race_that_is_gone_is_looked_for_in_the_list(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.wants(RACE_INTEREST + race_id(2))
    serving.serve()
    clock.step(15)
    serving.calls.listed.pop()
    serving.calls.fails["rankings", race_id(2)] = GONE
    assert serving.serve() == [("rankings", race_id(2)), ("races", "")]
    assert serving.names() == ["Race 1"]


def test_leaderboards_of_races_that_run_or_have_run_are_read_once_without_interest(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.calls.listed = [
        listed(1, opens=-3, closes=-2, participants=4),
        listed(2, opens=-1, closes=1, participants=0),
        listed(3, opens=-1, closes=2, participants=2),
    ]
    serving.reading.swept()
    read = serving.serve()
    assert read[-2:] == [("rankings", race_id(3)), ("rankings", race_id(1))]
    assert not serving.reading.waited_for
    clock.step(200)
    assert serving.serve() == []
    serving.calls.listed[1] = replace(serving.calls.listed[1], participants=1)
    serving.reading.swept()
    assert serving.serve()[-1] == ("rankings", race_id(2))


def test_an_engine_that_runs_on_leaves_gaps_and_is_not_waited_for(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.reading.unattended = True
    serving.calls.listed = [listed(one, opens=-3, closes=-2, participants=4) for one in (1, 2)]
    serving.reading.swept()
    assert [one for one in serving.serve() if one[0] == "rankings"] == [("rankings", race_id(1))]
    assert not serving.reading.waited_for
    assert serving.serve() == []
    clock.step(1)
    assert serving.serve() == [("rankings", race_id(2))]


def test_what_was_given_up_is_not_written_and_is_read_anew(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.wants(RACES_INTEREST)
    serving.reading.serve(calls=True)
    assert serving.reading.oldest_call() is not None
    serving.reading.give_up()
    event = serving.events.get(timeout=10)
    assert isinstance(event, RaceEvent)
    assert serving.reading.ended(event) == (False, None)
    assert serving.names() == []
    assert serving.serve() == LIST
    assert serving.names() == ["Race 1", "Race 2"]


def test_a_race_that_cannot_be_read_is_not_taken_for_gone(
    serving: Serving, database: Database
) -> None:
    write_race_list(database, [listed(1), listed(2)], database.clock())
    serving.calls.unreadable.add(race_id(2))
    serving.reading.swept()
    serving.serve()
    assert sorted(serving.names()) == ["Race 1", "Race 2"]
    serving.calls.unreadable.clear()
    serving.calls.listed = [listed(1)]
    serving.reading.swept()
    serving.serve()
    assert serving.names() == ["Race 1"]


def boards_read(serving: Serving) -> int:
    return sum(one[0] == "rankings" for one in serving.serve())


def test_of_a_board_of_which_nothing_new_is_told_the_first_page_does(
    serving: Serving, database: Database, clock: SteppedClock
) -> None:
    serving.reading.unattended = True
    serving.calls.page_size = 2
    serving.calls.listed = [listed(1, closes=9, participants=5)]
    serving.calls.boards[race_id(1)] = rankings(*"abcde")
    serving.reading.swept()
    assert boards_read(serving) == 3
    watch = ChangeWatch(database.path)
    clock.step(360)
    assert boards_read(serving) == 1
    assert RecordKind.RACE not in watch.changed()
    watch.close()
    with database.read() as connection:
        board = read_leaderboard(connection, race_id(1))
    assert board.rankings == rankings(*"abcde")
    assert board.read_at == START + timedelta(seconds=360)
    serving.calls.boards[race_id(1)] = rankings(*"bacde")
    clock.step(360)
    assert boards_read(serving) == 3
    for _ in range(4):
        clock.step(360)
        assert boards_read(serving) == 1
    clock.step(360)
    assert boards_read(serving) == 3  # half an hour since it was last read whole


def test_a_board_that_takes_long_is_followed_by_a_long_gap(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.reading.unattended = True
    serving.calls.listed = [listed(one, opens=-3, closes=-2, participants=4) for one in (1, 2)]
    serving.reading.swept()
    serve = serving.calls.rankings

    def slow(race_id: str, token: str | None = None) -> RankingPage:
        clock.step(10)
        return serve(race_id, token)

    setattr(serving.calls, "rankings", slow)  # noqa: B010 -- a method, for this test alone
    assert boards_read(serving) == 1
    clock.step(29)
    assert boards_read(serving) == 0
    clock.step(1)
    assert boards_read(serving) == 1


def test_one_run_does_not_wait_for_every_board(serving: Serving, clock: SteppedClock) -> None:
    serving.calls.listed = [
        listed(one, opens=-3, closes=-2, participants=4) for one in range(1, 10)
    ]
    serve = serving.calls.rankings

    def slow(race_id: str, token: str | None = None) -> RankingPage:
        clock.step(25)
        return serve(race_id, token)

    setattr(serving.calls, "rankings", slow)  # noqa: B010 -- a method, for this test alone
    serving.reading.swept()
    assert boards_read(serving) == 3
    assert not serving.reading.waited_for
    serving.reading.swept()
    assert boards_read(serving) == 3
