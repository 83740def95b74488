"""A conflict with what a later operation of our own has written is not laid to somebody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.operations import overtaken
from drtui.commands.undo import plan_undo
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log

_SOMEBODY = "changed by somebody else meanwhile"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(4))
    yield opened
    opened.database.close()


def hours(amount: int, *, relative: bool = False) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60, relative=relative), None)


def models(amount: int) -> SetQuotas:
    return SetQuotas(None, QuotaChange(amount))


def failing(log: Log, action: SetQuotas, *numbers: int) -> int:
    operation = log.submit(action, *numbers)
    for item in log.claim():
        log.settle(item, ItemState.FAILED)
    return operation


def done(log: Log, action: SetQuotas, *numbers: int) -> int:
    log.clock.step(60)
    operation = log.submit(action, *numbers)
    log.deliver()
    return operation


def retried(log: Log, operation: int) -> str:
    log.retry(operation)
    log.deliver()
    item = log.item(operation)
    assert item.state is ItemState.CONFLICT
    return item.reason


def test_what_a_later_operation_wrote_is_told_by_its_number(log: Log) -> None:
    first = failing(log, hours(9), 0)
    later = done(log, hours(1, relative=True), 0)
    assert retried(log, first) == f"changed since by operation {later}"


def test_of_several_later_operations_the_newest_wrote_what_is_there(log: Log) -> None:
    first = failing(log, hours(9), 0)
    done(log, hours(1, relative=True), 0)
    newest = done(log, hours(1, relative=True), 0)
    assert retried(log, first) == f"changed since by operation {newest}"


def test_fields_of_different_operations_name_them_all(log: Log) -> None:
    both = SetQuotas(QuotaChange(540), QuotaChange(9))
    first = failing(log, both, 0)
    of_hours, of_models = done(log, hours(7), 0), done(log, models(7), 0)
    assert retried(log, first) == f"changed since by operations {of_hours} and {of_models}"


def test_what_somebody_changed_after_our_later_operation_is_somebodys(log: Log) -> None:
    first = failing(log, hours(9), 0)
    done(log, hours(7), 0)
    log.clock.step(60)
    log.somebody_sets(0, 77)
    log.sweep()
    assert retried(log, first) == _SOMEBODY


def test_a_field_of_somebody_makes_it_somebodys(log: Log) -> None:
    first = failing(log, SetQuotas(QuotaChange(540), QuotaChange(9)), 0)
    done(log, hours(7), 0)
    log.clock.step(60)
    log.somebody_sets(0, 420, models=77)
    log.sweep()
    assert retried(log, first) == _SOMEBODY


def test_a_later_operation_that_did_not_come_about_wrote_nothing(log: Log) -> None:
    first = failing(log, hours(9), 0)
    failing(log, hours(7), 0)
    log.clock.step(60)
    log.somebody_sets(0, 420)
    log.sweep()
    assert retried(log, first) == _SOMEBODY


def test_before_a_retry_those_are_counted_that_only_become_conflicts(log: Log) -> None:
    first = failing(log, hours(9), 0, 1, 2, 3)
    later = done(log, hours(1, relative=True), 0, 1)
    log.clock.step(60)
    log.somebody_sets(2, 77)
    log.sweep()
    assert overtaken(log.workspace, first) == [
        f"2 of them were changed since by operation {later}: tried again, they become conflicts to "
        "settle.",
        f"1 of them was {_SOMEBODY}: tried again, it becomes a conflict to settle.",
    ]
    assert len(overtaken(log.workspace, first, [racer_id(0)])) == 1
    assert overtaken(log.workspace, first, [racer_id(3)]) == []
    log.retry(first)
    log.deliver()
    assert [state is ItemState.CONFLICT for state in log.states(first)] == [True, True, True, False]


def test_an_undo_tells_which_later_operation_is_in_its_way(log: Log) -> None:
    first = done(log, hours(9), 0, 1)
    log.clock.step(60)
    log.somebody_sets(1, 77)
    log.sweep()
    log.clock.step(60)
    later = log.submit(hours(7), 0)
    assert [row.reason for row in plan_undo(log.workspace, first).plan.rows] == [
        f"changed since by operation {later}",
        "changed since by somebody else",
    ]
