"""The schema: fresh, up to date, migrated, refused; whole at any time."""

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store import schema
from drtui.store.database import open_database
from drtui.store.tables import AREAS, import_all, table
from tests.support.deployments import racers
from tests.support.effort import times
from tests.support.logs import Log

pytestmark = pytest.mark.usefixtures("migrated_anew")

_NOW: Final = schema.HEAD
_LATER: Final = f"{int(_NOW) + 1:04}"
_NEXT: Final = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE operation SET what = 'changed by the migration'")
    op.drop_table("journal")
    {end}
"""


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with an operation in it."""
    log = Log(tmp_path / "event.sqlite", racers(3))
    log.submit(SetQuotas(QuotaChange(60), None), 0, 1)
    log.database.close()
    return tmp_path / "event.sqlite"


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, *, end: str = "pass") -> None:
    """Pretend to be a later drtui with one more revision."""
    from drtui.store import migrations

    here = Path(migrations.__file__).parent
    there = folder / "scripts"
    (there / "versions").mkdir(parents=True)
    kept = [here / "env.py", here / "script.py.mako", *(here / "versions").glob("v*.py")]
    for each in kept:
        (there / each.relative_to(here)).write_text(each.read_text())
    text = _NEXT.format(revision=_LATER, before=_NOW, end=end)
    (there / "versions" / f"v{_LATER}_next.py").write_text(text)
    monkeypatch.setattr(schema, "SCRIPTS", str(there))
    monkeypatch.setattr(schema, "HEAD", _LATER)


def test_a_fresh_store_has_the_schema_of_the_tables(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert context.get_current_revision() == schema.HEAD
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_partial_indexes_are_those_of_the_tables_too(tmp_path: Path) -> None:
    """What alembic does not compare: the conditions of indexes."""
    from sqlalchemy import create_engine

    import_all()
    open_database(tmp_path / "migrated.sqlite").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.sqlite'}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()

    def indexes(path: Path) -> dict[str, str]:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            )
            return {name: " ".join(sql.split()) for name, sql in found}

    assert indexes(tmp_path / "migrated.sqlite") == indexes(tmp_path / "declared.sqlite")


def test_every_table_is_found_by_its_name() -> None:
    import_all()
    named = [name for names in AREAS.values() for name in names]
    assert sorted(named) == sorted(SQLModel.metadata.tables)
    assert all(table(name).name == name for name in named)


def test_the_newest_revision_is_the_one_that_is_asked_for() -> None:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", schema.SCRIPTS)
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_opening_a_store_that_is_up_to_date_does_not_import_alembic(path: Path) -> None:
    program = (
        "import sys, pathlib; from drtui.store.database import open_database; "
        "open_database(pathlib.Path(sys.argv[1])).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 0
    fresh = path.with_name("fresh.sqlite")
    assert subprocess.run([sys.executable, "-c", program, str(fresh)], check=False).returncode == 1


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    before = dump(path)
    with pytest.raises(StoreProblemError, match=r"newer drtui.*0099.*DRTUI_HOME"):
        open_database(path)
    assert dump(path) == before


def test_a_migration_keeps_what_is_there_and_a_copy_of_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(path)
    next_version(tmp_path, monkeypatch)
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (_LATER,)
        assert connection.execute("SELECT what FROM operation").fetchall() == [
            ("changed by the migration",)
        ]
        assert connection.execute("SELECT count(*) FROM operation_item").fetchone() == (2,)
    copy = path.with_name(f"event.sqlite.before-{_LATER}")
    assert dump(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(path.parent.glob("*.half"))


def test_the_copy_has_what_is_only_in_the_write_ahead_log(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("UPDATE operation SET what = 'only in the log'")
    open_database(path).close()
    with closing(sqlite3.connect(path.with_name(f"event.sqlite.before-{_LATER}"))) as copy:
        assert copy.execute("SELECT what FROM operation").fetchall() == [("only in the log",)]
    other.close()


def test_a_store_that_fails_in_mid_migration_keeps_all_of_its_old_self(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(path)
    next_version(tmp_path, monkeypatch, end="raise RuntimeError('in the middle')")
    with pytest.raises(RuntimeError, match="in the middle"):
        open_database(path)
    assert dump(path) == before
    assert dump(path.with_name(f"event.sqlite.before-{_LATER}")) == before
    monkeypatch.undo()
    open_database(path).close()


def test_a_fresh_store_that_fails_in_the_making_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch, end="raise RuntimeError('in the middle')")
    with pytest.raises(RuntimeError, match="in the middle"):
        open_database(tmp_path / "event.sqlite")
    monkeypatch.undo()
    open_database(tmp_path / "event.sqlite").close()


def test_without_a_copy_there_is_no_migration(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(path)
    next_version(tmp_path, monkeypatch)
    path.with_name(f"event.sqlite.before-{_LATER}").mkdir()  # nothing can be copied over that
    with pytest.raises(StoreProblemError, match="no copy of it could be made"):
        open_database(path)
    assert dump(path) == before


def test_whoever_comes_second_makes_no_copy_of_what_is_migrated_already(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find the old schema; one waits while the other migrates."""
    before = dump(path)
    next_version(tmp_path, monkeypatch)
    looked = schema.revision
    answers: Iterator[str] = iter([_NOW])
    open_database(path).close()
    monkeypatch.setattr(
        schema, "revision", lambda connection: next(answers, None) or looked(connection)
    )
    open_database(path).close()
    assert dump(path.with_name(f"event.sqlite.before-{_LATER}")) == before


def _open(path: str, begin: "multiprocessing.synchronize.Barrier") -> None:
    begin.wait(60)
    database = open_database(Path(path))
    with database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM operation_item")
    database.close()


@pytest.mark.parametrize("turn", range(times(1)))
def test_several_processes_may_open_a_fresh_store_at_once(tmp_path: Path, turn: int) -> None:
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(3)
    path = str(tmp_path / f"event-{turn}.sqlite")
    processes = [context.Process(target=_open, args=(path, begin)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
