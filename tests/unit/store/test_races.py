"""Races as last listed or read: replaced whole, and never by what is older."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.race_errands import delete_race, launch, move_live
from drtui.domain.race_records import RaceListing, StoredRace
from drtui.store.database import Database, open_database
from drtui.store.live_races import write_live
from drtui.store.races import (
    all_races,
    find_races,
    forget_race,
    race_even_gone,
    read_race,
    read_race_listing,
    write_race,
    write_race_list,
    write_races_trouble,
)
from drtui.store.watching import ChangeWatch
from tests.support.logs import SteppedClock
from tests.support.races import (
    START,
    definition,
    listed,
    live_race,
    live_state,
    race_id,
    submit_errands,
)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


def there(database: Database) -> list[StoredRace]:
    with database.read() as connection:
        return all_races(connection)


def one(database: Database, number: int) -> StoredRace:
    with database.read() as connection:
        found = read_race(connection, race_id(number))
    assert found is not None
    return found


def names(database: Database) -> list[str]:
    return [stored.race.definition.name for stored in there(database)]


def test_races_come_by_when_they_close_with_all_that_was_told(database: Database) -> None:
    told = replace(live_race(1), document={"raceType": "TIME_TRIAL", "leaderboardId": race_id(1)})
    soon = listed(2, closes=0.5, participants=None, description="for beginners")
    write_race_list(database, [told, soon], database.clock())
    first, second = there(database)
    assert (first.race, second.race) == (soon, told)
    assert first.as_of == START
    assert first.key != second.key


def test_what_a_list_does_not_have_is_gone_and_keeps_its_key_when_it_comes_back(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [listed(1), listed(2)], clock())
    key = one(database, 1).key
    clock.step(30)
    write_race_list(database, [listed(2)], clock())
    assert names(database) == ["Race 2"]
    with database.read() as connection:
        gone = race_even_gone(connection, race_id(1))
        assert read_race(connection, race_id(1)) is None
    assert gone is not None
    assert gone.gone_at == START + timedelta(seconds=30)
    clock.step(30)
    write_race_list(database, [listed(1), listed(2)], clock())
    assert one(database, 1).key == key


def test_a_list_that_was_asked_for_before_a_change_does_not_take_it_back(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [listed(1), listed(2)], clock())
    clock.step(20)
    began = clock()
    clock.step(1)
    write_race(database, listed(1, "Changed"), clock())
    write_race(database, listed(3, "Created"), clock())
    forget_race(database, race_id(2))
    clock.step(1)
    write_race_list(database, [listed(1), listed(2)], began)
    assert sorted(names(database)) == ["Changed", "Created"]


def test_a_list_that_lags_behind_a_change_does_not_take_it_back(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [listed(1)], clock())
    clock.step(30)
    forget_race(database, race_id(1))
    write_race(database, listed(2), clock())
    clock.step(5)
    write_race_list(database, [listed(1)], clock())
    assert names(database) == ["Race 2"]
    clock.step(6)
    write_race_list(database, [listed(1)], clock())
    assert names(database) == ["Race 1"]


def test_a_list_that_a_later_one_has_overtaken_is_left_out(
    database: Database, clock: SteppedClock
) -> None:
    began = clock()
    clock.step(1)
    write_race_list(database, [listed(1)], clock())
    write_race_list(database, [], began)
    assert names(database) == ["Race 1"]


def test_what_one_race_does_not_tell_stays_as_the_list_told_it(
    database: Database, clock: SteppedClock
) -> None:
    told = replace(live_race(1), participants=7)
    write_race_list(database, [told], clock())
    clock.step(1)
    alone = replace(told, participants=None, submissions_open=None, auto_launch=None)
    write_race(database, alone, clock())
    assert one(database, 1).race == told


def test_a_race_that_is_live_no_more_forgets_what_was_told_of_it_live(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [live_race(1)], clock())
    clock.step(30)
    write_race_list(database, [listed(1)], clock())
    assert one(database, 1).race == listed(1)


def test_the_live_race_knows_its_switches_better_than_a_list_from_before(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [live_race(1)], clock())
    clock.step(30)
    began = clock()
    clock.step(1)
    state = live_state(1, auto_launch=True, submissions_open=False, live_status="IN_PROGRESS")
    write_live(database, race_id(1), state, [], clock())
    write_race_list(database, [replace(live_race(1), participants=4)], began)
    race = one(database, 1).race
    assert (race.auto_launch, race.submissions_open, race.live_status) == (
        True,
        False,
        "IN_PROGRESS",
    )
    assert race.participants == 4
    clock.step(30)
    write_race_list(database, [live_race(1)], clock())
    assert one(database, 1).race.auto_launch is False


def test_links_that_open_something_are_not_kept(database: Database) -> None:
    link = "https://b.example/x.png?X-Amz-Signature=abc"
    race = replace(listed(1), document={"image": link, "more": [{"url": link, "n": 1}]})
    write_race_list(database, [race], database.clock())
    assert one(database, 1).race.document == {"more": [{"n": 1}]}


def test_races_are_found_by_id_by_name_and_by_a_part_of_it(database: Database) -> None:
    races = [listed(1, "Final"), listed(2, "Semi-final"), listed(3, "Straße")]
    write_race_list(database, races, database.clock())

    def found(words: str) -> list[str]:
        with database.read() as connection:
            return [one.race.definition.name for one in find_races(connection, words)]

    assert found(race_id(2)) == ["Semi-final"]
    assert found(" FINAL ") == ["Final"]
    assert found("fin") == ["Final", "Semi-final"]
    assert found("strasse") == ["Straße"]
    assert found(race_id(2).upper()) == found("") == found("%") == []


def test_what_is_on_its_way_is_told(database: Database) -> None:
    write_race_list(database, [listed(1), live_race(2)], database.clock())
    submit_errands(database, delete_race(race_id(1), "Race 1"))
    submit_errands(database, move_live(race_id(2), "Race 2", None, START + timedelta(hours=9)))
    submit_errands(database, launch(race_id(2), "Race 2"))
    assert one(database, 1).pending == "to be deleted"
    assert one(database, 2).pending == "live time to be moved, launch"


def test_trouble_keeps_what_was_read_with_its_age(database: Database, clock: SteppedClock) -> None:
    def listing() -> RaceListing:
        with database.read() as connection:
            return read_race_listing(connection)

    assert listing() == RaceListing()
    write_race_list(database, [listed(1)], clock())
    clock.step(60)
    write_races_trouble(database, "no answer")
    assert listing() == RaceListing(START, START + timedelta(seconds=60), "no answer")
    assert names(database) == ["Race 1"]
    write_race_list(database, [listed(1)], clock())
    assert listing().trouble == ""


def test_readers_are_told_of_races(database: Database) -> None:
    watch = ChangeWatch(database.path)
    write_race_list(database, [listed(1)], database.clock())
    assert watch.changed() == {RecordKind.RACE}
    forget_race(database, race_id(1))
    assert watch.changed() == {RecordKind.RACE}
    watch.close()


def test_times_to_the_millisecond_come_back_as_they_were(database: Database) -> None:
    at = START.replace(microsecond=123_000)
    race = replace(listed(1), definition=replace(definition(), closes_at=at))
    write_race_list(database, [race], database.clock())
    assert one(database, 1).race.definition.closes_at == at


def test_a_clock_that_was_set_back_does_not_keep_races_as_they_were(
    database: Database, clock: SteppedClock
) -> None:
    write_race_list(database, [listed(1), listed(2)], clock())
    clock.step(-3600)
    write_race_list(database, [listed(1, "Another")], clock())
    with database.read() as connection:
        assert [one.race.definition.name for one in all_races(connection)] == ["Another"]
    clock.step(7200)
    write_race(database, listed(1, "Third"), clock())
    clock.step(-3600)
    write_race(database, listed(1, "Fourth"), clock())
    with database.read() as connection:
        assert [one.race.definition.name for one in all_races(connection)] == ["Fourth"]
    clock.step(7200)
    write_race(database, listed(1, "Fifth"), clock())
    clock.step(-3600)
    write_race_list(database, [listed(1, "Sixth")], clock())
    with database.read() as connection:
        assert [one.race.definition.name for one in all_races(connection)] == ["Sixth"]
