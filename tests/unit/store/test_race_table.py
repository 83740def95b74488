"""The races' table: what filters find, in which order, and races that are still to be created."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.domain.errands import Carried, Service
from drtui.domain.filters import parse
from drtui.domain.operations import ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_errands import create_race, delete_race, sent
from drtui.domain.race_filter_fields import RACES
from drtui.domain.race_states import state_of
from drtui.domain.race_table import RaceRow
from drtui.domain.races import RaceType
from drtui.store.database import Database, open_database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.race_table import RACE_SORT_FIELDS, race_keys, race_rows
from drtui.store.races import write_race_list
from tests.support.logs import SteppedClock
from tests.support.races import definition, listed, live_race, race_id, submit_errands


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", SteppedClock())
    races = [
        listed(1, "Warm-up", opens=-9, closes=-8, participants=12),
        listed(2, "Object day", participants=3, race_type=RaceType.OBJECT_AVOIDANCE, objects=2),
        listed(3, "Autumn", opens=24, closes=48, participants=None, track="Vegas_track"),
        replace(live_race(4, "100% live"), participants=5),
        listed(5, "Ancient", opens=-99, closes=-90, participants=1),
    ]
    write_race_list(opened, races, opened.clock())
    yield opened
    opened.close()


def rows(
    database: Database, text: str = "", sort: str = "name", *, reverse: bool = False
) -> list[RaceRow]:
    with database.read() as connection:
        now, expression = database.clock(), parse(text, RACES)
        keys = race_keys(connection, now, expression, sort, reverse=reverse)
        found = race_rows(connection, keys)
    assert list(found) == keys
    return list(found.values())


def names(database: Database, text: str = "", sort: str = "name", *, reverse: bool = False) -> str:
    found = rows(database, text, sort, reverse=reverse)
    return ", ".join(row.definition.name for row in found)


ALL = "100% live, Ancient, Autumn, Object day, Warm-up"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ALL),
        ("autumn", "Autumn"),
        ("100%", "100% live"),
        ("%", "100% live"),
        ("vegas", "Autumn"),
        ("name:DAY", "Object day"),
        ("name=object", ""),
        ('name="object day"', "Object day"),
        (f"id:{race_id(2)}", "Object day"),
        ("kind:object-avoidance", "Object day"),
        ("kind:TIME_TRIAL", "100% live, Ancient, Autumn, Warm-up"),
        ("state:open", "100% live, Object day"),
        ("state:future", "Autumn"),
        ("state:closed", "Ancient, Warm-up"),
        ("not state:open", "Ancient, Autumn, Warm-up"),
        ("track:vegas_TRACK", "Autumn"),
        ('track:"re:invent 2018"', "100% live, Ancient, Object day, Warm-up"),
        ("live:yes", "100% live"),
        ("live:scheduled", "100% live"),
        ("live:completed", ""),
        ("live:no", "Ancient, Autumn, Object day, Warm-up"),
        ("participants>=5", "100% live, Warm-up"),
        ("not participants>=5", "Ancient, Autumn, Object day"),
        ("participants:unknown", "Autumn"),
        ("opens>=2100", ""),
        ("closes<2100", ALL),
        ("pending:yes", ""),
        ("pending:no", ALL),
        ("state:open or name:autumn", "100% live, Autumn, Object day"),
    ],
)
def test_filters_find(database: Database, text: str, expected: str) -> None:
    assert names(database, text) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("participants", "Ancient, Object day, 100% live, Warm-up, Autumn"),
        ("opens", "Ancient, Warm-up, 100% live, Object day, Autumn"),
        ("state", "100% live, Object day, Autumn, Warm-up, Ancient"),
        ("live", "100% live, Ancient, Autumn, Object day, Warm-up"),
    ],
)
def test_races_are_sorted(database: Database, sort: str, expected: str) -> None:
    assert names(database, sort=sort) == expected


def test_unknown_values_come_last_either_way(database: Database) -> None:
    expected = "Warm-up, 100% live, Object day, Ancient, Autumn"
    assert names(database, sort="participants", reverse=True) == expected


@pytest.mark.parametrize("sort", RACE_SORT_FIELDS)
def test_every_order_has_every_race(database: Database, sort: str) -> None:
    assert len(rows(database, sort=sort)) == len(rows(database, sort=sort, reverse=True)) == 5


def test_there_is_no_other_order(database: Database) -> None:
    with pytest.raises(InvalidInputError, match="“speed” to sort by"):
        rows(database, sort="speed")


def test_a_race_to_be_created_is_listed_and_filtered_until_it_is_there(database: Database) -> None:
    new = definition("Brand new", opens=1, closes=2)
    operation = submit_errands(database, create_race("k1", new), delete_race(race_id(1), "Warm-up"))
    assert names(database, "pending:yes") == "Brand new, Warm-up"
    assert names(database, "state:future track:reinvent") == "Brand new"
    (row,) = rows(database, "brand")
    assert (row.creating, row.definition, row.pending) == (True, new, "to be created")
    assert row.key < 0
    with database.read() as connection:
        assert race_rows(connection, [row.key, -999, 999]) == {row.key: row}
    item, _ = claim_errands(database, Service.RACES, 2, 1)
    assert item.operation_id == operation
    found = sent(database.clock(), race_id(6))
    carried = Carried(ItemState.DOUBTFUL, "looked for", found=found)
    settle_errands(database, [Settled(item, 1, carried)])
    write_race_list(database, [replace(listed(6), definition=new)], database.clock())
    (row,) = rows(database, "brand")
    assert (row.race_id, row.creating, row.pending) == (race_id(6), False, "to be created")


@pytest.mark.parametrize(
    ("seconds", "state"), [(-0.5, "future"), (0, "open"), (3600, "open"), (3600.5, "closed")]
)
def test_the_states_are_those_that_are_shown(tmp_path: Path, seconds: float, state: str) -> None:
    clock = SteppedClock()
    with closing(open_database(tmp_path / "event.sqlite", clock)) as opened:
        race = listed(1, "Edge", opens=0, closes=1)
        write_race_list(opened, [race], clock())
        clock.step(seconds)
        assert names(opened, f"state:{state}") == "Edge"
        assert state_of(race.definition, datetime.fromtimestamp(clock(), UTC)) == state
