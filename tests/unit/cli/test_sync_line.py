"""What `drtui sync` says at its end, and its exit code."""

from contextlib import closing
from pathlib import Path

import pytest

from drtui.cli import exits
from drtui.cli.sync import _code, _line, _Standing
from drtui.domain.failures import FailureKind
from drtui.store.database import open_database
from drtui.store.sync_state import SyncState, read_sync_state, write_halt


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
