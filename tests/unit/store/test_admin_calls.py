"""The calls that a firewall counts, as the store keeps them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.changes import RecordKind
from drtui.store.admin_calls import claim_calls, counted_calls, read_admin_calls
from drtui.store.database import Database, open_database
from drtui.store.watching import ChangeWatch
from tests.support.logs import BEGINNING, SteppedClock


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.sqlite", clock)
    yield opened
    opened.close()


def test_many_who_claim_at_once_get_no_more_than_there_are(database: Database) -> None:
    claimed: list[bool] = []
    others = [open_database(database.path, database.clock) for _ in range(4)]

    def claim(store: Database) -> None:
        claimed.extend(claim_calls(store, 1, 25, HELD_SECONDS) for _ in range(20))

    threads = [threading.Thread(target=claim, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for one in others:
        one.close()
    assert sum(claimed) == 25
    assert len(claimed) == 80


def test_readers_hear_of_what_is_counted_and_of_nothing_else(database: Database) -> None:
    watch = ChangeWatch(database.path)
    watch.changed()
    assert claim_calls(database, 2, 2, HELD_SECONDS)
    assert watch.changed() == {RecordKind.SYNC_STATE}
    assert not claim_calls(database, 1, 2, HELD_SECONDS)
    assert not watch.changed()
    watch.close()


def test_calls_from_the_future_count_from_now(database: Database, clock: SteppedClock) -> None:
    assert claim_calls(database, 2, 9, HELD_SECONDS)
    clock.step(-3600)
    now = BEGINNING - 3600
    with database.read() as connection:
        assert counted_calls(connection, now, HELD_SECONDS) == [now, now]
        assert (
            read_admin_calls(connection, now, 9).free(
                read_admin_calls(connection, now, 9).made_at[0]
            )
            == 7
        )
    clock.step(10)
    assert claim_calls(database, 1, 9, HELD_SECONDS)
    clock.step(HELD_SECONDS)
    with database.read() as connection:
        assert counted_calls(connection, clock(), HELD_SECONDS) == []
