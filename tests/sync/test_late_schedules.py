"""What was scheduled and is held up on its way: it waits for a word, whoever delivers it then."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands import scheduling
from drtui.commands.bulk import plan_action, submit
from drtui.commands.operations import (
    items_in,
    retry,
)
from drtui.commands.selection import select_by_name
from drtui.domain.failures import FailureKind
from drtui.domain.operations import Hold, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.scheduling import GRACE, ScheduleState
from drtui.store.delivery import exchange
from drtui.store.due import deliverable_count
from drtui.store.late import hold_what_is_late
from drtui.store.previewing import preview
from drtui.store.settlement import Settlement
from drtui.sync import scheduler
from drtui.sync.engine import Engine
from drtui.sync.options import Ending
from tests.support.deployments import racer_id
from tests.support.scheduling import found, scheduled_resume
from tests.support.waiting import eventually
from tests.sync.scheduling_worlds import (
    HOUR,
    LATE,
    PAUSED,
    THEIRS,
    UNPACED,
    World,
    newest,
    ran_and_unsent,
    results,
    told,
    world,
)

__all__ = ["world"]


def test_what_was_not_sent_when_the_host_fell_asleep_is_asked_about(world: World) -> None:
    number = ran_and_unsent(world)
    resume = scheduled_resume(world.workspace, world.clock.now + 15 * HOUR)
    world.clock.step(16 * HOUR)
    assert world.run() is Ending.UNDELIVERED
    assert world.limits() == [THEIRS] * 3
    it = found(world.workspace, number)
    assert (it.state, it.unsent, it.total) == (ScheduleState.LATE, 3, 3)
    assert world.state(resume) is ScheduleState.MISSED
    assert newest(world).hold is Hold.LATE


def test_it_is_told_with_how_much_is_left_and_the_end_of_its_grace(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(LATE)
    world.run()
    it, now = found(world.workspace, number), datetime.fromtimestamp(world.clock.now, UTC)
    assert it.settled_at == it.when.at + GRACE
    by = f"{it.when.at + GRACE:%H:%M}"
    assert f"3 of 3 not sent by {by}" in told(world)
    assert "go on with it, or cancel the rest" in told(world)
    assert it.state_text(now).startswith(f"3 of 3 not sent by {by}")
    assert it.asks(now)


def test_what_was_all_being_sent_when_the_host_fell_asleep_is_not_sent_again(world: World) -> None:
    number = ran_and_unsent(world)
    first, *others = exchange(world.database, [], 10, 7)
    world.clock.step(16 * HOUR)
    exchange(world.database, [Settlement(first, ItemState.DONE, claim=7)], 0, 8)
    back = [Settlement(one, ItemState.PENDING, "HTTP 500", claim=7) for one in others]
    assert exchange(world.database, back, 10, 9) == []
    assert world.state(number) is ScheduleState.LATE
    assert found(world.workspace, number).unsent == len(others)


def test_within_the_grace_it_goes_on_by_itself(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [PAUSED] * 3


def test_delivery_that_makes_progress_goes_on_however_long_it_takes(world: World) -> None:
    """One every nine minutes, by engines that come and go."""
    number = ran_and_unsent(world)
    for done in range(1, 4):
        world.deployment.heals()
        for left in range(done, 3):
            world.deployment.fails(FailureKind.NOT_SIGNED_IN, target=racer_id(left), times=1_000)
        world.clock.step(9 * 60.0)
        world.run()
        assert newest(world).count(ItemState.DONE) == done
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [PAUSED] * 3


def test_a_clock_that_is_set_back_neither_holds_nor_loops(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(-2 * HOUR)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [PAUSED] * 3


def test_one_that_is_held_stays_so_when_the_clock_is_set_back(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(HOUR)
    world.run()
    world.clock.step(-2 * HOUR)
    world.run()
    assert world.state(number) is ScheduleState.LATE
    assert world.limits() == [THEIRS] * 3
    scheduling.go_on(world.workspace, number)
    world.clock.step(-2 * HOUR)
    assert world.run() is Ending.DELIVERED
    assert world.limits() == [PAUSED] * 3


def test_it_is_told_offline_too_where_nothing_is_claimed(world: World) -> None:
    number = ran_and_unsent(world)
    world.deployment.network(up=False)
    world.clock.step(LATE)
    world.run()
    assert world.state(number) is ScheduleState.LATE


def test_an_answer_that_slept_with_the_host_is_no_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "hold_what_is_late", lambda _: [])  # the claim alone decides
    world = World(tmp_path / "store.sqlite", count=8)
    number = world.pause()
    one_by_one = replace(UNPACED, concurrency=1)
    monkeypatch.setattr(
        world, "engine", lambda: Engine(world.database, world.deployment, one_by_one)
    )
    with world.watching():
        with world.deployment.holding():
            world.clock.step(HOUR)
            assert world.deployment.waiting.acquire(timeout=30.0)
            world.clock.step(16 * HOUR)
        eventually(lambda: world.state(number) is ScheduleState.LATE)
        eventually(lambda: not newest(world).count(ItemState.SENDING), 60.0)
    claimed_before = 2  # by one worker: what it sends, and the next
    assert newest(world).count(ItemState.DONE) == claimed_before
    assert found(world.workspace, number).unsent == 8 - claimed_before
    world.database.close()


def test_what_comes_after_it_on_the_same_waits_behind_it(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(HOUR)
    world.run()
    chosen = select_by_name(world.workspace, [racer_id(0)])
    later = submit(
        world.workspace, plan_action(world.workspace, SetQuotas(QuotaChange(540), None), chosen)
    )
    assert later is not None
    assert world.run() is Ending.UNDELIVERED
    assert [one.hold for one in world.operations()] == [Hold.BEHIND_LATE, Hold.LATE]
    with world.database.read() as connection:
        assert deliverable_count(connection) == 0
        seen = preview(connection)
    assert (seen.late, seen.held_back, seen.to_send) == (3, 1, 0)
    scheduling.drop(world.workspace, found(world.workspace, number))
    assert world.run() is Ending.DELIVERED
    assert [item.state for item in items_in(world.workspace, later)] == [ItemState.DONE]


def test_what_is_being_sent_of_it_is_not_said_to_wait_for_a_word(world: World) -> None:
    number = ran_and_unsent(world)
    exchange(world.database, [], 1, 7)
    world.clock.step(LATE)
    assert hold_what_is_late(world.database) == [number]
    with world.database.read() as connection:
        seen = preview(connection)
    assert (seen.late, seen.in_doubt, seen.held_back) == (2, 1, 0)


def test_what_did_not_come_from_a_schedule_is_sent_however_late(world: World) -> None:
    chosen = select_by_name(world.workspace, [racer_id(0)])
    action = SetQuotas(QuotaChange(540), None)
    submit(world.workspace, plan_action(world.workspace, action, chosen))
    world.clock.step(16 * HOUR)
    assert world.run() is Ending.DELIVERED
    assert world.deployment.limits(racer_id(0)).minutes == 540


def test_one_that_is_run_by_hand_counts_from_then_on(world: World) -> None:
    number = world.pause()
    world.clock.step(16 * HOUR)
    world.run()
    assert world.state(number) is ScheduleState.MISSED
    scheduling.run_now(world.workspace, number, scheduling.preview(world.workspace, number))
    assert world.run() is Ending.DELIVERED
    assert world.limits() == [PAUSED] * 3


def test_what_failed_is_retried_though_its_time_is_long_over(world: World) -> None:
    number = world.pause()
    world.deployment.fails(FailureKind.INVALID, times=3)
    world.clock.step(HOUR)
    world.run()
    assert newest(world).count(ItemState.FAILED) == 3
    world.clock.step(16 * HOUR)
    assert retry(world.workspace, newest(world).operation_id) == 3
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [PAUSED] * 3


def test_the_journal_says_as_whom_it_is_delivered_where_another_is_signed_in(
    world: World,
) -> None:
    world.pause()
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE scheduled_operation SET account_user = 'bo'")
    world.clock.step(HOUR)
    world.run()
    number = newest(world).operation_id
    assert f"ran as operation {number}; delivered as ada.admin" in results(world)
