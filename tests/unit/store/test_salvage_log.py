"""What is saved of the operation log, and what an interruption or a full disk leaves behind."""

import errno
import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.store_parts import part_named
from drtui.store import salvage as salvaging
from drtui.store import schema, set_aside, sqlite
from drtui.store.database import open_database
from drtui.store.due import due_items
from drtui.store.offline import read_on_purpose
from drtui.store.operation_log import items, operations
from drtui.store.salvage import damage, salvage
from tests.support.deployments import racers
from tests.support.logs import ADA, Log
from tests.torture.damage import as_one_file, pages_of, spoil
from tests.unit.store.sixty_operations import (
    NEEDS_PAGES,
    KilledError,
    changed,
    killed,
    leave_a_log,
    log,
    path,
    replace_but,
    rows,
    sixty,
)

__all__ = ["log", "path", "sixty"]


def test_an_operation_that_is_lost_is_put_together_and_delivered(log: Log, path: Path) -> None:
    before = rows(path, "SELECT * FROM journal")
    changed(path, "PRAGMA foreign_keys = OFF", "DELETE FROM operation WHERE id IN (1, 3)")
    saved = salvage(path, log.clock, ADA)
    assert (saved.operations, saved.items, saved.undelivered) == (60, 60, 59)
    assert (saved.put_together.operations, saved.missing, saved.whole) == ((1, 3), {}, False)
    assert rows(path, "SELECT * FROM journal")[: len(before)] == before
    again = Log(path, list(log.account.values()), log.clock)
    with again.database.read() as connection:
        found = {one.operation_id: one for one in operations(connection)}
    assert {one.kind for one in found.values()} == {found[2].kind}
    assert (found[3].what, found[3].who) == (found[2].what, found[2].who)
    while again.deliver():
        pass
    with again.database.read() as connection:
        assert {one.state for one in items(connection)} == {ItemState.DONE}
    told = rows(path, "SELECT operation_id FROM journal WHERE result LIKE 'settled: %'")
    assert sorted(one for (one,) in told) == list(range(1, 61))  # each of them once


@NEEDS_PAGES
def test_no_operation_is_dropped_with_a_damaged_page_of_them(log: Log, path: Path) -> None:
    spoil(path, pages_of(path, "operation"))
    saved = salvage(path, log.clock, ADA)
    assert (saved.operations, saved.items, saved.missing) == (60, 60, {})
    assert not saved.whole


def test_errands_whose_operation_is_lost_are_told_as_failed(log: Log, path: Path) -> None:
    changed(
        path,
        "PRAGMA foreign_keys = OFF",
        "UPDATE operation_item SET service = 'mail', target = 'mail:x' WHERE operation_id = 3",
        "DELETE FROM operation WHERE id = 3",
    )
    assert salvage(path, log.clock, ADA).put_together.given_up == 1
    ((state, reason),) = rows(
        path, "SELECT state, reason FROM operation_item WHERE operation_id = 3"
    )
    assert state == "failed"
    assert "confirm it anew" in reason


def test_targets_that_are_lost_with_their_operation_are_told(log: Log, path: Path) -> None:
    changed(
        path,
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM operation_item WHERE operation_id = 3",
        "DELETE FROM operation WHERE id = 3",
    )
    saved = salvage(path, log.clock, ADA)
    assert (saved.missing, saved.operations) == ({3: 1}, 60)


CONFIRMING = """
import sys
from pathlib import Path
from drtui.store.database import open_database
from drtui.store.noting import note
database = open_database(Path(sys.argv[1]))
note(database, "Meanwhile", "confirmed")
database.close()
"""


def test_what_comes_in_while_a_store_is_mended_is_not_lost(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    fill = salvaging._fill

    def filled(*args: Any) -> Any:
        started.append(subprocess.Popen([sys.executable, "-c", CONFIRMING, str(path)]))
        return fill(*args)

    def waits(fresh: Path) -> None:
        with pytest.raises(subprocess.TimeoutExpired):  # it has come as far as the store, and waits
            started[0].wait(3)

    monkeypatch.setattr(salvaging, "_fill", filled)
    monkeypatch.setattr(salvaging, "sync_file", waits)
    salvage(path, log.clock, ADA)
    code = started[0].wait(60)
    there = rows(path, "SELECT count(*) FROM journal WHERE what = 'Meanwhile'")[0][0]
    assert (code == 0) == bool(there)  # written, or refused


def test_who_waited_for_a_store_that_was_mended_meanwhile_does_not_work_on_the_old_one(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = sqlite._enter_wal
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())

    def entered(cursor: sqlite3.Cursor) -> str:
        mode = enter(cursor)
        if other.exists():
            other.replace(path)
        return mode

    monkeypatch.setattr(sqlite, "_enter_wal", entered)
    with pytest.raises(StoreProblemError, match="was mended just now"):
        open_database(path, log.clock)
    open_database(path, log.clock).close()


def test_a_store_that_is_open_is_not_mended_whatever_its_beginning(log: Log, path: Path) -> None:
    database = open_database(path, log.clock)
    with path.open("r+b", buffering=0) as file:  # closed later: with it go this process's locks
        file.write(bytes(100))
        with pytest.raises(StoreProblemError, match="open in another program"):
            salvage(path, log.clock, ADA)
    database.close()


def test_an_older_store_is_brought_up_to_date_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    log = Log(path, racers(5))
    for hours in (6, 7, 8):
        log.submit(SetQuotas(QuotaChange(hours * 60), None), 1)
    log.database.close()
    as_one_file(path)
    with closing(sqlite3.connect(path)) as raw:
        names = raw.execute(
            "SELECT type, name FROM sqlite_master WHERE sql LIKE '%rank%' AND type = 'index' AND "
            "tbl_name = 'operation_item' OR name = 'ix_operation_unsettled' OR type = 'trigger' "
            "OR name = 'scheduled_operation'"
        ).fetchall()
        for kind, name in names:
            raw.execute(f'DROP {kind} "{name}"')
        for name, column in (
            *(("operation_item", "rank"), ("journal", "search_text"), ("operation", "settled_at")),
            *(("sync_state", one) for one in ("offline_since", "offline_by", "reads_until")),
        ):
            raw.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
        raw.execute("DELETE FROM change_counter WHERE kind = 'journal'")
        raw.execute("UPDATE alembic_version SET version_num = '0006'")
        raw.commit()
    assert salvage(path, log.clock, ADA).partly == {}
    database = open_database(path, log.clock)
    with database.read() as connection:
        assert [row["operation_id"] for row in due_items(connection, 10, log.clock() + 1)] == [1]
    database.close()
    assert rows(path, "SELECT count(*) FROM journal WHERE search_text IS NULL") == [(0,)]
    assert rows(path, "SELECT version_num FROM alembic_version") == [(schema.HEAD,)]


def test_a_store_whose_revision_is_lost_is_told_by_what_it_has(log: Log, path: Path) -> None:
    changed(path, "DELETE FROM alembic_version")
    assert salvage(path, log.clock, ADA).operations == 60


def test_another_accounts_store_is_left_alone(log: Log, path: Path) -> None:
    names = ("store.mended", f"store.before-{schema.HEAD}", "store.sqlite", "store.mended.sqlite")
    for name in names:
        open_database(path.with_name(f"{name}.sqlite"), log.clock).close()
    salvage(path, log.clock, ADA)
    there = {each.name for each in path.parent.glob("*.sqlite")}
    assert {f"{name}.sqlite" for name in names} <= there


def test_a_copy_that_does_not_fit_leaves_nothing_behind(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def full(handle: int) -> None:
        synced.append(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    before, there = path.read_bytes(), sorted(path.parent.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreProblemError, match="free some space"):
        salvage(path, log.clock, ADA)
    assert synced
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == there


def test_no_room_for_the_new_store_leaves_the_damaged_one_as_it_was(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    fill = salvaging._fill

    def limited(*args: Any) -> Any:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
        try:
            return fill(*args)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(salvaging, "_fill", limited)
    with pytest.raises(StoreProblemError, match=r"free some space|free space"):
        salvage(path, log.clock, ADA)
    assert path.read_bytes() == before
    assert {each.suffix for each in path.parent.iterdir()} == {".sqlite"}


def test_a_sector_that_cannot_be_read_is_passed_over(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = path.read_bytes()
    bad, read = 5 * 4096, os.pread

    def pread(handle: int, length: int, start: int) -> bytes:
        if start <= bad < start + length:
            raise OSError(errno.EIO, "Input/output error")
        return read(handle, length, start)

    monkeypatch.setattr(os, "pread", pread)
    aside = salvage(path, log.clock, ADA).aside
    assert aside.read_bytes() == whole[:bad] + bytes(4096) + whole[bad + 4096 :]


def test_a_failing_disk_is_not_called_a_full_one(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(set_aside, "make_file", fails)
    with pytest.raises(StoreProblemError, match="the disk fails"):
        salvage(path, log.clock, ADA)


def test_the_copy_of_a_log_is_not_left_where_a_kill_came_before_the_stores_had_its_name(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_a_log(log, path)
    foreign = path.with_name("other.damaged-20260101-000000.sqlite-wal")
    kept = path.with_name("store.damaged-20260101-000000.sqlite")
    for each in (foreign, kept, kept.with_name(f"{kept.name}-wal")):
        each.write_bytes(b"somebody's")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_but("store.sqlite.aside", killed))
        patched.setattr(Path, "unlink", lambda *_, **__: None)  # a killed process tidies nothing
        with pytest.raises(KilledError):
            salvage(path, log.clock, ADA)
    left = {
        each for each in path.parent.glob("*.damaged-*-wal") if b"body" not in each.read_bytes()
    }
    assert len(left) == 1
    log.clock.step(60)
    saved = salvage(path, log.clock, ADA)
    assert saved.operations == 61
    assert not any(each.exists() for each in left)
    there = {each.name for each in path.parent.glob("*.damaged-*")}
    wanted = {
        foreign,
        kept,
        saved.aside,
        *(one.with_name(f"{one.name}-wal") for one in (kept, saved.aside)),
    }
    assert there == {each.name for each in wanted}


@pytest.mark.parametrize("with_log", [False, True])
def test_a_mending_that_is_cut_short_goes_on_with_the_copy(
    log: Log, path: Path, monkeypatch: pytest.MonkeyPatch, *, with_log: bool
) -> None:
    beside = path.with_name(f"{path.name}-wal")
    if with_log:
        leave_a_log(log, path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_but("store.sqlite.mended", killed))
        with pytest.raises(KilledError):
            salvage(path, log.clock, ADA)
    assert not beside.exists()
    with pytest.raises(StoreProblemError, match="drtui mend"):
        open_database(path, log.clock)
    (flaw,) = damage(path)
    assert "cut short" in flaw
    saved = salvage(path, log.clock, ADA)
    assert saved.operations == 60 + with_log
    assert saved.aside == next(path.parent.glob("store.damaged-*.sqlite"))
    assert damage(path) == ()


def test_without_its_copy_a_mending_that_was_cut_short_begins_no_empty_store(
    log: Log, path: Path
) -> None:
    aside = path.with_name("store.damaged-20260101-000000.sqlite")
    handle = os.open(path, os.O_RDWR)
    set_aside.mark(handle, aside)
    os.close(handle)
    with pytest.raises(StoreProblemError, match="put it back"):
        damage(path)


@NEEDS_PAGES
def test_offline_on_purpose_is_kept_where_nobody_can_tell(log: Log, path: Path) -> None:
    spoil(path, pages_of(path, "sync_state"))
    saved = salvage(path, log.clock, ADA)
    assert (saved.offline, saved.whole) == (True, False)
    database = open_database(path, log.clock)
    with database.read() as connection:
        found = read_on_purpose(connection)
    database.close()
    assert found is not None
    assert found.by == ADA.who


@NEEDS_PAGES
@pytest.mark.parametrize("name", ["operation", "operation_item", "journal", "scheduled_operation"])
def test_what_matters_and_was_not_wholly_read_is_no_success(
    log: Log, path: Path, name: str
) -> None:
    spoil(path, pages_of(path, name)[:1])
    assert not salvage(path, log.clock, ADA).whole
    ((result,),) = rows(
        path,
        "SELECT result FROM journal WHERE what = 'Mend the store' AND operation_id IS NULL",
    )
    assert f"; not wholly read: {part_named(name)}" in result
    assert "_" not in result


def test_who_mended_it_is_in_the_journal(log: Log, path: Path) -> None:
    saved = salvage(path, log.clock, ADA)
    ((who, result),) = rows(
        path, "SELECT who, result FROM journal WHERE what = 'Mend the store' AND at > 0"
    )
    assert who == ADA.who
    assert result.startswith("saved 60 operations with 60 targets")
    assert saved.aside.name in result
