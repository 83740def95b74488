"""The schema: made, brought up to date in one transaction after a copy, never taken back."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from drtui.domain.problems import StoreProblemError
from drtui.store import schema
from drtui.store.database import Database, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts" / "finals.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(path)
    yield opened
    opened.close()


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def set_revision(path: Path, number: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (number,))
        connection.commit()


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_a_new_store_has_the_schema_of_the_tables(database: Database) -> None:
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert differences == []


def test_head_is_the_newest_revision() -> None:
    folder = Path(schema.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD


def test_a_store_that_is_up_to_date_is_opened_without_alembic(path: Path) -> None:
    open_database(path).close()
    program = (
        "import sys; from pathlib import Path; from drtui.store.database import open_database; "
        f"open_database(Path({str(path)!r})).close(); print('alembic' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    open_database(path).close()
    set_revision(path, "9999")
    with pytest.raises(StoreProblemError, match="newer drtui"):
        open_database(path)
    assert revision(path) == "9999"


def test_an_older_store_is_copied_before_it_is_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(path).close()
    set_revision(path, "0000")
    seen = []

    def upgrade(_connection: Connection) -> None:
        seen.append(revision(path.with_name("finals.before-0001.sqlite")))

    monkeypatch.setattr(schema, "_upgrade", upgrade)
    open_database(path).close()
    assert seen == ["0000"]


def test_a_migration_that_fails_leaves_all_of_the_old_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(path).close()
    set_revision(path, "0000")
    before = tables(path)

    def upgrade(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
        connection.execute(text("DROP TABLE tag"))
        raise OSError("the power went")

    monkeypatch.setattr(schema, "_upgrade", upgrade)
    with pytest.raises(OSError, match="power"):
        open_database(path)
    assert tables(path) == before
    assert revision(path) == "0000"


def test_a_new_store_whose_migration_fails_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = schema._upgrade

    def upgrade(connection: Connection) -> None:
        real(connection)
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_upgrade", upgrade)
        with pytest.raises(OSError, match="power"):
            open_database(path)
    assert tables(path) == set()
    open_database(path).close()
    assert revision(path) == schema.HEAD


def test_several_may_open_a_new_store_at_once(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for opened in pool.map(open_database, [path] * 4):
            opened.close()
    assert revision(path) == schema.HEAD
