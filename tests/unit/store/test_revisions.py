"""Stores of earlier versions, brought to this one's schema with everything that was in them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from drtui.domain.changes import RecordKind
from drtui.domain.filters import parse
from drtui.domain.model_filter_fields import MODELS
from drtui.store import schema
from drtui.store.database import open_database
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_sweeps import read_model_sweep
from drtui.store.model_table import model_keys, models_by_key
from drtui.store.models import read_models
from drtui.store.preferences import read_preferences, write_preference
from drtui.store.watching import ChangeWatch

pytestmark = pytest.mark.usefixtures("migrated_anew")

_FILL = """
INSERT INTO sponsored_user (id, profile_id, alias, role, status, carried_minutes, carried_models,
    search_text, tags, seen_sweep, missed_sweeps, as_of)
    VALUES (1, 'profile00000001', 'ada', 'racer', 'active', 60, 2, 'ada', 'team:red', 3, 0, 100.0);
INSERT INTO operation (id, kind, what, who, account_user, created_at, params)
    VALUES (7, 'set_quotas', 'Set usage quotas', 'ada', 'ada', 90.0, '{}');
INSERT INTO operation_item (id, operation_id, target, label, "before", "after", state, reason,
    theirs, attempts, due_at, cancel_requested, local, claim)
    VALUES (8, 7, 'profile00000001', 'ada', '{}', '{"minutes_limit": 60}', 'pending', '', '{}',
        0, 0.0, 0, 0, 0);
INSERT INTO usage_sample (id, user_id, at, minutes_used) VALUES (9, 1, 80.0, 30);
INSERT INTO tag (profile_id, key, value) VALUES ('profile00000001', 'team', 'red');
INSERT INTO journal (id, at, who, account_user, what, result, operation_id)
    VALUES (10, 90.0, 'ada', 'ada', 'Set usage quotas', '1 user', 7);
INSERT INTO account_setting (key, value, as_of) VALUES ('registration', '"invite-only"', 70.0);
UPDATE sync_state SET sweep = 3, caller_alias = 'ada';
UPDATE change_counter SET value = 5;
"""
_FILL_0004 = """
INSERT INTO model (profile_id, model_id, name, status, created_at, as_of) VALUES
    ('profile00000001', 'model0000000001', 'Straße', 'TRAINING', 50.0, 60.0),
    ('profile00000001', 'model0000000002', 'fast', 'READY', NULL, 60.0);
INSERT INTO model_listing (profile_id, read_at, tried_at, trouble) VALUES
    ('profile00000001', 60.0, 60.0, ''), ('profile00000002', NULL, 61.0, 'no answer');
"""
_OLD_TABLES = (
    "account_setting",
    "journal",
    "operation",
    "operation_item",
    "sponsored_user",
    "sync_state",
    "tag",
    "usage_sample",
)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of the first schema, with a row of everything."""
    path = tmp_path / "event.sqlite"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "HEAD", "0001")
        open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_FILL)
    return path


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    """All rows by table; what is NULL is left out, as are columns that a later schema adds.

    So are the place in the queue, which no operation is without, and what words of the journal
    are looked for in.
    """
    later = ("rank", "search_text")
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            name: [
                {key: row[key] for key in row.keys() if row[key] is not None and key not in later}  # noqa: SIM118 - a Row's values are what iterating over it gives
                for row in connection.execute(f"SELECT * FROM {name}")
            ]
            for name in _OLD_TABLES
        }


def test_a_store_of_the_first_schema_keeps_every_row(old: Path) -> None:
    before = rows(old)
    assert all(before.values())
    open_database(old).close()
    assert rows(old) == before
    assert rows(old.with_name(f"event.sqlite.before-{schema.HEAD}")) == before
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (schema.HEAD,)
        ]


def test_a_journal_of_before_can_be_searched_and_no_line_of_it_be_changed(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE journal SET result = 'STRASSE gesperrt'")
        connection.commit()
    with closing(open_database(old)) as database, database.read() as reading:
        found = reading.scalar(text("SELECT search_text FROM journal"))
        assert "strasse gesperrt" in str(found)
    with closing(sqlite3.connect(old)) as connection:
        for statement in ("UPDATE journal SET who = 'eve'", "DELETE FROM journal"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(statement)


def test_every_kind_of_record_is_counted_after_a_migration_and_in_a_fresh_store(
    old: Path, tmp_path: Path
) -> None:
    for path in (old, tmp_path / "fresh.sqlite"):
        database = open_database(path)
        for kind in RecordKind:
            watch = ChangeWatch(path)
            with database.write(kind):
                pass
            assert watch.changed() == {kind}
            watch.close()
        database.close()


def test_models_keep_what_was_listed_and_get_keys_that_can_be_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "event.sqlite"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "HEAD", "0004")
        open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_FILL_0004)
    with closing(open_database(path)) as database, database.read() as connection_:
        rows_ = models_by_key(connection_, model_keys(connection_))
        listing = read_models(connection_, "profile00000001")
        found = model_keys(connection_, model_condition(parse("strasse", MODELS)))
        assert read_model_sweep(connection_).way is None
    assert [(row.name, row.status, row.alias) for row in rows_.values()] == [
        ("fast", "READY", ""),
        ("Straße", "TRAINING", ""),
    ]
    assert [rows_[key].name for key in found] == ["Straße"]
    assert len(listing.models) == 2
    assert listing.as_of is not None
    assert listing.as_of.timestamp() == 60.0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT listed FROM model_listing").fetchall() == [(2,), (None,)]


def test_a_migrated_store_takes_what_is_new(old: Path) -> None:
    database = open_database(old)
    write_preference(database, "columns", ["alias", "hours"])
    with database.read() as connection:
        assert read_preferences(connection) == {"columns": ["alias", "hours"]}
    database.close()
