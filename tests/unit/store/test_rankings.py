"""Leaderboards: replaced whole, with the history of places, and which one is read next."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.race_records import StoredLeaderboard
from drtui.domain.races import ListedRace
from drtui.store.database import Database, open_database
from drtui.store.races import write_race_list
from drtui.store.rankings import (
    confirm_rankings,
    next_board,
    position_changes,
    read_leaderboard,
    write_rankings,
    write_rankings_trouble,
)
from drtui.store.watching import ChangeWatch
from tests.support.logs import SteppedClock
from tests.support.races import START, listed, live_race, race_id, rankings

HOUR = 3600.0


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


def board(database: Database, number: int = 1) -> StoredLeaderboard:
    with database.read() as connection:
        return read_leaderboard(connection, race_id(number))


def write(database: Database, *aliases: str, number: int = 1) -> None:
    write_rankings(database, race_id(number), rankings(*aliases), database.clock())


def test_a_leaderboard_comes_back_without_its_links(database: Database) -> None:
    assert board(database) == StoredLeaderboard()
    told = [replace(one, video_url="https://x?X-Amz-Signature=1") for one in rankings("a", "b")]
    write_rankings(database, race_id(1), told, database.clock())
    assert board(database) == StoredLeaderboard(rankings("a", "b"), START, "")


def test_ranks_and_aliases_may_occur_twice(database: Database) -> None:
    twice = (*rankings("a", "a"), replace(rankings("b")[0], rank=2))
    write_rankings(database, race_id(1), twice, database.clock())
    assert board(database).rankings == twice
    with database.read() as connection:
        history = position_changes(connection, race_id(1))
    assert [(one.alias, one.rank) for one in history] == [("a", 1), ("b", 2)]


def test_only_what_changes_goes_into_the_history(database: Database, clock: SteppedClock) -> None:
    for aliases in (("a", "b"), ("a", "b"), ("c", "a", "b"), ("c", "a")):
        write(database, *aliases)
        clock.step(15)
    with database.read() as connection:
        history = position_changes(connection, race_id(1))
    seconds = [(one.alias, one.rank, (one.at - START).total_seconds()) for one in history]
    assert seconds == [
        ("a", 1, 0),
        ("b", 2, 0),
        ("a", 2, 30),
        ("b", 3, 30),
        ("c", 1, 30),
        ("b", None, 45),
    ]
    assert history[-1].score is None


def test_a_better_score_on_the_same_place_is_a_change(database: Database) -> None:
    write(database, "a")
    write_rankings(database, race_id(1), rankings("a", first=8_000), database.clock())
    with database.read() as connection:
        history = position_changes(connection, race_id(1))
    assert [one.score for one in history] == [9_100, 8_100]


def test_an_older_reading_changes_nothing(database: Database, clock: SteppedClock) -> None:
    began = clock()
    clock.step(1)
    write(database, "b", "a")
    write_rankings(database, race_id(1), rankings("a", "b"), began)
    assert [one.alias for one in board(database).rankings] == ["b", "a"]


def test_trouble_keeps_what_was_read(database: Database, clock: SteppedClock) -> None:
    write(database, "a")
    clock.step(15)
    write_rankings_trouble(database, race_id(1), "no answer")
    assert board(database) == StoredLeaderboard(rankings("a"), START, "no answer")
    write_rankings_trouble(database, race_id(2), "no answer")
    assert board(database, 2) == StoredLeaderboard((), None, "no answer")
    write(database, "a")
    assert board(database).trouble == ""
    assert board(database).read_at == START + timedelta(seconds=15)


def due(database: Database) -> str | None:
    with database.read() as connection:
        return next_board(connection, database.clock(), again_seconds=300, settle_seconds=900)


def list_of(database: Database, *races: ListedRace) -> None:
    write_race_list(database, races, database.clock())


def test_boards_of_races_that_have_begun_are_read_the_open_ones_first(database: Database) -> None:
    list_of(
        database,
        listed(1, opens=-5, closes=-4, participants=3),
        listed(2, participants=2),
        listed(3, opens=1, closes=2, participants=1),
        listed(4, participants=0),
    )
    assert due(database) == race_id(2)
    write(database, "a", "b", number=2)
    assert due(database) == race_id(1)
    write(database, "a", number=1)
    assert due(database) is None


def test_an_open_board_is_read_again_when_somebody_joins_or_it_is_old(
    database: Database, clock: SteppedClock
) -> None:
    list_of(database, listed(1, participants=1))
    write(database, "a")
    clock.step(30)
    assert due(database) is None
    list_of(database, listed(1, participants=2))
    assert due(database) == race_id(1)
    write(database, "a", "b")
    clock.step(299)
    assert due(database) is None
    clock.step(1)
    assert due(database) == race_id(1)


def test_a_closed_board_is_read_once_more_when_the_last_evaluations_have_ended(
    database: Database, clock: SteppedClock
) -> None:
    list_of(database, listed(1, closes=1, participants=1))
    clock.step(HOUR - 10)
    write(database, "a")
    clock.step(11)
    assert due(database) == race_id(1)
    write(database, "a")
    clock.step(800)
    assert due(database) is None
    clock.step(100)
    assert due(database) == race_id(1)
    write(database, "a")
    clock.step(100 * HOUR)
    assert due(database) is None


def test_a_live_race_that_went_on_after_it_had_closed_is_read_again(
    database: Database, clock: SteppedClock
) -> None:
    race = replace(live_race(1), participants=2)
    list_of(database, race)
    clock.step(9 * HOUR)
    write(database, "a", "b")
    assert due(database) is None
    list_of(database, replace(race, live_status="COMPLETED"))
    assert due(database) == race_id(1)
    write(database, "b", "a")
    assert due(database) is None


def test_a_board_that_could_not_be_read_waits(database: Database, clock: SteppedClock) -> None:
    list_of(database, listed(1, participants=1))
    write_rankings_trouble(database, race_id(1), "no answer")
    assert due(database) is None
    clock.step(301)
    assert due(database) == race_id(1)


def test_a_clock_that_was_set_back_does_not_keep_a_board_as_it_was(
    database: Database, clock: SteppedClock
) -> None:
    list_of(database, listed(1, closes=100, participants=2))
    write(database, "a", "b")
    clock.step(-HOUR)
    assert due(database) == race_id(1)
    write(database, "b", "a")
    assert [one.alias for one in board(database).rankings] == ["b", "a"]
    assert board(database).read_at == START - timedelta(hours=1)


def test_a_new_leader_writes_no_history_of_everybody_behind_the_first_hundred(
    database: Database, clock: SteppedClock
) -> None:
    many = [f"r{number}" for number in range(150)]
    write(database, *many)
    clock.step(15)
    before = {one.alias: one for one in rankings(*many)}
    ahead = [replace(before[alias], rank=rank) for rank, alias in enumerate(many, 2)]
    leader = replace(rankings("new")[0], score=1)
    write_rankings(database, race_id(1), [leader, *ahead], database.clock())
    with database.read() as connection:
        history = position_changes(connection, race_id(1))
    news = [one for one in history if one.at > START]
    assert {one.alias for one in news} == {"new", *many[:100]}
    better = [leader, *ahead[:-1], replace(ahead[-1], score=9)]
    write_rankings(database, race_id(1), better, database.clock())
    with database.read() as connection:
        last = position_changes(connection, race_id(1))[-1]
    assert (last.alias, last.rank, last.score) == ("r149", 151, 9)


def races_changed(watch: ChangeWatch) -> bool:
    return RecordKind.RACE in watch.changed()


def test_a_board_that_nobody_looks_at_and_that_is_as_it_was_changes_no_record(
    database: Database, clock: SteppedClock
) -> None:
    watch = ChangeWatch(database.path)
    write(database, "a", "b")
    watch.changed()
    clock.step(300)
    write_rankings(database, race_id(1), rankings("a", "b"), clock(), quiet=True)
    confirm_rankings(database, race_id(1), clock())
    assert not races_changed(watch)
    assert board(database).read_at == START + timedelta(seconds=300)
    write_rankings(database, race_id(1), rankings("b", "a"), clock(), quiet=True)
    assert races_changed(watch)
    write(database, "b", "a")
    assert races_changed(watch)
    watch.close()
