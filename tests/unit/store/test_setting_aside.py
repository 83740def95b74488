"""Setting aside what nobody will mend."""

from drtui.domain.operations import ItemState
from drtui.store.following import operations_in_need
from drtui.store.journal import journal
from tests.support.deployments import racer_id
from tests.support.logs import Log
from tests.unit.store.intervening import hours, in_conflict, log, more_hours

__all__ = ["log"]


def in_need(log: Log) -> tuple[int, ...]:
    """The operations in need of a hand."""
    with log.database.read() as connection:
        return tuple(operations_in_need(connection))


def test_what_failed_or_is_in_conflict_is_accepted_and_keeps_its_reason(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1, 2)
    log.somebody_sets(1, 77)
    log.sweep()
    failed, done = log.claim()
    log.settle(failed, ItemState.FAILED)
    log.settle(done)
    assert in_need(log) == (operation,)
    assert log.set_aside(operation) == (1, 1)
    assert in_need(log) == ()
    assert log.states(operation) == [ItemState.CANCELLED, ItemState.CANCELLED, ItemState.DONE]
    assert log.item(operation, 0).reason == "set aside"
    assert log.item(operation, 1).reason == "set aside: changed by somebody else meanwhile"
    assert log.item(operation, 1).theirs == {"minutes_limit": 77}
    assert all(item.settled_at is not None for item in log.items(operation))
    assert log.limits(1).minutes == 77
    with log.database.read() as connection:
        line = journal(connection, operation)[-1]
    assert (line.what, line.result) == (
        "Set aside",
        "1 failed and 1 in conflict, accepted as they are",
    )


def test_what_was_set_aside_is_not_sent_again_and_not_undone(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    before = log.limits(1)
    failed, done = log.claim()
    log.settle(failed, ItemState.FAILED)
    log.settle(done)
    log.set_aside(operation)
    assert log.retry(operation) == 0
    assert log.claim() == []
    undo = log.undo(operation)
    assert undo is not None
    assert [item.target for item in log.items(undo)] == [racer_id(1)]
    log.deliver()
    assert log.limits(1) == before


def test_single_targets_can_be_set_aside(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    for item in log.claim():
        log.settle(item, ItemState.FAILED)
    assert log.set_aside(operation, 1) == (1, 0)
    assert log.states(operation) == [ItemState.FAILED, ItemState.CANCELLED]
    assert in_need(log) == (operation,)


def test_what_waits_behind_a_conflict_that_is_set_aside_goes_on(log: Log) -> None:
    operation = in_conflict(log)
    later = log.submit(more_hours(1), 0)
    assert log.claim() == []
    log.set_aside(operation)
    log.deliver()
    assert log.states(later) == [ItemState.DONE]
    assert log.limits().minutes == 77 + 60


def test_what_is_on_its_way_is_not_set_aside(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    assert log.set_aside(operation) == (0, 0)
    assert log.states(operation) == [ItemState.PENDING]
