"""What `drtui sync` says at its end, and its exit code."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from drtui.cli import exits
from drtui.cli.context import Desk
from drtui.cli.sync import _code, _line, _Standing
from drtui.domain.failures import FailureKind
from drtui.store.database import open_database
from drtui.store.offline import OnPurpose
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state, write_halt

sync = import_module("drtui.cli.sync")


def standing(state: SyncState, *, undelivered: int = 3, names_only: bool = True) -> _Standing:
    return _Standing(state, "", undelivered, 0, names_only)


def test_changes_that_wait_for_the_role_are_told_as_operations_list_does(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "a.db")) as database, database.read() as connection:
        state = read_sync_state(connection)
    assert "3 pending · waiting: role not allowed" in _line(standing(state))
    assert _code(standing(state)) == exits.NOT_ALLOWED


@pytest.mark.parametrize(("undelivered", "names_only"), [(0, True), (3, False)])
def test_without_such_changes_nothing_is_said_of_the_role(
    tmp_path: Path, undelivered: int, names_only: bool
) -> None:
    with closing(open_database(tmp_path / "a.db")) as database, database.read() as connection:
        state = read_sync_state(connection)
    it = standing(state, undelivered=undelivered, names_only=names_only)
    assert "role" not in _line(it)
    assert _code(it) == exits.QUEUED


def test_what_stops_everything_comes_before_the_role(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "a.db")) as database:
        write_halt(database, FailureKind.BLOCKED, "Blocked.")
        with database.read() as connection:
            state = read_sync_state(connection)
    assert "role" not in _line(standing(state))


@pytest.mark.parametrize(
    ("state", "does"),
    [
        (Connectivity.ONLINE, "delivers"),
        (Connectivity.UNKNOWN, "delivers"),
        (Connectivity.OFFLINE, "is up"),
        (OnPurpose(datetime(2026, 5, 2, tzinfo=UTC), "bo"), "is up"),
        (FailureKind.BLOCKED, "is up"),
    ],
)
def test_another_process_delivers_only_where_anything_can_be_delivered(
    tmp_path: Path, state: Connectivity | OnPurpose | FailureKind, does: str
) -> None:
    with closing(open_database(tmp_path / "a.db")) as database, database.read() as connection:
        there = replace(read_sync_state(connection), engine_pid=1, connectivity=Connectivity.ONLINE)
    match state:
        case Connectivity():
            there = replace(there, connectivity=state)
        case OnPurpose():
            there = replace(there, on_purpose=state)
        case _:
            there = replace(there, halt=state)
    assert _line(standing(there, names_only=False)).endswith(f" · process 1 {does}")


def test_without_a_terminal_it_tells_soon_and_once_a_minute_what_is_on_its_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_database(tmp_path / "a.db")) as database, database.read() as connection:
        state = read_sync_state(connection)
    last = datetime(2026, 11, 22, 5, 20, tzinfo=UTC)
    waiting = [142]
    monkeypatch.setattr(
        sync,
        "_standing",
        lambda _: _Standing(state, "", waiting[0], 0, False, waiting[0], last),
    )
    now = [0.0]
    teller = sync._Teller(cast("Desk", None), every=60.0, clock=lambda: now[0])
    for second in range(125):
        now[0] = second
        teller.tell()
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert "142 pending · 142 downloads, the last begins about 05:20 UTC" in told[0]
    waiting[0] = 0
    now[0] = 300.0
    teller.tell()
    assert capsys.readouterr().err == ""
