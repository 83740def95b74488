"""The pace in the store, for whoever watches a delivery."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.store.database import Database, open_database
from drtui.store.sync_state import read_sync_state
from drtui.store.watching import ChangeWatch
from drtui.sync.pace_note import PaceNote
from drtui.sync.pacing import Pacer
from tests.support.logs import SteppedClock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def noted(database: Database) -> tuple[float | None, float | None]:
    with database.read() as connection:
        state = read_sync_state(connection)
    return state.pace, state.pace_ceiling


def test_the_pace_is_written_when_it_changed_and_only_then(database: Database) -> None:
    clock = SteppedClock()
    pacer = Pacer(120.0, clock)
    note = PaceNote(database, pacer, clock)
    note.renew()
    assert noted(database) == (120.0, 120.0)
    watch = ChangeWatch(database.path)
    watch.changed()
    clock.step(5)
    note.renew()
    assert watch.changed() == frozenset()
    pacer.throttled()
    note.renew()
    assert noted(database) == (60.0, 120.0)
    assert watch.changed() == {RecordKind.SYNC_STATE}
    watch.close()


def test_the_pace_is_written_at_most_once_a_second(database: Database) -> None:
    clock = SteppedClock()
    pacer = Pacer(120.0, clock)
    note = PaceNote(database, pacer, clock)
    note.renew()
    clock.step(0.5)
    pacer.throttled()
    note.renew()
    assert noted(database) == (120.0, 120.0)
    clock.step(0.5)
    note.renew()
    assert noted(database) == (60.0, 120.0)


def test_an_infinite_pace_is_written_too(database: Database) -> None:
    clock = SteppedClock()
    PaceNote(database, Pacer(float("inf"), clock), clock).renew()
    pace, _ = noted(database)
    assert pace is not None
    assert pace > 1e6
