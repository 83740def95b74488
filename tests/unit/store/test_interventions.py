"""Cancel, undo, retry: what an admin does about operations under way."""

import sqlite3

import pytest
from sqlalchemy import event

from drtui.domain.operations import ItemState
from drtui.domain.records import Limits
from drtui.store.following import perhaps_arrived
from drtui.store.journal import journal
from drtui.store.operation_log import targets_among
from tests.support.deployments import racer_id
from tests.support.logs import Log
from tests.unit.store.intervening import hours, in_conflict, log, more_hours

__all__ = ["log"]


# Cancel


def test_what_was_not_sent_is_cancelled(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    assert log.cancel(operation) == (2, 0)
    assert log.claim() == []
    assert set(log.states(operation)) == {ItemState.CANCELLED}


def test_single_targets_can_be_cancelled(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    assert log.cancel(operation, 1) == (1, 0)
    assert log.states(operation) == [ItemState.PENDING, ItemState.CANCELLED]


def test_what_came_about_by_a_call_that_failed_is_undone(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    (item,) = log.claim()
    log._apply(item)
    log.settle(item, ItemState.PENDING)
    log.clock.step(60)
    log.sweep()
    assert log.deliver() == []
    assert log.item(operation).state is ItemState.DONE
    assert log.undo(operation) is not None
    log.deliver()
    assert log.limits() == Limits(300, 3)


def test_what_is_settled_stays_settled(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.deliver()
    assert log.cancel(operation) == (0, 0)
    assert log.states(operation) == [ItemState.DONE]


@pytest.mark.parametrize("state", [ItemState.PENDING, ItemState.DOUBTFUL])
def test_what_is_cancelled_while_it_is_sent_is_not_sent_again(log: Log, state: ItemState) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    assert log.cancel(operation) == (0, 1)
    log.settle(item, state)
    log.clock.step(36)
    log.sweep()
    assert log.claim() == []
    assert log.item(operation).state is ItemState.CANCELLED


def test_what_is_cancelled_while_it_is_sent_may_arrive(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    log.cancel(operation)
    log.settle(item)
    assert log.item(operation).state is ItemState.DONE


def test_what_was_applied_before_it_could_be_cancelled_is_done(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    assert log.cancel(operation) == (0, 1)
    log.somebody_sets(0, 540)
    log.clock.step(36)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.DONE


@pytest.mark.parametrize("while_sent", [True, False])
def test_what_was_applied_although_it_was_answered_with_an_error_is_done(
    log: Log, while_sent: bool
) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    if while_sent:
        log.cancel(operation)
    log.settle(item, ItemState.PENDING)
    if not while_sent:
        assert log.cancel(operation) == (0, 1)
    assert log.item(operation).state is ItemState.DOUBTFUL
    log.somebody_sets(0, 540)
    log.clock.step(36)
    log.sweep()
    assert log.claim() == []
    assert log.item(operation).state is ItemState.DONE


def test_what_was_planned_after_a_cancellation_in_doubt_follows_what_really_came(
    log: Log,
) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.cancel(operation)
    second = log.submit(more_hours(1), 0)
    assert log.item(second).after["minutes_limit"] == 360
    log.somebody_sets(0, 540)
    log.clock.step(36)
    log.sweep()
    log.deliver()
    assert log.limits() == Limits(600, 3)


def test_a_doubtful_item_that_was_cancelled_is_no_conflict_but_cancelled(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.cancel(operation)
    log.somebody_sets(0, 77)
    log.clock.step(36)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CANCELLED


def test_a_crash_does_not_forget_a_cancellation(log: Log) -> None:
    from drtui.store.delivery import recover

    operation = log.submit(hours(9), 0)
    log.claim()
    log.cancel(operation)
    recover(log.database)
    assert log.claim() == []
    log.clock.step(36)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CANCELLED


# Undo while things are under way


def test_undo_of_what_is_being_sent_follows_it(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    item = log.claim(1)[0]
    undo = log.undo(operation)
    assert undo is not None
    assert [one.target for one in log.items(undo)] == [racer_id(0)]
    assert log.item(operation, 1).state is ItemState.CANCELLED
    log.settle(item)
    log.deliver()
    assert log.limits() == Limits(300, 3)


def test_undo_of_what_is_in_doubt_puts_it_back_when_it_was_applied(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.undo(operation)
    log.somebody_sets(0, 540)
    log.clock.step(36)
    log.sweep()
    assert [item.after for item in log.deliver()] == [{"minutes_limit": 300}]


def test_what_was_applied_before_it_could_be_cancelled_can_be_undone(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    log.cancel(operation)
    log.settle(item)
    log.undo(operation)
    log.deliver()
    assert log.limits() == Limits(300, 3)


# Retry


def test_what_failed_is_tried_again_from_the_beginning(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    assert log.retry(operation) == 1
    item = log.item(operation)
    assert (item.state, item.attempts, item.settled_at) == (ItemState.PENDING, 0, None)
    log.deliver()
    assert log.limits() == Limits(540, 3)


def test_a_retry_after_somebody_elses_change_is_a_conflict(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.somebody_sets(0, 77)
    log.sweep()
    log.retry(operation)
    assert log.claim() == []
    assert log.item(operation).state is ItemState.CONFLICT


def test_what_failed_in_doubt_is_in_doubt_again(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.retry(operation)
    assert log.item(operation).state is ItemState.DOUBTFUL


def given_up_and_tried_again(log: Log) -> int:
    """One that was answered with an error, failed for good, and was to be sent again."""
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.PENDING)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.clock.step(600)
    assert log.retry(operation) == 1
    return operation


@pytest.mark.parametrize("applied", [True, False])
def test_what_was_given_up_stays_in_doubt_when_its_retry_is_cancelled(
    log: Log, applied: bool
) -> None:
    operation = given_up_and_tried_again(log)
    assert log.cancel(operation) == (0, 1)
    if applied:
        log.somebody_sets(0, 540)
    log.sweep()
    assert log.claim() == []
    item = log.item(operation)
    told = "applied before it could be cancelled" if applied else "cancelled; it was not applied"
    assert item.state is (ItemState.DONE if applied else ItemState.CANCELLED)
    assert item.reason == told


def test_what_was_given_up_and_tried_again_is_undone_where_it_was_applied(log: Log) -> None:
    operation = given_up_and_tried_again(log)
    undo = log.undo(operation)
    assert undo is not None
    log.somebody_sets(0, 540)
    log.sweep()
    log.deliver()
    assert log.item(undo).state is ItemState.DONE
    assert log.limits() == Limits(300, 3)


def test_what_was_refused_at_once_is_merely_cancelled_when_its_retry_is(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.retry(operation)
    assert log.cancel(operation) == (1, 0)
    assert log.item(operation).reason == "cancelled"


def test_what_was_given_up_and_tried_again_has_all_its_attempts(log: Log) -> None:
    operation = given_up_and_tried_again(log)
    assert (log.item(operation).attempts, len(log.claim())) == (0, 1)


def test_a_cancelled_item_that_failed_and_is_tried_again_is_sent(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    log.cancel(operation)
    log.settle(item, ItemState.FAILED)
    log.retry(operation)
    assert len(log.claim()) == 1


def test_the_journal_tells_who_did_what(log: Log) -> None:
    operation = in_conflict(log)
    log.apply_ours(operation)
    log.cancel(operation)
    with log.database.read() as connection:
        lines = [(line.who, line.what, line.result) for line in journal(connection, operation)]
    assert lines == [
        ("ada", "Set usage quotas  hours 9", "confirmed for 1 target"),
        ("ada", "Set usage quotas  hours 9", "settled: 1 in conflict"),
        ("ada", "Settle", "ours applied to 1"),
        ("ada", "Cancel", "1 cancelled, 0 in doubt"),
        ("ada", "Set usage quotas  hours 9", "settled: 1 cancelled"),
    ]


# Many of them


@pytest.fixture
def few_variables(log: Log) -> None:
    """SQLite takes no more variables in a statement than builds of it mostly do."""

    def limit(connection: sqlite3.Connection, _entry: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)

    log.database._engine.dispose()
    event.listen(log.database._engine, "connect", limit)


@pytest.mark.usefixtures("few_variables")
def test_as_many_targets_as_there_may_be_can_be_named(log: Log) -> None:
    operation = log.submit(hours(9), 0, 1)
    assert log.cancel(operation, *range(1, 40_000)) == (1, 0)
    assert log.states(operation) == [ItemState.PENDING, ItemState.CANCELLED]
    with log.database.read() as connection:
        everybody = [racer_id(number) for number in range(40_000)]
        assert not perhaps_arrived(connection, operation, everybody)
        assert targets_among(connection, operation, everybody) == {racer_id(0), racer_id(1)}
