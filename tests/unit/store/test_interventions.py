"""Cancel, retry, keep theirs, apply ours, set aside."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause, Resume, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.following import operations_in_need
from drtui.store.journal import journal
from drtui.store.operation_log import item_count, targets_among
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def more_hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60, relative=True), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def in_conflict(log: Log, theirs: int = 77, models: int = 3) -> int:
    operation = log.submit(hours(9), 0)
    log.somebody_sets(0, theirs, models)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CONFLICT
    return operation


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


def test_a_cancelled_item_that_failed_and_is_tried_again_is_sent(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    log.cancel(operation)
    log.settle(item, ItemState.FAILED)
    log.retry(operation)
    assert len(log.claim()) == 1


# Conflicts


def test_keeping_theirs_leaves_the_account_alone(log: Log) -> None:
    operation = in_conflict(log)
    assert log.keep_theirs(operation) == 1
    assert log.claim() == []
    assert log.item(operation).state is ItemState.CANCELLED
    assert log.limits() == Limits(77, 3)


def test_what_waited_behind_it_is_planned_on_theirs(log: Log) -> None:
    operation = in_conflict(log)
    behind = log.submit(more_hours(1), 0)
    log.keep_theirs(operation)
    log.deliver()
    assert log.item(behind).state is ItemState.DONE
    assert log.limits() == Limits(137, 3)


def test_theirs_kept_in_the_middle_counts_what_is_on_its_way_before_it(log: Log) -> None:
    first = log.submit(hours(9), 0)
    log.deliver()
    log.submit(hours(8), 0)
    undo = log.undo(first)  # a conflict: it was changed since
    assert undo is not None
    assert log.item(undo).state is ItemState.CONFLICT
    last = log.submit(more_hours(1), 0)
    log.keep_theirs(undo)
    assert log.item(last).before["minutes_limit"] == 480
    log.deliver()
    assert log.limits() == Limits(540, 3)


def test_applying_ours_sends_it_on_top_of_theirs(log: Log) -> None:
    operation = in_conflict(log)
    assert log.apply_ours(operation) == 1
    item = log.item(operation)
    assert (item.state, item.before, item.theirs) == (
        ItemState.PENDING,
        {"minutes_limit": 77},
        {},
    )
    log.deliver()
    assert log.limits() == Limits(540, 3)


def test_what_waited_behind_it_is_planned_on_ours(log: Log) -> None:
    operation = in_conflict(log)
    log.submit(more_hours(1), 0)
    log.apply_ours(operation)
    log.deliver()
    assert log.limits() == Limits(600, 3)


def test_ours_is_a_conflict_again_when_theirs_changes_again(log: Log) -> None:
    operation = in_conflict(log)
    log.apply_ours(operation)
    log.somebody_sets(0, 78)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CONFLICT


def test_a_pause_applied_on_top_of_theirs_remembers_theirs(log: Log) -> None:
    operation = log.submit(Pause(), 0)
    log.somebody_sets(0, 77, 5)
    log.sweep()
    log.claim()
    log.apply_ours(operation)
    log.deliver()
    assert log.limits() == Limits(0, 0)
    assert log.user().remembered == Limits(77, 5)


def test_a_resume_applied_on_top_of_theirs_gives_what_was_remembered(log: Log) -> None:
    log.submit(Pause(), 0)
    log.deliver()
    operation = log.submit(Resume(), 0)
    log.somebody_sets(0, 77, 5)
    log.clock.step(60)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CONFLICT
    log.apply_ours(operation)
    log.deliver()
    assert log.limits() == Limits(300, 3)
    assert log.user().remembered is None


def test_conflicts_are_settled_one_by_one_too(log: Log) -> None:
    from drtui.store import interventions
    from tests.support.logs import ADA

    operation = log.submit(hours(9), 0, 1)
    log.somebody_sets(0, 77)
    log.somebody_sets(1, 78)
    log.sweep()
    log.claim()
    interventions.keep_theirs(log.database, operation, ADA, [racer_id(1)])
    assert log.states(operation) == [ItemState.CONFLICT, ItemState.CANCELLED]


def test_ours_for_a_profile_that_is_gone_fails(log: Log) -> None:
    operation = in_conflict(log)
    del log.account[racer_id(0)]
    log.sweep()
    log.sweep()
    log.apply_ours(operation)
    log.claim()
    assert log.item(operation).state is ItemState.FAILED


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


# Set aside


def in_need(log: Log) -> tuple[int, ...]:
    """The operations in need of a hand."""
    with log.database.read() as connection:
        return tuple(operations_in_need(connection))


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
        assert item_count(connection, operation, {ItemState.PENDING}, everybody) == 1
        assert targets_among(connection, operation, everybody) == {racer_id(0), racer_id(1)}
