"""Opening a store: where it may be, who may read it, and what is said when it cannot be used."""

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from drtui.domain.changes import RecordKind
from drtui.domain.problems import (
    FullDiskError,
    ProblemError,
    StoreProblemError,
    UnwritableStoreError,
)
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store import sqlite
from drtui.store.database import Database, open_database
from drtui.store.health import examine, opened_as_it_is
from drtui.store.settings import write_settings
from drtui.store.sync_state import read_sync_state, write_trouble
from drtui.store.users import user_keys
from tests.support.deployments import racers
from tests.support.logs import Log


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def one_sentence(problem: ProblemError) -> bool:
    text = str(problem)
    return text.endswith(".") and "\n" not in text and "Traceback" not in text


# Who may read it


def test_the_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "state" / "accounts" / "event.sqlite"
    database = open_database(path)
    write_trouble(database, "so that there is a log beside it")
    assert {mode(each) for each in path.parent.iterdir()} == {0o600}
    assert {each.name for each in path.parent.iterdir()} == {
        "event.sqlite",
        "event.sqlite-shm",
        "event.sqlite-wal",
    }
    for folder in (path.parent, path.parent.parent, tmp_path / "home"):
        assert mode(folder) == 0o700
    database.close()


def test_a_store_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "event.sqlite"
    path.touch(0o644)
    path.chmod(0o644)
    open_database(path).close()
    assert mode(path) == 0o600


# Where it may be


def test_write_ahead_logging_is_on_and_so_are_foreign_keys(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_a_store_that_cannot_have_a_write_ahead_log_is_refused() -> None:
    engine = sqlite.connect(Path(":memory:"))
    with pytest.raises(StoreProblemError, match="WAL mode"), engine.connect():
        pass
    engine.dispose()


def synchronous(database: Database, *, durable: bool) -> int:
    with database.write(durable=durable) as connection:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_what_an_admin_confirms_survives_a_power_loss(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    assert [synchronous(database, durable=durable) for durable in (False, True, False)] == [1, 2, 1]
    database.close()


def test_an_operation_is_submitted_durably(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(tmp_path / "event.sqlite", racers(1))
    asked: list[bool] = []
    writing = sqlite.writing

    def noted(connection: Connection, *, durable: bool) -> Connection:
        asked.append(durable)
        return writing(connection, durable=durable)

    monkeypatch.setattr(sqlite, "writing", noted)
    log.submit(SetQuotas(QuotaChange(60), None), 0)
    assert asked == [True]
    log.database.close()


# What is said


def test_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreProblemError, match="DRTUI_HOME") as caught:
        open_database(tmp_path / "file" / "event.sqlite")
    assert one_sentence(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "event.sqlite"
    path.write_text("this is a shopping list, and a long one at that\n" * 100)
    with pytest.raises(StoreProblemError, match="does not begin as a drtui store does") as caught:
        open_database(path)
    assert one_sentence(caught.value)
    assert path.read_text().startswith("this is a shopping list")


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "event.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmark (url)")
    other.close()
    with pytest.raises(StoreProblemError, match="another program's database") as caught:
        open_database(path)
    assert one_sentence(caught.value)
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmark",)]
    other.close()


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "event.sqlite"
    Log(path, racers(200)).database.close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(StoreProblemError, match=r"is damaged.*drtui mend") as caught:
        Log(path, racers(200))
    assert one_sentence(caught.value)


def full(database: Database) -> None:
    pages = "PRAGMA max_page_count = 1"  # as if the disk ended here
    with database.write() as connection:
        connection.exec_driver_sql(pages)


def read_only(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(full, "full disk: free some space"), (read_only, "cannot be written: check the permissions")],
)
def test_a_store_that_cannot_be_written_loses_nothing(
    tmp_path: Path, trouble: Callable[[Database], None], said: str
) -> None:
    log = Log(tmp_path / "event.sqlite", racers(600))
    kept = log.submit(SetQuotas(QuotaChange(60), None), 0)
    trouble(log.database)
    with pytest.raises(StoreProblemError, match=said) as caught:
        log.submit(SetQuotas(QuotaChange(120), None), *range(600))
    assert one_sentence(caught.value)
    assert [item.operation_id for item in log.items()] == [kept]
    log.database.close()


@pytest.fixture
def without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store on a disk that has no room for the files that SQLite makes beside it."""
    log = Log(tmp_path / "event.sqlite", racers(3))
    path = log.database.path
    log.database.close()
    path.with_name("event.sqlite-shm").symlink_to("nowhere")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    return path


def test_a_full_disk_is_told_apart_from_one_that_fails(
    without_room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FullDiskError, match="is on a full disk: free some space") as caught:
        open_database(without_room)
    assert one_sentence(caught.value)
    monkeypatch.undo()
    with pytest.raises(StoreProblemError, match="cannot be opened: check the permissions"):
        open_database(without_room, reading=True)


def test_a_store_on_a_full_disk_is_read_and_not_written(without_room: Path) -> None:
    with (
        closing(open_database(without_room, reading=True)) as database,
        opened_as_it_is(without_room, database.clock) as other,
    ):
        for each in (database, other):
            assert each.read_only
            assert each.full
            with each.read() as connection:
                assert len(user_keys(connection)) == 3
            with pytest.raises(FullDiskError):
                write_trouble(each, "")
        assert (examine(other).flaws, examine(other).full) == ((), True)


def test_a_full_disk_never_hides_what_is_in_the_log(without_room: Path) -> None:
    without_room.with_name("event.sqlite-wal").write_bytes(b"something")
    with pytest.raises(FullDiskError):
        open_database(without_room, reading=True)
    with opened_as_it_is(without_room, lambda: 0.0) as database, pytest.raises(FullDiskError):
        examine(database)


def test_a_store_that_another_program_holds_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    database = open_database(tmp_path / "event.sqlite")
    holder = sqlite3.connect(tmp_path / "event.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnwritableStoreError, match="locked by another program") as caught:
        write_trouble(database, "")
    assert one_sentence(caught.value)
    holder.close()
    write_trouble(database, "now it goes")
    database.close()


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")

    def half_done() -> None:
        with database.write(RecordKind.SYNC_STATE) as connection:
            connection.exec_driver_sql("UPDATE sync_state SET trouble = 'half'")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with database.read() as connection:
        assert read_sync_state(connection).trouble == ""
    database.close()


def test_a_reader_sees_one_moment(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        assert read_sync_state(connection).trouble == ""
        write_trouble(database, "meanwhile")
        assert read_sync_state(connection).trouble == ""
    with database.read() as connection:
        assert read_sync_state(connection).trouble == "meanwhile"
    database.close()


def test_settings_that_are_not_known_stay_unknown(tmp_path: Path) -> None:
    from drtui.domain.records import AccountSettings
    from drtui.store.settings import read_settings

    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        assert read_settings(connection) == (AccountSettings(), None)
    write_settings(database, AccountSettings(300, None, "invite-only"))
    with database.read() as connection:
        found, as_of = read_settings(connection)
    assert found == AccountSettings(300, None, "invite-only")
    assert as_of is not None
    database.close()


def test_a_path_that_reads_like_an_address_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a?b=c%41" / "event.sqlite"
    database = open_database(path)
    write_trouble(database, "written")
    database.close()
    assert [each.name for each in tmp_path.iterdir()] == ["a?b=c%41"]
    assert path.stat().st_size > 0
    again = open_database(path)
    with again.read() as connection:
        assert read_sync_state(connection).trouble == "written"
    again.close()


def test_a_file_that_cannot_be_closed_to_others_is_not_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_file: int, _mode: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fchmod", fails)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(StoreProblemError, match="Input/output error"):
        open_database(tmp_path / "event.sqlite")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
