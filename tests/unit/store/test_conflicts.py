"""Conflicts: keep theirs, apply ours, and what waited behind."""

from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause, Resume
from drtui.domain.records import Limits
from tests.support.deployments import racer_id
from tests.support.logs import Log
from tests.unit.store.intervening import hours, in_conflict, log, more_hours

__all__ = ["log"]


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


def test_ours_is_sent_though_it_was_cancelled_while_it_was_sent(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    assert log.cancel(operation) == (0, 1)
    log.somebody_sets(0, 77)
    theirs = {"minutes_limit": 77}
    log.settle(item, ItemState.CONFLICT, theirs=theirs, confirmed=theirs)
    assert log.apply_ours(operation) == 1
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
