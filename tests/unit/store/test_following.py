"""Following operations: which move, which need a hand, how fast, and their items page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.domain.authors import Author
from drtui.domain.failures import FailureKind
from drtui.domain.operations import Hold, ItemState, Operation, OperationState
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store import following
from drtui.store.offline import allow_reading, go_offline
from drtui.store.operation_log import operation, operations_by_number
from drtui.store.sync_state import (
    Connectivity,
    read_sync_state,
    write_connectivity,
    write_engine,
    write_halt,
    write_pace,
)
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(6))
    yield opened
    opened.database.close()


def found(log: Log, number: int) -> Operation:
    with log.database.read() as connection:
        it = operation(connection, number)
    assert it is not None
    return it


def numbers(log: Log) -> tuple[list[int], list[int]]:
    """Those that move, and those that need a hand."""
    with log.database.read() as connection:
        return following.moving_operations(connection), following.operations_in_need(connection)


def in_conflict(log: Log, racer: int = 0) -> int:
    number = log.submit(hours(9), racer)
    log.somebody_sets(racer, 77)
    log.sweep()
    log.claim()
    return number


def test_operations_are_numbered_newest_first_and_read_by_number(log: Log) -> None:
    first, second = log.submit(hours(9), 0, 1), log.submit(Pause(), 2)
    with log.database.read() as connection:
        assert following.operation_numbers(connection) == [second, first]
        rows = operations_by_number(connection, [first, 99])
    assert list(rows) == [first]
    assert rows[first].total == 2


def test_what_is_on_its_way_moves_and_then_does_not(log: Log) -> None:
    number = log.submit(hours(9), 0)
    assert numbers(log) == ([number], [])
    log.deliver()
    assert numbers(log) == ([], [])


def test_a_conflict_and_a_failure_need_a_hand_once_nothing_else_is_on_its_way(log: Log) -> None:
    number = log.submit(hours(9), 0, 1)
    first, second = log.claim()
    log.settle(first, ItemState.FAILED)
    assert numbers(log) == ([number], [])
    log.settle(second)
    conflict = in_conflict(log, 2)
    assert numbers(log) == ([], [conflict, number])


def test_what_failed_of_an_undone_operation_needs_nobody(log: Log) -> None:
    number = log.submit(hours(9), 0, 1)
    first, second = log.claim()
    log.settle(first)
    log.settle(second, ItemState.FAILED)
    assert numbers(log) == ([], [number])
    log.undo(number)
    log.deliver()
    assert numbers(log) == ([], [])


def test_behind_a_conflict_an_operation_waits_and_does_not_deliver(log: Log) -> None:
    in_conflict(log, 0)
    behind = log.submit(hours(11), 0)
    beside = log.submit(hours(11), 0, 1)
    assert found(log, behind).hold is Hold.CONFLICT
    assert found(log, behind).state is OperationState.WAITING
    assert found(log, beside).state is OperationState.DELIVERING
    log.deliver()
    assert found(log, beside).hold is Hold.CONFLICT
    log.keep_theirs(1)
    assert found(log, behind).state is OperationState.DELIVERING


def test_while_delivering_is_only_looked_at_an_operation_waits(log: Log) -> None:
    number = log.submit(hours(9), 0)
    go_offline(log.database, Author("ada"))
    allow_reading(log.database, 60)
    assert found(log, number).hold is Hold.OFFLINE


def test_offline_and_halted_an_operation_waits(log: Log) -> None:
    number = log.submit(hours(9), 0)
    write_connectivity(log.database, Connectivity.OFFLINE)
    assert found(log, number).hold is Hold.OFFLINE
    write_connectivity(log.database, Connectivity.ONLINE)
    for kind, hold in (
        (FailureKind.NOT_SIGNED_IN, Hold.SIGN_IN),
        (FailureKind.ROLE_NOT_ALLOWED, Hold.ROLE),
        (FailureKind.BLOCKED, Hold.FIREWALL),
    ):
        write_halt(log.database, kind, "a reason")
        assert found(log, number).hold is hold
    write_halt(log.database, None)
    assert found(log, number).hold is None


def test_what_is_being_sent_does_not_wait(log: Log) -> None:
    number = log.submit(hours(9), 0)
    log.claim()
    write_connectivity(log.database, Connectivity.OFFLINE)
    assert found(log, number).state is OperationState.DELIVERING


def test_what_is_settled_has_nothing_to_wait_for(log: Log) -> None:
    number = log.submit(hours(9), 0)
    log.deliver()
    write_connectivity(log.database, Connectivity.OFFLINE)
    assert found(log, number).hold is None


def test_only_what_delivery_settled_lately_counts_for_the_rate(log: Log) -> None:
    number = log.submit(hours(9), 0, 1, 2, 3)
    log.somebody_sets(4, 540)
    log.sweep()
    one, two, three, _ = log.claim()
    log.settle(one)
    log.clock.step(20)
    log.settle(two, ItemState.FAILED)
    log.clock.step(3)
    log.settle(three)
    log.settle(log.items(number)[3], ItemState.PENDING, claim=1)
    log.cancel(number)
    other = log.submit(hours(9), 4, 5)  # one of them is so already
    now = log.clock()
    with log.database.read() as connection:
        settled = following.settled_since(connection, datetime.fromtimestamp(now - 10, UTC))
    assert other not in settled
    assert settled[number].count == 2
    assert settled[number].first.timestamp() == now - 3


def test_items_are_found_by_state_and_by_text_whatever_its_case(log: Log) -> None:
    number = log.submit(hours(9), *range(5))
    first, *_ = log.claim(1)
    log.settle(first, ItemState.FAILED)
    items = log.items(number)
    ids = [item.item_id for item in items]
    with log.database.read() as connection:
        assert following.item_numbers(connection, number) == ids
        assert following.item_numbers(connection, number, [ItemState.FAILED]) == ids[:1]
        label = items[2].label.upper()
        assert following.item_numbers(connection, number, text=label) == [ids[2]]
        assert following.item_numbers(connection, number, text="nobody at all") == []
        pending = [ItemState.PENDING]
        assert following.item_numbers(connection, number, pending, items[0].label) == []
        rows = following.items_by_number(connection, [ids[3], ids[1], 9_999])
        assert {key: row.label for key, row in rows.items()} == {
            ids[3]: items[3].label,
            ids[1]: items[1].label,
        }
        assert following.first_items(connection, number, pending, 2) == items[1:3]


def test_a_reason_is_searched_too_and_reasons_are_counted(log: Log) -> None:
    number = log.submit(hours(9), *range(4))
    log.cancel(number, 1, 2)
    with log.database.read() as connection:
        ids = [item.item_id for item in log.items(number)]
        assert following.item_numbers(connection, number, text="CANCEL") == ids[1:3]
        cancelled = following.reasons(connection, number, [ItemState.CANCELLED])
        assert cancelled == [("cancelled", 2)]
        assert following.reasons(connection, number, [ItemState.FAILED]) == []


def test_the_pace_is_the_engines_word_and_forgotten_when_another_begins(log: Log) -> None:
    def pace() -> tuple[float | None, float | None]:
        with log.database.read() as connection:
            state = read_sync_state(connection)
        return state.pace, state.pace_ceiling

    assert pace() == (None, None)
    write_pace(log.database, 40.0, 120.0)
    assert pace() == (40.0, 120.0)
    write_engine(log.database, 1)
    assert pace() == (None, None)


@pytest.mark.parametrize("state", [ItemState.DOUBTFUL, ItemState.PENDING, ItemState.SENDING])
def test_what_may_have_arrived_is_known_by_target(log: Log, state: ItemState) -> None:
    number = log.submit(hours(9), 0, 1)

    def perhaps(*racers: int) -> bool:
        with log.database.read() as connection:
            return following.perhaps_arrived(connection, number, [racer_id(one) for one in racers])

    assert not perhaps()
    (item,) = log.claim(1)
    if state is not ItemState.SENDING:
        log.settle(item, state)
    assert perhaps()
    assert perhaps(0)
    assert not perhaps(1)


def test_what_was_answered_did_not_arrive_unknown(log: Log) -> None:
    number = log.submit(hours(9), 0)
    log.deliver()
    with log.database.read() as connection:
        assert not following.perhaps_arrived(connection, number)
