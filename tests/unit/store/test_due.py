"""What may be sent when: order per target, delays, doubt, look-ups, and what a sweep is for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event

from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.delivery import recover, renew_doubt
from drtui.store.due import (
    deliverable_count,
    due_items,
    next_due,
    sweep_wanted_from,
)
from drtui.store.operation_log import open_count
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.targets import targets_on_the_way
from drtui.store.users import pending_values
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def models(amount: int) -> SetQuotas:
    return SetQuotas(None, QuotaChange(amount))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def wanted_in(log: Log) -> float | None:
    with log.database.read() as connection:
        moment = sweep_wanted_from(connection)
    return None if moment is None else moment.timestamp() - log.clock()


def due_in(log: Log) -> float | None:
    with log.database.read() as connection:
        moment = next_due(connection)
    return None if moment is None else moment.timestamp() - log.clock()


def test_a_targets_operations_go_one_after_the_other(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(models(7), 0)
    first = log.claim()
    assert [item.after for item in first] == [{"minutes_limit": 540}]
    assert log.claim() == []
    log.settle(first[0])
    assert [item.after for item in log.claim()] == [{"models_limit": 7}]


def test_other_targets_do_not_wait(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(8), 0, 1)
    assert [item.target for item in log.claim()] == [racer_id(0), racer_id(1)]


def test_a_delayed_item_waits_for_its_time_and_its_target_with_it(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(models(7), 0)
    log.settle(log.claim()[0], ItemState.PENDING, due_at=log.clock() + 8)
    assert log.claim() == []
    assert due_in(log) == pytest.approx(8)
    log.clock.step(8)
    assert [item.after for item in log.claim()] == [{"minutes_limit": 540}]


def test_a_conflict_holds_back_what_comes_after_it(log: Log) -> None:
    log.submit(hours(9), 0)
    log.somebody_sets(0, 77)
    log.sweep()
    log.claim()
    log.submit(models(7), 0)
    assert log.claim() == []
    assert due_in(log) is None
    assert wanted_in(log) is None
    with log.database.read() as connection:
        assert deliverable_count(connection) == 0


def test_items_that_nothing_holds_back_are_deliverable(log: Log) -> None:
    log.submit(hours(9), 0, 1)
    log.submit(models(7), 0)
    log.claim(1)
    with log.database.read() as connection:
        assert deliverable_count(connection) == 3


def test_no_different_value_follows_a_doubtful_one_before_a_late_enough_sweep(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(5), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.settle(log.claim()[0])  # sent again, and answered
    assert log.claim() == []
    log.clock.step(34)
    log.sweep()
    assert log.claim() == []
    assert wanted_in(log) == pytest.approx(1)
    log.clock.step(600)
    assert log.claim() == []  # however late: what was read before proves nothing
    log.sweep()
    assert [item.after for item in log.claim()] == [{"minutes_limit": 300}]


def test_a_sweep_that_began_too_early_proves_nothing_however_late_it_ends(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(5), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.settle(log.claim()[0])
    number, began = begin_sweep(log.database)
    log.clock.step(60)
    write_page(log.database, list(log.account.values()), number, began)
    complete_sweep(log.database, number, began)
    assert log.claim() == []


def test_the_same_value_need_not_wait(log: Log) -> None:
    log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    assert len(log.claim()) == 1


def test_a_doubt_holds_back_an_older_item_that_is_tried_again(log: Log) -> None:
    older = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.submit(hours(7), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.retry(older)
    assert log.claim() == []
    assert wanted_in(log) == pytest.approx(35)


def test_an_older_item_tried_again_waits_while_a_later_one_is_being_sent(log: Log) -> None:
    older = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.submit(hours(7), 0)
    later = log.claim()[0]
    log.retry(older)
    assert log.claim() == []
    assert due_in(log) is None
    log.settle(later)
    log.claim()
    assert log.item(older).state is ItemState.CONFLICT


def test_a_look_up_waits_for_a_sweep_that_began_after_it(log: Log) -> None:
    log.submit(hours(9), 0)
    number, began = begin_sweep(log.database)
    log.clock.step(1)
    log.settle(log.claim()[0], ItemState.PENDING, look_up_after=log.clock())
    write_page(log.database, list(log.account.values()), number, began)
    complete_sweep(log.database, number, began)
    assert log.claim() == []
    assert wanted_in(log) == pytest.approx(0)
    log.clock.step(1)
    log.sweep()
    assert wanted_in(log) is None
    assert len(log.claim()) == 1


def test_what_was_cancelled_in_doubt_is_only_verified(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.cancel(operation)
    assert log.claim() == []
    log.clock.step(36)
    assert log.claim() == []
    assert wanted_in(log) == pytest.approx(-1)
    log.sweep()
    assert log.claim() == []
    assert log.item(operation).state is ItemState.CANCELLED


def test_a_call_that_still_runs_keeps_the_doubt_alive(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(5), 0)
    first = log.claim()[0]
    log.settle(first, ItemState.DOUBTFUL)
    log.settle(log.claim()[0])
    log.clock.step(36)
    renew_doubt(log.database, [first.item_id])
    log.sweep()
    assert log.claim() == []
    log.clock.step(36)
    log.sweep()
    assert len(log.claim()) == 1


def test_a_call_that_still_runs_makes_no_doubt_where_there_is_none(log: Log) -> None:
    log.submit(hours(9), 0)
    item = log.claim()[0]
    log.settle(item)
    renew_doubt(log.database, [item.item_id])
    log.submit(hours(5), 0)
    assert len(log.claim()) == 1


# The clock set back


def test_a_clock_set_back_does_not_hold_items_back_for_as_long(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(8), 1)
    for item in log.claim():
        log.settle(item, ItemState.PENDING, due_at=log.clock() + 10)
    log.clock.step(-86_400)
    assert log.claim() == []
    log.sweep()
    assert len(log.claim()) == 2


def test_a_clock_set_back_does_not_pass_an_old_sweep_for_a_late_enough_one(log: Log) -> None:
    log.submit(hours(9), 0)
    log.submit(hours(5), 0)
    item = log.claim()[0]
    log.clock.step(-3600)
    log.settle(item, ItemState.DOUBTFUL)
    log.settle(log.claim()[0])
    assert log.claim() == []
    log.clock.step(36)
    log.sweep()
    assert len(log.claim()) == 1


def test_a_crash_and_a_clock_set_back_are_survived_together(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.claim()
    log.clock.step(-3600)
    recover(log.database)
    log.deliver()
    assert log.item(operation).state is ItemState.DONE
    log.submit(hours(5), 0)
    log.clock.step(36)
    log.sweep()
    log.deliver()
    assert log.limits() == Limits(300, 3)


# The indexes


def plans(log: Log, look: Callable[[Connection], object]) -> str:
    """How SQLite goes about the statements of a look at the log."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, values))

    with log.database.read() as connection:
        event.listen(connection, "before_cursor_execute", note)
        look(connection)
        explained = [
            str(row[-1])
            for statement, values in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    return "\n".join(explained)


LOOKS: Final[dict[str, Callable[[Connection], object]]] = {
    "due": lambda connection: due_items(connection, 10, 0.0),
    "next": next_due,
    "wanted": sweep_wanted_from,
    "open": open_count,
    "deliverable": deliverable_count,
    "on the way": targets_on_the_way,
    "pending": lambda connection: pending_values(connection, [racer_id(0), racer_id(1)]),
}


@pytest.mark.parametrize("look", LOOKS)
def test_no_look_at_the_log_reads_all_of_its_history(log: Log, look: str) -> None:
    explained = plans(log, LOOKS[look])
    assert "INDEX ix_operation_item_" in explained
    for line in explained.splitlines():
        if "operation_item" in line or "earlier" in line or "other" in line:
            assert "INDEX ix_operation_item_" in line, line
