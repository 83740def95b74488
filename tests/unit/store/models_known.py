"""A store that knows some models of two racers, and what is found in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.filters import parse
from drtui.domain.model_calls import ListedModel
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.models import ModelRow
from drtui.domain.records import Profile
from drtui.store.database import Database, open_database
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_table import model_keys, models_by_key
from drtui.store.models import write_all_models
from drtui.store.watching import ChangeWatch
from tests.support.logs import BEGINNING, SteppedClock
from tests.support.stores import swept

GB = 2**30
NOW = datetime.fromtimestamp(BEGINNING, UTC)
ADA = Profile("ada000000000001", "Ada", "ada@example.com", "dr-racers")
BO = Profile("bo0000000000001", "Bo", None, "dr-racers")
FAST = ListedModel(
    ADA.profile_id,
    "model0000000001",
    "Fast-v2",
    "READY",
    datetime(2026, 5, 2, tzinfo=UTC),
    source="IMPORTED",
    size=2 * GB,
    training_status="COMPLETED",
    track="reInvent2019",
)
SLOW = ListedModel(
    ADA.profile_id, "model0000000002", "slow", "TRAINING", datetime(2026, 4, 2, tzinfo=UTC)
)
ODD = ListedModel(BO.profile_id, "model0000000003", "ßtrange", "HIBERNATING", size=GB)
LOST = ListedModel("gone00000000001", "model0000000004", "nobody's", "ERROR", trouble="no files")
ALL = (FAST, SLOW, ODD, LOST)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    swept(opened, [ADA, BO])
    write_all_models(opened, ALL, clock())
    yield opened
    opened.close()


def found(database: Database, text: str = "", sort: str = "name", reverse: bool = False) -> str:
    """The first letters of the models that a filter matches, in order."""
    condition = model_condition(parse(text, MODELS))
    with database.read() as connection:
        keys = model_keys(connection, condition, sort, reverse=reverse)
        rows = models_by_key(connection, keys)
    assert list(rows) == keys
    return "".join(row.name[:1] or "?" for row in rows.values())


def row_of(database: Database, model: ListedModel) -> ModelRow:
    with database.read() as connection:
        rows = models_by_key(connection, model_keys(connection))
    return next(row for row in rows.values() if row.model_id == model.model_id)


def counted(database: Database, action: object) -> frozenset[RecordKind]:
    watch = ChangeWatch(database.path)
    assert callable(action)
    action()
    changed = watch.changed()
    watch.close()
    return changed
