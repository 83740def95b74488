"""What needs a hand is counted, and told of each racer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.store.database import Database
from drtui.store.following import operations_in_need
from drtui.store.interventions import set_aside
from drtui.store.need import failed_count, with_trouble
from drtui.store.users import user_keys, users_by_key
from tests.support.operations import conflicting, pause, quota
from tests.support.stores import NOW, delivered, filled_store


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = filled_store(tmp_path / "account.db")
    yield opened
    opened.close()


def troubles(database: Database) -> dict[str, str]:
    with database.read() as connection:
        users = with_trouble(connection, users_by_key(connection, user_keys(connection)))
    return {user.profile.alias: user.trouble for user in users.values() if user.trouble}


def failures(database: Database) -> int:
    with database.read() as connection:
        return failed_count(connection)


def in_need(database: Database) -> list[int]:
    with database.read() as connection:
        return operations_in_need(connection)


def test_what_failed_needs_a_hand_until_it_is_set_aside(database: Database) -> None:
    workspace = Workspace(database, "ada")
    number = quota(database, "racer-0010")
    assert (failures(database), troubles(database)) == (0, {})
    delivered(database, number, first=2, state=ItemState.FAILED)
    assert failures(database) == 2
    assert troubles(database) == {"racer-00100": "failed", "racer-00101": "failed"}
    set_aside(database, number, workspace.author())
    assert (failures(database), troubles(database)) == (0, {})


def test_what_failed_of_an_operation_that_is_undone_needs_nobody(database: Database) -> None:
    workspace = Workspace(database, "ada")
    number = quota(database, "racer-0010")
    delivered(database, number, first=2, state=ItemState.FAILED)
    delivered(database, number)
    assert failures(database) == 2
    undo = submit_undo(workspace, plan_undo(workspace, number))
    assert (failures(database), troubles(database)) == (0, {})
    assert undo is not None
    delivered(database, undo)
    assert (failures(database), in_need(database)) == (0, [])
    redo = submit_undo(workspace, plan_undo(workspace, undo))
    assert redo is not None
    delivered(database, redo)  # it is in force again, but not for those
    assert (failures(database), in_need(database)) == (2, [number])


def test_what_failed_needs_nobody_once_a_later_change_of_the_same_fields_was_done(
    database: Database,
) -> None:
    failed = quota(database, "racer-0010")
    delivered(database, failed, first=2, state=ItemState.FAILED)
    delivered(database, failed)
    later = quota(database, "racer-00100", "9")
    assert failures(database) == 2
    assert in_need(database) == [failed]
    delivered(database, later)
    assert failures(database) == 1
    assert troubles(database) == {"racer-00101": "failed"}
    delivered(database, pause(database, "racer-00101"))
    assert (failures(database), troubles(database), in_need(database)) == (0, {}, [])


def test_what_failed_needs_a_hand_after_a_later_change_of_other_fields(database: Database) -> None:
    delivered(database, pause(database, "racer-00100"), state=ItemState.FAILED)
    delivered(database, quota(database, "racer-00100", "9"))
    assert troubles(database) == {"racer-00100": "failed"}


def test_what_failed_again_after_the_later_change_needs_a_hand(tmp_path: Path) -> None:
    now = [NOW]
    database = filled_store(tmp_path / "stepped.db", clock=lambda: now[0])
    failed = quota(database, "racer-00100")
    delivered(database, failed, state=ItemState.FAILED)
    now[0] += 1
    delivered(database, quota(database, "racer-00100", "9"))
    assert failures(database) == 0
    now[0] += 1
    with database.write() as connection:  # a retry that is refused once more
        connection.exec_driver_sql(
            f"UPDATE operation_item SET settled_at = {now[0]} WHERE operation_id = {failed}"
        )
    assert failures(database) == 1
    database.close()


def test_a_conflict_is_told_of_its_racer_before_a_failure(database: Database) -> None:
    conflicting(database, conflicts=1)
    later = quota(database, "racer-0010", "+1")
    delivered(database, later, state=ItemState.FAILED)
    found = troubles(database)
    assert found["racer-00100"] == "conflict"
    assert found["racer-00101"] == "failed"
