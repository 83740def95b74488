"""Reading the operation log."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY, ItemState, OperationKind, Undoing
from drtui.domain.plan_lines import summary_lines
from drtui.domain.progress import progress_text
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


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ((), "2 already so"),
        ((0,), "2 already so, 1 of them queued behind what is on its way"),
        ((0, 1), "2 already so, and queued behind what is on its way"),
    ],
)
def test_a_plan_tells_of_those_already_so_as_the_operation_does(
    log: Log, before: tuple[int, ...], told: str
) -> None:
    for number in {0, 1}.difference(before):
        log.somebody_sets(number, 540)
    log.sweep()
    if before:
        log.submit(hours(9), *before)
    lines = summary_lines(log.plan(hours(9), 0, 1, 2))
    assert lines == ["1 of 3 users will get new quotas", told]
    number = log.submit(hours(9), 0, 1, 2)
    with log.database.read() as connection:
        queued = open_count(connection, ON_THE_WAY) - len(before)
        found = operation(connection, number)
    assert queued == 1 + len(before)
    assert found is not None
    assert progress_text(found).startswith(f"0 of {queued} done")
    log.deliver()
    with log.database.read() as connection:
        found = operation(connection, number)
    assert found is not None
    assert progress_text(found) == "1 of 1 done · 2 already so"


def test_a_plan_that_comes_to_nothing_queues_nobody(log: Log) -> None:
    log.submit(hours(9), 0)
    assert summary_lines(log.plan(hours(9), 0))[1:] == ["1 already so"]


def test_an_operation_knows_its_undo(log: Log) -> None:
    first = log.submit(hours(9), 0)
    log.deliver()
    undo = log.undo(first)
    with log.database.read() as connection:
        undone, undoing = operation(connection, first), operation(connection, undo or 0)
    assert undone is not None
    assert undoing is not None
    assert (undoing.undoes, undoing.kind) == (first, OperationKind.UNDO)
    assert undone.undoing == Undoing(undo or 0, 0, 1, settled=False)
    log.deliver()
    with log.database.read() as connection:
        undone = operation(connection, first)
    assert undone is not None
    assert undone.undoing == Undoing(undo or 0, 1, 1)


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
