"""Who has changed what kind of record: told to every reader, whichever process wrote."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.changes import RecordKind
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import AccountSettings
from drtui.store.settings import write_settings
from drtui.store.sync_state import write_trouble
from drtui.store.watching import ChangeWatch
from tests.support.deployments import racers
from tests.support.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(2))
    yield opened
    opened.database.close()


@pytest.fixture
def watch(log: Log) -> Iterator[ChangeWatch]:
    opened = ChangeWatch(log.database.path)
    yield opened
    opened.close()


def test_nothing_is_news_at_first(watch: ChangeWatch) -> None:
    assert watch.changed() == frozenset()


def test_each_kind_is_told_once(log: Log, watch: ChangeWatch) -> None:
    write_trouble(log.database, "none")
    assert watch.changed() == {RecordKind.SYNC_STATE}
    assert watch.changed() == frozenset()
    write_settings(log.database, AccountSettings())
    write_trouble(log.database, "none")
    assert watch.changed() == {RecordKind.ACCOUNT_SETTING, RecordKind.SYNC_STATE}


def test_an_operation_changes_what_is_pending_of_users_too(log: Log, watch: ChangeWatch) -> None:
    log.submit(SetQuotas(QuotaChange(60), None), 0)
    assert watch.changed() == {
        RecordKind.OPERATION,
        RecordKind.SPONSORED_USER,
        RecordKind.JOURNAL,
    }


def test_a_sweep_tells_of_users(log: Log, watch: ChangeWatch) -> None:
    log.sweep()
    assert watch.changed() == {RecordKind.SPONSORED_USER, RecordKind.SYNC_STATE}


def test_a_transaction_that_failed_is_no_news(log: Log, watch: ChangeWatch) -> None:
    def half_done() -> None:
        with log.database.write(RecordKind.OPERATION):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    assert watch.changed() == frozenset()


def test_another_process_is_heard(log: Log, watch: ChangeWatch) -> None:
    program = (
        "import sys, pathlib; from drtui.store.database import open_database; "
        "from drtui.store.sync_state import write_trouble; "
        "write_trouble(open_database(pathlib.Path(sys.argv[1])), 'from elsewhere')"
    )
    subprocess.run([sys.executable, "-c", program, str(log.database.path)], check=True)
    assert watch.changed() == {RecordKind.SYNC_STATE}


def test_a_kind_that_this_version_does_not_know_is_no_matter(log: Log, watch: ChangeWatch) -> None:
    with log.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO change_counter (kind, value) VALUES ('season', 7)")
    assert watch.changed() == frozenset()


def test_a_store_that_cannot_be_read_is_said_in_one_sentence(log: Log, watch: ChangeWatch) -> None:
    with log.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE change_counter")
    with pytest.raises(StoreProblemError, match=r"could not be used.*\.$"):
        watch.changed()


def test_a_file_that_is_no_store_cannot_be_watched(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    path.write_text("no database at all, but long enough to be read as one\n" * 50)
    with pytest.raises(StoreProblemError, match="does not begin as a drtui store does"):
        ChangeWatch(path)


def test_looking_is_cheap_while_nothing_changes(log: Log, watch: ChangeWatch) -> None:
    """The counters are read only when some process has written."""
    with log.database.write() as connection:
        connection.exec_driver_sql("SELECT 1")
    statements: list[str] = []
    raw = watch._connection
    assert isinstance(raw, sqlite3.Connection)
    watch.changed()
    raw.set_trace_callback(statements.append)
    watch.changed()
    watch.changed()
    assert statements == ["PRAGMA data_version"] * 2
