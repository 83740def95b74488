"""Whose sign-ins an operation of a kind has closed, so that another may open them again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.actions import TargetState
from drtui.domain.errands import Carried, Service
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.planning import Plan, Target, plan_errand
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.sign_in_errands import (
    FOUND,
    OPEN,
    close_sign_in,
    open_sign_in,
    reset_password,
)
from drtui.store.database import Database, open_database
from drtui.store.errands import Settled, claim_errands, closed_by, settle_errands
from drtui.store.operation_log import newest_operation, submit
from tests.support.logs import ADA

OFF, ON = OperationKind.DISABLE_MULTI_USER, OperationKind.ENABLE_MULTI_USER
BY_HAND, OPENED = OperationKind.CLOSE_SIGN_INS, OperationKind.OPEN_SIGN_INS
RESET = OperationKind.RESET_PASSWORDS
DONE, SO, FAILED = ItemState.DONE, ItemState.ALREADY_SO, ItemState.FAILED
RACER = Target("racer0000000001", "bo", Role.RACER, TargetState(NO_LIMITS), email="bo@example.org")
MAKE = {OFF: close_sign_in, BY_HAND: close_sign_in, RESET: reset_password}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path / "store.sqlite")
    yield made
    made.close()


def asked(database: Database, kind: OperationKind) -> None:
    errand = MAKE.get(kind, open_sign_in)(RACER)
    assert errand is not None
    with database.read() as connection:
        position = newest_operation(connection)
    submit(database, Plan(kind, "it", (plan_errand(errand),), position), ADA)


def settled(database: Database, state: ItemState, *, seen: bool, unknown: bool) -> None:
    [item] = claim_errands(database, Service.SIGN_INS, 10, 1)
    found = {FOUND: OPEN} if seen else {}
    carried = Carried(state, found=found, unknown=unknown)
    settle_errands(database, [Settled(item, 1, carried)])


def closed(database: Database) -> bool:
    with database.read() as connection:
        return bool(closed_by(connection, OFF))


@pytest.mark.parametrize(
    ("story", "is_ours"),
    [
        ([], False),
        ([(OFF, DONE)], True),
        ([(OFF, SO)], False),  # in the console, before
        ([(OFF, FAILED)], False),
        ([(BY_HAND, DONE)], False),
        ([(BY_HAND, DONE), (OFF, SO)], False),
        ([(OFF, DONE), (OFF, SO)], True),
        ([(OFF, DONE), (BY_HAND, SO)], False),  # and shall be closed from now on
        ([(OFF, DONE), (BY_HAND, FAILED)], True),
        ([(OFF, DONE), (RESET, DONE)], True),
        ([(OFF, DONE), (ON, DONE)], False),
        ([(OFF, DONE), (ON, SO)], False),
        ([(OFF, DONE), (ON, FAILED)], True),
        ([(OFF, DONE), (OPENED, DONE), (BY_HAND, DONE), (OFF, SO)], False),
        ([(OFF, DONE), (ON, DONE), (OFF, DONE)], True),
    ],
)
def test_what_came_last_decides(
    database: Database, story: list[tuple[OperationKind, ItemState]], is_ours: bool
) -> None:
    for kind, state in story:
        asked(database, kind)
        settled(database, state, seen=True, unknown=False)
    assert closed(database) is is_ours


@pytest.mark.parametrize("seen", [True, False])
def test_what_may_have_been_closed_is_opened_only_where_it_was_seen_open(
    database: Database, seen: bool
) -> None:
    asked(database, OFF)
    settled(database, FAILED, seen=seen, unknown=True)
    assert closed(database) is seen


def test_what_is_going_to_be_closed_counts(database: Database) -> None:
    asked(database, OFF)
    assert closed(database)
