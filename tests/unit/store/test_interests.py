"""Interests: alive until they expire, renewed without a break, and told to the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.store.database import Database, open_database
from drtui.store.interests import Interest, declare_interest, declare_interests, live_interests
from drtui.store.watching import ChangeWatch
from tests.support.logs import BEGINNING, SteppedClock


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


def live(database: Database, prefix: str = "models:") -> list[Interest]:
    with database.read() as connection:
        return live_interests(connection, prefix, database.clock())


def stored(database: Database) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM interest").scalar_one())


def test_an_interest_ends_by_itself(database: Database, clock: SteppedClock) -> None:
    declare_interest(database, "models:a", 90)
    clock.step(89)
    assert live(database) == [Interest("models:a", BEGINNING, BEGINNING + 90)]
    clock.step(1)
    assert live(database) == []


def test_renewing_keeps_the_beginning_and_moves_the_end(
    database: Database, clock: SteppedClock
) -> None:
    declare_interest(database, "models:a", 90)
    clock.step(60)
    declare_interest(database, "models:a", 90)
    assert live(database) == [Interest("models:a", BEGINNING, BEGINNING + 150)]


def test_who_asks_for_less_does_not_shorten_what_was_asked_for_longer(
    database: Database, clock: SteppedClock
) -> None:
    declare_interest(database, "models:a", 90)
    clock.step(10)
    declare_interests(database, ["models:a", "models:b"], 20)
    assert [(one.subject, one.expires_at - BEGINNING) for one in live(database)] == [
        ("models:a", 90),
        ("models:b", 30),
    ]


def test_an_interest_after_a_break_is_a_new_one(database: Database, clock: SteppedClock) -> None:
    declare_interest(database, "models:a", 90)
    clock.step(100)
    declare_interest(database, "models:a", 90)
    assert live(database) == [Interest("models:a", BEGINNING + 100, BEGINNING + 190)]


def test_what_has_expired_is_forgotten_with_the_next_one(
    database: Database, clock: SteppedClock
) -> None:
    for subject in ("models:a", "models:b"):
        declare_interest(database, subject, 90)
    clock.step(100)
    declare_interest(database, "models:c", 90)
    assert stored(database) == 1


def test_only_the_kind_that_is_asked_for(database: Database) -> None:
    for subject in ("race:a", "models:b", "modelsx"):
        declare_interest(database, subject, 90)
    assert [interest.subject for interest in live(database)] == ["models:b"]


def test_a_clock_that_was_set_back_does_not_keep_an_interest_alive(
    database: Database, clock: SteppedClock
) -> None:
    declare_interest(database, "models:a", 90)
    clock.step(-3600)
    assert live(database) == []
    declare_interest(database, "models:a", 90)
    assert live(database) == [Interest("models:a", BEGINNING - 3600, BEGINNING - 3510)]


def test_the_engine_is_told(database: Database) -> None:
    watch = ChangeWatch(database.path)
    declare_interest(database, "models:a", 90)
    assert watch.changed() == {RecordKind.INTEREST}
    declare_interest(database, "models:a", 90)
    assert watch.changed() == {RecordKind.INTEREST}
    watch.close()
