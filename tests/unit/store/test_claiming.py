"""Claiming and settling: who wins, what is believed, what is never sent."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.operations import ItemState, OperationState
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.delivery import exchange, recover, renew_doubt
from drtui.store.operation_log import operation
from drtui.store.settlement import Settlement
from tests.support.deployments import racer_id, racers
from tests.support.logs import ADA, Log, SteppedClock


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(5))
    yield opened
    opened.database.close()


def test_a_claimed_item_is_not_claimed_again(log: Log) -> None:
    log.submit(hours(9), 0, 1)
    assert [item.target for item in log.claim()] == [racer_id(0), racer_id(1)]
    assert log.claim() == []


def test_no_more_is_claimed_than_asked_for(log: Log) -> None:
    log.submit(hours(9), 0, 1, 2)
    assert len(log.claim(2)) == 2
    assert len(log.claim(2)) == 1


def test_a_success_is_done_and_the_account_is_known_at_once(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0])
    assert log.item(operation_id).state is ItemState.DONE
    assert log.limits() == Limits(540, 3)


def test_a_success_does_not_touch_what_the_answer_lacks(log: Log) -> None:
    before = log.user()
    log.submit(hours(9), 0)
    log.settle(log.claim()[0])
    now = log.user()
    assert (now.profile.email, now.profile.models, now.profile.role_name) == (
        before.profile.email,
        before.profile.models,
        before.profile.role_name,
    )


def test_what_the_account_has_already_is_not_sent(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.somebody_sets(0, 540)
    log.sweep()
    assert log.claim() == []
    assert log.item(operation_id).state is ItemState.ALREADY_SO


def test_what_somebody_else_changed_is_a_conflict_and_shows_all_three(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.somebody_sets(0, 77)
    log.sweep()
    assert log.claim() == []
    item = log.item(operation_id)
    assert item.state is ItemState.CONFLICT
    assert (item.before["minutes_limit"], item.after["minutes_limit"]) == (300, 540)
    assert item.theirs["minutes_limit"] == 77


def test_only_the_fields_that_change_can_conflict(log: Log) -> None:
    log.submit(hours(9), 0)
    log.somebody_sets(0, 300, models=99)
    log.sweep()
    assert [item.target for item in log.claim()] == [racer_id(0)]


def test_the_late_answer_of_an_abandoned_call_is_ignored(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    first = log.claim()[0]
    log.settle(first, ItemState.DOUBTFUL)
    second = log.claim()[0]
    log.settle(first, ItemState.FAILED, claim=1)
    assert log.item(operation_id).state is ItemState.SENDING
    log.settle(second)
    assert log.item(operation_id).state is ItemState.DONE


def test_an_answer_to_what_is_not_being_sent_is_ignored(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    item = log.claim()[0]
    log.settle(item)
    log.settle(item, ItemState.FAILED)
    assert log.item(operation_id).state is ItemState.DONE


def test_a_crash_leaves_what_was_being_sent_in_doubt(log: Log) -> None:
    operation_id = log.submit(hours(9), 0, 1)
    log.settle(log.claim(1)[0])
    log.claim()
    assert recover(log.database) == 1
    assert log.states(operation_id) == [ItemState.DONE, ItemState.DOUBTFUL]
    assert log.item(operation_id, 1).unknown_at is not None
    assert recover(log.database) == 0


def test_what_is_in_doubt_is_simply_sent_again(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    assert [item.after["minutes_limit"] for item in log.deliver()] == [540]
    assert log.item(operation_id).state is ItemState.DONE


def test_what_is_in_doubt_and_found_in_the_account_is_done(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.somebody_sets(0, 540)
    log.sweep()
    assert log.deliver() == []
    assert log.item(operation_id).state is ItemState.DONE


def test_an_item_once_in_doubt_stays_so_until_it_is_verified(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.settle(log.claim()[0], ItemState.PENDING)  # throttled, say
    assert log.item(operation_id).state is ItemState.DOUBTFUL


def test_a_doubt_that_was_renewed_while_it_was_sent_again_stays_renewed(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.clock.step(36)
    log.sweep()
    (again,) = log.claim()
    renew_doubt(log.database, [again.item_id])
    log.settle(again, ItemState.PENDING)
    unknown_at = log.item(operation).unknown_at
    assert unknown_at is not None
    assert unknown_at.timestamp() == log.clock()


def test_a_conflict_is_not_called_one_while_our_own_call_may_still_overrule_it(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.somebody_sets(0, 77)
    log.clock.step(5)
    log.sweep()
    assert log.claim() == []
    assert log.item(operation_id).state is ItemState.DOUBTFUL
    log.clock.step(36)
    log.somebody_sets(0, 540)  # the late call
    log.sweep()
    log.claim()
    assert log.item(operation_id).state is ItemState.DONE


def test_that_conflict_is_one_after_a_sweep_that_began_late_enough(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    log.settle(log.claim()[0], ItemState.DOUBTFUL)
    log.somebody_sets(0, 77)
    log.clock.step(5)
    log.sweep()
    log.claim()
    log.clock.step(36)
    log.sweep()
    log.claim()
    assert log.item(operation_id).state is ItemState.CONFLICT


def test_a_profile_that_is_gone_ends_as_failed(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    del log.account[racer_id(0)]
    log.sweep()
    log.sweep()
    assert log.claim() == []
    item = log.item(operation_id)
    assert item.state is ItemState.FAILED
    assert "no longer exists" in item.reason


def test_a_change_of_what_is_remembered_needs_no_call(log: Log) -> None:
    log.submit(Pause(), 0)
    log.deliver()
    operation_id = log.submit(hours(9), 0)
    assert exchange(log.database, [], 10, 99, calls=False) == []
    assert log.item(operation_id).state is ItemState.DONE
    assert log.user().remembered == Limits(540, 3)
    assert log.limits() == Limits(0, 0)


def test_without_a_network_nothing_that_needs_a_call_is_claimed(log: Log) -> None:
    operation_id = log.submit(hours(9), 0)
    assert exchange(log.database, [], 10, 99, calls=False) == []
    assert log.item(operation_id).state is ItemState.PENDING


def test_a_pause_remembers_what_it_replaced_only_when_it_is_done(log: Log) -> None:
    log.submit(Pause(), 0)
    item = log.claim()[0]
    assert log.user().remembered is None
    log.settle(item)
    assert log.user().remembered == Limits(300, 3)


def test_an_operation_says_where_it_stands(log: Log) -> None:
    operation_id = log.submit(hours(9), 0, 1)

    def word() -> OperationState:
        with log.database.read() as connection:
            found = operation(connection, operation_id)
        assert found is not None
        return found.state

    assert word() is OperationState.DELIVERING
    first, second = log.claim()
    log.settle(first)
    assert word() is OperationState.DELIVERING
    log.settle(second, ItemState.FAILED)
    assert word() is OperationState.NEEDS_A_HAND


def test_cancel_and_send_cannot_both_win(tmp_path: Path) -> None:
    """One thread cancels, others claim, on connections of their own to one file."""
    log = Log(tmp_path / "store.sqlite", racers(60), SteppedClock())
    operation_id = log.submit(hours(9), *range(60))
    sent: list[int] = []
    begin = threading.Barrier(4)

    def claim(number: int) -> None:
        mine = open_database(tmp_path / "store.sqlite", log.clock)
        begin.wait()
        for turn in range(20):
            claimed = exchange(mine, [], 1, 1000 * number + turn)
            sent.extend(item.item_id for item in claimed)
        mine.close()

    def cancel() -> None:
        mine = open_database(tmp_path / "store.sqlite", log.clock)
        begin.wait()
        for number in range(60):
            interventions.cancel(mine, operation_id, ADA, [racer_id(59 - number)])
        mine.close()

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(3)]
    threads.append(threading.Thread(target=cancel))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = log.items(operation_id)
    cancelled = {item.item_id for item in found if item.state is ItemState.CANCELLED}
    sending = {item.item_id for item in found if item.state is ItemState.SENDING}
    assert len(sent) == len(set(sent))
    assert set(sent) == sending
    assert not sending & cancelled
    assert len(sending | cancelled) == 60
    log.database.close()


def test_results_are_written_for_many_at_once(tmp_path: Path) -> None:
    log = Log(tmp_path / "store.sqlite", racers(700))
    operation_id = log.submit(hours(9), *range(700))
    claimed = exchange(log.database, [], 700, 7)
    done = [Settlement(item, ItemState.DONE, claim=7, confirmed=item.after) for item in claimed]
    assert exchange(log.database, done, 700, 8) == []
    assert set(log.states(operation_id)) == {ItemState.DONE}
    log.database.close()
