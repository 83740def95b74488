"""Models as last listed: replaced whole, with their age, and with what went wrong since."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.model_calls import ListedModel
from drtui.domain.records import StoredModel
from drtui.store.database import Database, open_database
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.models import (
    ModelListing,
    forget_models,
    read_models,
    write_all_models,
    write_models,
    write_models_trouble,
    write_one_model,
)
from drtui.store.watching import ChangeWatch
from tests.support.logs import BEGINNING, SteppedClock

NOW = datetime.fromtimestamp(BEGINNING, UTC)
OLD = StoredModel("model0000000001", "first", "READY", NOW - timedelta(days=2))
NEW = StoredModel("model0000000002", "first", "TRAINING", NOW - timedelta(days=1))
UNDATED = StoredModel("model0000000003", "", "", None)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


def listing(database: Database, profile_id: str = "ada") -> ModelListing:
    with database.read() as connection:
        return read_models(connection, profile_id)


def test_before_the_first_reading_nothing_is_known(database: Database) -> None:
    assert listing(database) == ModelListing()
    assert listing(database).as_of is None


def test_the_newest_come_first_and_unknown_times_last(database: Database) -> None:
    write_models(database, "ada", [UNDATED, OLD, NEW], database.clock())
    assert listing(database) == ModelListing((NEW, OLD, UNDATED), NOW, "")


def test_a_reading_replaces_the_one_before(database: Database, clock: SteppedClock) -> None:
    write_models(database, "ada", [OLD, NEW], database.clock())
    write_models(database, "bo", [OLD], database.clock())
    clock.step(30)
    write_models(database, "ada", [NEW], database.clock())
    later = NOW + timedelta(seconds=30)
    assert listing(database) == ModelListing((NEW,), later, "")
    assert listing(database, "bo") == ModelListing((OLD,), NOW, "")


def test_none_at_all_is_something_else_than_not_read(database: Database) -> None:
    write_models(database, "ada", [OLD], database.clock())
    write_models(database, "ada", [], database.clock())
    assert listing(database) == ModelListing((), NOW, "")


def test_a_model_that_is_listed_twice_is_one(database: Database) -> None:
    write_models(database, "ada", [OLD, OLD], database.clock())
    assert listing(database).models == (OLD,)


def test_trouble_keeps_what_was_read_before_with_its_age(
    database: Database, clock: SteppedClock
) -> None:
    write_models_trouble(database, "bo", "role not allowed")
    assert listing(database, "bo") == ModelListing((), None, "role not allowed")
    write_models(database, "ada", [OLD], database.clock())
    clock.step(30)
    write_models_trouble(database, "ada", "no answer")
    assert listing(database) == ModelListing((OLD,), NOW, "no answer")
    write_models(database, "ada", [OLD], database.clock())
    assert listing(database).trouble == ""


def test_a_listing_that_was_asked_for_before_a_deletion_brings_nothing_back(
    database: Database, clock: SteppedClock
) -> None:
    write_models(database, "ada", [OLD], database.clock())
    began = clock()
    clock.step(5)
    with database.write() as connection:
        forget_models(connection, ["ada"], clock())
    write_models(database, "ada", [OLD], began)
    assert listing(database).models == ()
    clock.step(5)
    write_models(database, "ada", [NEW], clock())
    assert listing(database).models == (NEW,)


def test_readers_are_told_of_deleted_models_and_of_nothing_where_none_were(
    database: Database,
) -> None:
    watch = ChangeWatch(database.path)
    with database.write() as connection:
        forget_models(connection, ["ada"], NOW.timestamp())
    assert watch.changed() == {RecordKind.MODEL}
    with database.write() as connection:
        forget_models(connection, [], NOW.timestamp())
    assert watch.changed() == frozenset()
    watch.close()


def test_other_readers_are_told(database: Database) -> None:
    watch = ChangeWatch(database.path)
    write_models(database, "ada", [OLD], database.clock())
    assert watch.changed() == {RecordKind.MODEL}
    write_models_trouble(database, "ada", "no answer")
    assert watch.changed() == {RecordKind.MODEL}
    watch.close()


def test_a_reading_of_one_model_keeps_why_it_could_not_be_imported_while_it_is_so(
    database: Database,
) -> None:
    def trouble() -> str:
        with database.read() as connection:
            (row,) = models_by_key(connection, model_keys_of(connection, ["ada"])).values()
        return row.trouble

    listed = ListedModel("ada", "model0000000001", "first", "ERROR", trouble="it was edited")
    write_all_models(database, [listed], database.clock())
    write_one_model(database, replace(listed, trouble="", track="oval"), database.clock())
    assert trouble() == "it was edited"
    write_one_model(database, replace(listed, trouble="", status="READY"), database.clock())
    assert trouble() == ""
