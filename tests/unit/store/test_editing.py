"""Editing what was not sent yet, where other operations have set the same targets since."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.help_desk_actions import ChangeAlias
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.editing import Edited, edit, plan_edit
from drtui.store.queue import move
from tests.support.deployments import racers
from tests.support.logs import ADA, Log

SET_SINCE = "was so already, and another operation has set it since"


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """Racers 0 and 1 have 6 hours, the others 5."""
    opened = Log(tmp_path / "store.sqlite", racers(5))
    for number in (0, 1):
        opened.somebody_sets(number, 360)
    opened.sweep()
    yield opened
    opened.database.close()


def deliver_only(log: Log, *operations: int) -> None:
    """Send what some operations want; the rest is put back."""
    log.clock.step(1)
    for item in log.claim():
        sent = item.operation_id in operations
        log.settle(item, ItemState.DONE if sent else ItemState.PENDING, counted=sent)


def edited(log: Log, operation: int, action: SetQuotas) -> Edited:
    with log.database.read() as connection:
        plan = plan_edit(connection, operation, action)
    edit(log.database, operation, action, ADA, plan)
    return plan


def wanted(item: Item) -> tuple[object, object]:
    return item.before["minutes_limit"], item.after["minutes_limit"]


def test_what_was_answered_with_an_error_may_have_come_about_and_is_not_edited(log: Log) -> None:
    operation = log.submit(hours(8), 2, 3)
    edited(log, operation, hours(7))
    log.clock.step(1)
    first, second = log.claim()
    log.settle(first, ItemState.PENDING)
    log.settle(second, ItemState.PENDING, counted=False)
    with pytest.raises(InvalidInputError, match="was sent already"):
        edited(log, operation, hours(6))


def test_what_another_operation_has_set_since_is_left_to_that(log: Log) -> None:
    older = log.submit(hours(6), 0, 1, 2)
    assert log.item(older, 0).state is ItemState.ALREADY_SO
    newer = log.submit(hours(10), 0)
    deliver_only(log, newer)
    plan = edited(log, older, hours(7))
    assert (plan.changes, plan.already_so, plan.cannot) == (2, 0, ((SET_SINCE, 1),))
    assert log.item(older, 0).state is ItemState.CANCELLED
    log.deliver()
    assert [log.limits(number) for number in range(3)] == [
        Limits(600, 3),
        Limits(420, 3),
        Limits(420, 3),
    ]


def test_what_waits_for_such_a_target_stays_as_it_was_planned(log: Log) -> None:
    older = log.submit(hours(6), 0, 2)
    newer = log.submit(hours(10), 0)
    deliver_only(log, newer)
    waiting = log.submit(SetQuotas(QuotaChange(120, relative=True), None), 0)
    edited(log, older, hours(7))
    assert wanted(log.item(waiting, 0)) == (600, 720)


def test_another_value_of_the_target_does_not_matter(log: Log) -> None:
    older = log.submit(hours(6), 0, 2)
    newer = log.submit(ChangeAlias("new"), 0)
    deliver_only(log, newer)
    assert edited(log, older, hours(7)).changes == 2


def test_what_came_about_before_it_was_found_so_does_not_matter(log: Log) -> None:
    first = log.submit(hours(9), 3)
    before = log.submit(hours(9), 2)
    deliver_only(log, before)
    log.clock.step(1)
    operation = log.submit(hours(9), 2, 4)
    assert log.item(operation, 2).state is ItemState.ALREADY_SO
    move(log.database, first, None, ADA)  # it takes the place of one before what came about
    assert edited(log, operation, hours(7)).changes == 2
