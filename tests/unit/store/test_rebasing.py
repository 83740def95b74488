"""What was planned on top of something that did not come about is planned anew, or asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.operations import ItemState, Value
from drtui.domain.problems import PlanOutdatedError
from drtui.domain.quota_actions import Pause, Resume, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.operation_log import submit
from drtui.store.queue import move
from tests.support.deployments import racer_id, racers
from tests.support.logs import ADA, Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def more_hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60, relative=True), None)


def models(amount: int) -> SetQuotas:
    return SetQuotas(None, QuotaChange(amount))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def minutes(log: Log, operation: int) -> tuple[Value, Value]:
    item = log.item(operation)
    return item.before["minutes_limit"], item.after["minutes_limit"]


def test_a_plan_builds_on_what_is_on_its_way(log: Log) -> None:
    log.submit(hours(9), 0)
    second = log.submit(more_hours(2), 0)
    assert minutes(log, second) == (540, 660)


def test_after_a_failure_what_follows_is_planned_anew(log: Log) -> None:
    log.submit(hours(9), 0)
    second = log.submit(more_hours(2), 0)
    third = log.submit(more_hours(1), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    assert minutes(log, second) == (300, 420)
    assert minutes(log, third) == (420, 480)
    why = "planned anew, since an earlier operation did not come about"
    assert log.item(second).reason == why
    log.deliver()
    assert log.limits() == Limits(480, 3)


def test_after_a_cancellation_too(log: Log) -> None:
    first = log.submit(hours(9), 0)
    second = log.submit(more_hours(2), 0)
    log.cancel(first)
    assert minutes(log, second) == (300, 420)
    log.deliver()
    assert log.limits() == Limits(420, 3)


def test_what_came_before_still_counts_when_one_in_the_middle_is_cancelled(log: Log) -> None:
    log.submit(hours(9), 0)
    second = log.submit(models(7), 0)
    third = log.submit(more_hours(1), 0)
    log.cancel(second)
    assert minutes(log, third) == (540, 600)
    log.deliver()
    assert log.limits() == Limits(600, 3)


def test_what_does_not_depend_on_it_stays_as_it_is(log: Log) -> None:
    first = log.submit(hours(9), 0)
    second = log.submit(models(7), 0)
    reason = log.item(second).reason
    log.cancel(first)
    assert log.item(second).reason == reason
    log.deliver()
    assert log.limits() == Limits(300, 7)


def test_what_has_no_meaning_any_more_becomes_a_conflict(log: Log) -> None:
    first = log.submit(hours(1), 0)
    log.submit(hours(20), 0)
    third = log.submit(more_hours(-6), 0)
    log.cancel(first)
    assert log.item(third).state is ItemState.PENDING
    log.cancel(2)
    item = log.item(third)
    assert item.state is ItemState.CONFLICT
    assert item.reason.startswith("an earlier operation did not come about; now: ")
    assert "below 0" in item.reason
    assert item.theirs["minutes_limit"] == 300


def test_behind_such_a_conflict_everything_waits(log: Log) -> None:
    first = log.submit(hours(20), 0)
    second = log.submit(more_hours(-6), 0)
    third = log.submit(more_hours(1), 0)
    log.cancel(first)
    assert log.item(second).state is ItemState.CONFLICT
    assert minutes(log, third) == (840, 900)
    assert log.claim() == []
    log.keep_theirs(second)
    assert minutes(log, third) == (300, 360)


def test_a_pause_planned_anew_remembers_what_it_really_replaces(log: Log) -> None:
    first = log.submit(hours(9), 0)
    log.submit(Pause(), 0)
    log.cancel(first)
    log.deliver()
    assert log.limits() == Limits(0, 0)
    assert log.user().remembered == Limits(300, 3)


def test_a_change_of_what_a_cancelled_pause_would_remember_becomes_one_of_the_account(
    log: Log,
) -> None:
    pause = log.submit(Pause(), 0)
    log.submit(hours(9), 0)
    log.cancel(pause)
    log.deliver()
    assert log.limits() == Limits(540, 3)
    assert log.user().remembered is None


def test_resuming_after_a_pause_that_failed_finds_everything_as_it_should_be(log: Log) -> None:
    log.submit(Pause(), 0)
    resume = log.submit(Resume(), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    assert log.deliver() == []
    assert log.item(resume).state is ItemState.ALREADY_SO
    assert log.limits() == Limits(300, 3)


def test_the_undo_of_what_failed_has_nothing_to_do(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    item = log.claim()[0]
    undo = log.undo(operation)
    assert undo is not None
    log.settle(item, ItemState.FAILED)
    assert log.deliver() == []
    assert log.item(undo).state is ItemState.ALREADY_SO
    assert log.limits() == Limits(300, 3)


def test_already_so_counts_only_once_what_is_on_its_way_has_arrived(log: Log) -> None:
    first = log.submit(hours(9), 0)
    second = log.submit(hours(9), 0, 1)
    assert log.item(second, 0).state is ItemState.PENDING
    log.settle(log.claim(1)[0], ItemState.FAILED)
    log.deliver()
    assert log.item(first).state is ItemState.FAILED
    assert log.limits(0) == Limits(540, 3)


def test_already_so_is_settled_at_once_where_nothing_is_on_its_way(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.deliver()
    second = log.submit(hours(9), 0, 1)
    assert operation != second
    assert log.item(second, 0).state is ItemState.ALREADY_SO
    assert log.item(second, 0).settled_at is not None


def test_an_item_tried_again_takes_its_place_below_what_follows(log: Log) -> None:
    first = log.submit(hours(9), 0)
    second = log.submit(more_hours(2), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    assert minutes(log, second) == (300, 420)
    log.retry(first)
    assert minutes(log, second) == (540, 660)
    log.deliver()
    assert log.limits() == Limits(660, 3)


def test_many_are_planned_anew_at_once(tmp_path: Path) -> None:
    log = Log(tmp_path / "many.sqlite", racers(1200))
    first = log.submit(hours(9), *range(1200))
    second = log.submit(more_hours(1), *range(1200))
    log.cancel(first)
    assert {item.after["minutes_limit"] for item in log.items(second)} == {360}
    log.database.close()


# Plans that are out of date


def test_a_plan_is_refused_when_another_operation_on_its_targets_came_in(log: Log) -> None:
    plan = log.plan(more_hours(1), 0, 1)
    log.submit(hours(9), 1)
    with pytest.raises(PlanOutdatedError):
        submit(log.database, plan, ADA)
    assert len(log.items()) == 1


def test_other_targets_do_not_matter(log: Log) -> None:
    plan = log.plan(more_hours(1), 0)
    log.submit(hours(9), 1)
    assert submit(log.database, plan, ADA)


def test_a_plan_is_refused_when_what_it_built_on_was_cancelled(log: Log) -> None:
    first = log.submit(hours(9), 0)
    plan = log.plan(more_hours(1), 0)
    log.cancel(first)
    with pytest.raises(PlanOutdatedError):
        submit(log.database, plan, ADA)


def test_a_plan_is_refused_when_somebody_else_changed_a_limit_meanwhile(log: Log) -> None:
    plan = log.plan(more_hours(1), 0)
    log.somebody_sets(0, 77)
    log.sweep()
    with pytest.raises(PlanOutdatedError):
        submit(log.database, plan, ADA)


def test_a_plan_holds_while_what_it_built_on_arrives(log: Log) -> None:
    log.submit(hours(9), 0)
    plan = log.plan(more_hours(1), 0)
    log.deliver()
    assert submit(log.database, plan, ADA)
    log.deliver()
    assert log.limits() == Limits(600, 3)


def test_a_plan_holds_when_one_of_its_profiles_is_gone(log: Log) -> None:
    plan = log.plan(hours(9), 0, 1)
    del log.account[racer_id(0)]
    log.sweep()
    log.sweep()
    operation = submit(log.database, plan, ADA)
    log.deliver()
    assert log.states(operation) == [ItemState.FAILED, ItemState.DONE]


def test_an_operation_with_two_thousand_targets_is_one_transaction(tmp_path: Path) -> None:
    log = Log(tmp_path / "many.sqlite", racers(2000))
    plan = log.plan(hours(9), *range(2000))
    log.submit(models(9), 1999)
    with pytest.raises(PlanOutdatedError):
        submit(log.database, plan, ADA)
    assert len(log.items()) == 1  # nothing of it, not even the first targets
    operation = log.submit(hours(9), *range(2000))
    assert len(log.items(operation)) == 2000
    log.database.close()


def test_what_was_moved_while_it_was_sent_leaves_its_values_to_those_that_follow_now(
    log: Log,
) -> None:
    """Places are given out anew to the operations that another one passes, too."""
    moved, second, third = log.submit(hours(6), 1), log.submit(hours(7), 0), log.submit(hours(8), 0)
    sent = log.claim()
    move(log.database, moved, None, ADA)
    for item in sent:
        failed = item.operation_id == second
        log.settle(item, ItemState.FAILED if failed else ItemState.DONE)
    assert minutes(log, third) == (300, 480)
    log.deliver()
    assert log.states(third) == [ItemState.DONE]


def test_what_follows_a_retry_says_that_it_is_planned_for_that(log: Log) -> None:
    first = log.submit(hours(9), 0)
    second = log.submit(more_hours(2), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.retry(first)
    assert minutes(log, second) == (540, 660)
    why = "planned anew, since an earlier operation is tried again"
    assert log.item(second).reason == why
