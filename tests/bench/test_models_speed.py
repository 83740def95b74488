"""The models' table beside the racers', 100,000 rows each: keys and rows of a screen."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from drtui.domain.filters import parse
from drtui.domain.model_calls import ListedModel
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.spending import Rates
from drtui.store.database import Database, open_database
from drtui.store.filter_sql import where
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_table import model_keys, model_totals, models_by_key
from drtui.store.models import write_all_models
from drtui.store.sqlite import _ids_in
from drtui.store.users import user_keys, users_by_key
from tests.bench.racers import FILTER, fill
from tests.bench.ratios import Ratio, compare

Judge = Callable[..., None]
MANY: Final = 100_000
RACERS: Final = 2_000
ROWS: Final = 40
_BEGAN: Final = datetime(2026, 5, 1, tzinfo=UTC)
_STATUSES: Final = ("READY", "READY", "READY", "TRAINING", "ERROR", "EVALUATING")


def listed(number: int) -> ListedModel:
    return ListedModel(
        f"profile{number % RACERS:08d}",
        f"model{number:010d}",
        f"lap-{number * 7919 % MANY:06d}",
        _STATUSES[number % len(_STATUSES)],
        _BEGAN + timedelta(seconds=number * 7919 % MANY),
        size=number * 1000,
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A store with 100,000 models of 2,000 racers."""
    path = fill(tmp_path_factory.mktemp("models") / "store.sqlite", RACERS)
    with closing(open_database(path)) as database:
        write_all_models(database, map(listed, range(MANY)), database.clock())
        yield database


@pytest.fixture(scope="module")
def racers(many: Path) -> Iterator[Database]:
    """A store with 100,000 racers."""
    with closing(open_database(many)) as database:
        yield database


def read_models(database: Database, text: str, sort: str, *, reverse: bool = False) -> int:
    with database.read() as connection:
        condition = model_condition(parse(text, MODELS))
        keys = model_keys(connection, condition, sort, reverse=reverse)
        assert models_by_key(connection, keys[:ROWS])
        return len(keys)


def read_racers(database: Database, text: str, sort: str) -> int:
    with database.read() as connection:
        keys = user_keys(connection, where(parse(text), rates=Rates()), sort)
        assert users_by_key(connection, keys[:ROWS])
        return len(keys)


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "most"),
    [
        ("keys of all, by name", ("", "name"), ("", "alias"), 1.5),
        ("keys of a word in the name", ("7-0 or 70", "name"), (FILTER, "alias"), 3.0),
        ("keys of a racer's word", ("racer-00012", "name"), ("racer-00012", "alias"), 3.0),
        ("keys of a status", ("status:ready", "name"), ("status:active", "alias"), 2.0),
        ("keys of a racer", ("racer:racer-00012", "name"), ("alias:racer-00012", "alias"), 1.5),
        ("keys by creation", ("", "created_at"), ("", "created_at"), 1.0),
        ("keys by size", ("", "size_bytes"), ("", "minutes_used"), 2.0),
        ("keys by racer", ("", "alias"), ("", "email"), 2.0),
    ],
)
def test_the_table_beside_that_of_racers(
    models: Database,
    racers: Database,
    judge: Judge,
    *,
    name: str,
    ours: tuple[str, str],
    theirs: tuple[str, str],
    most: float,
) -> None:
    judge(
        compare(
            f"models: {name}, beside racers",
            lambda: read_models(models, *ours),
            lambda: read_racers(racers, *theirs),
            most=most,
            before=_ids_in.cache_clear,  # each reads an order that is another than before
        )
    )


def test_what_models_come_to(models: Database, judge: Judge) -> None:
    def ours() -> None:
        with models.read() as connection:
            assert model_totals(connection).count == MANY

    with closing(sqlite3.connect(models.path)) as raw:

        def theirs() -> None:
            raw.execute(
                "SELECT status, count(*), sum(size_bytes) FROM model GROUP BY status"
            ).fetchall()

        judge(compare("models: totals, beside raw sqlite3", ours, theirs, most=3.0))


def test_a_listing_that_changes_nothing_or_little(models: Database, judge: Judge) -> None:
    """Beside reading the same listing as JSON, which has to be done anyway."""
    rows = [listed(number) for number in range(MANY)]
    text = json.dumps(
        [
            {
                "profileId": one.profile_id,
                "modelId": one.model_id,
                "name": one.name,
                "username": "racer",
                "status": one.status,
                "createdAt": "2026-05-01T12:00:00Z",
                "modelSource": "TRAINED",
            }
            for one in rows
        ]
    )

    def beside(name: str, action: Callable[[], object], most: float) -> Ratio:
        return compare(name, action, lambda: json.loads(text), most=most, rounds=5)

    changing = [replace(one, status="STOPPING") for one in rows[:100]] + rows[100:]
    versions = iter([changing, rows] * 10)
    judge(
        beside(
            "models: a listing of 100,000 without news, beside its JSON",
            lambda: write_all_models(models, rows, models.clock()),
            15.0,
        ),
        beside(
            "models: a listing of 100,000 with 100 changes, beside its JSON",
            lambda: write_all_models(models, next(versions), models.clock()),
            15.0,
        ),
    )
