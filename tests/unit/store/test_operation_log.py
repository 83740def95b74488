"""Reading the operation log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY, ItemState, OperationKind
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.journal import journal
from drtui.store.operation_log import items, newest_operation, open_count, operation, operations
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def test_operations_are_listed_newest_first_with_their_counts(log: Log) -> None:
    first = log.submit(hours(9), 0, 1, 2)
    log.settle(log.claim(1)[0])
    second = log.submit(Pause(), 3)
    with log.database.read() as connection:
        found = operations(connection)
        assert newest_operation(connection) == second
    assert [one.operation_id for one in found] == [second, first]
    assert found[1].counts == {ItemState.DONE: 1, ItemState.PENDING: 2}
    assert (found[1].total, found[1].kind) == (3, OperationKind.SET_QUOTAS)
    assert (found[1].who, found[1].what) == ("ada", "Set usage quotas  hours 9")
    assert found[0].kind is OperationKind.PAUSE


def test_an_operation_knows_its_undo(log: Log) -> None:
    first = log.submit(hours(9), 0)
    log.deliver()
    undo = log.undo(first)
    with log.database.read() as connection:
        undone, undoing = operation(connection, first), operation(connection, undo or 0)
    assert undone is not None
    assert undoing is not None
    assert (undone.undone_by, undoing.undoes, undoing.kind) == (undo, first, OperationKind.UNDO)


def test_an_operation_that_is_not_there(log: Log) -> None:
    with log.database.read() as connection:
        assert operation(connection, 99) is None
        assert newest_operation(connection) == 0


def test_items_are_found_by_operation_target_and_state(log: Log) -> None:
    first = log.submit(hours(9), 0, 1)
    second = log.submit(Pause(), 1)
    log.settle(log.claim(1)[0])
    with log.database.read() as connection:
        assert len(items(connection)) == 3
        assert [one.target for one in items(connection, first)] == [racer_id(0), racer_id(1)]
        assert [one.operation_id for one in items(connection, target=racer_id(1))] == [
            first,
            second,
        ]
        assert [one.target for one in items(connection, states=[ItemState.DONE])] == [racer_id(0)]


def test_items_are_counted_by_state(log: Log) -> None:
    log.submit(hours(9), 0, 1, 2)
    done, failed, _ = log.claim()
    log.settle(done)
    log.settle(failed, ItemState.FAILED)
    with log.database.read() as connection:
        assert open_count(connection) == 1
        assert open_count(connection, ON_THE_WAY) == 1
        assert open_count(connection, NEEDS_A_HAND) == 1


def test_the_journal_begins_with_the_confirmation(log: Log) -> None:
    operation_id = log.submit(hours(9), 0, 1)
    with log.database.read() as connection:
        (line,) = journal(connection, operation_id)
    assert (line.who, line.what, line.result) == (
        "ada",
        "Set usage quotas  hours 9",
        "confirmed for 2 targets",
    )
    assert line.at.timestamp() == log.clock()
