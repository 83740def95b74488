"""Operations for a set time, run by an engine whose clock is set: due, missed, killed, set back."""

import threading

import pytest

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_by_name
from drtui.commands.usage import ask_for_sweep
from drtui.domain.deployment import ProfilePage
from drtui.domain.planning import Plan
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Role
from drtui.domain.scheduling import (
    GRACE,
    Scheduled,
    ScheduleState,
)
from drtui.domain.spending import Rates
from drtui.store import scheduling as store
from drtui.store.database import Transaction
from drtui.sync import scheduler
from drtui.sync.options import Ending
from tests.support.deployments import racer_id, racers
from tests.support.scheduling import found, scheduled_resume
from tests.support.waiting import eventually
from tests.sync.scheduling_worlds import HOUR, PAUSED, World, world

__all__ = ["world"]


def test_it_is_run_when_it_is_due_and_not_before(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR - 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.WAITING
    assert world.limits() == [Limits(300, 3)] * 3
    world.clock.step(1)
    assert world.run() is Ending.DELIVERED
    it = found(world.workspace, number)
    assert (it.state, it.note) == (ScheduleState.RAN, "")
    assert it.operation_id == world.operations()[0].operation_id
    assert world.limits() == [PAUSED] * 3


def test_an_engine_that_is_up_runs_it_when_its_clock_comes_there(world: World) -> None:
    with world.watching():
        number = world.pause()
        world.clock.step(HOUR)
        eventually(lambda: world.limits() == [PAUSED] * 3)
    assert world.state(number) is ScheduleState.RAN
    assert len(world.operations()) == 1


def test_the_account_is_read_first_so_that_it_is_for_whoever_is_there_then(world: World) -> None:
    world.pause()
    newcomer = racers(4)[3]
    world.deployment._account[newcomer.profile_id] = newcomer  # as if it had registered itself
    world.clock.step(HOUR)
    assert world.run() is Ending.DELIVERED
    assert world.deployment.limits(newcomer.profile_id) == PAUSED


def test_what_is_missed_is_asked_about_and_not_run(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR + GRACE.total_seconds() + 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.MISSED
    assert world.operations() == []
    assert world.limits() == [Limits(300, 3)] * 3


def test_a_host_that_sleeps_through_it_has_missed_it_though_its_engine_was_up(
    world: World,
) -> None:
    with world.watching():
        number = world.pause()
        world.clock.step(HOUR + GRACE.total_seconds() + 1)
        eventually(lambda: world.state(number) is ScheduleState.MISSED)
    assert world.operations() == []


@pytest.mark.parametrize("step", [24 * HOUR, -HOUR], ids=["asleep", "set back"])
def test_it_is_not_run_where_its_time_is_another_by_when_it_was_planned(
    world: World, monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    number = world.pause()
    world.clock.step(HOUR)

    def sleeps(connection: Transaction, it: Scheduled, rates: Rates) -> Plan:
        plan = store.plan_again(connection, it, rates)
        world.clock.step(step)
        return plan

    with monkeypatch.context() as patch:
        patch.setattr(scheduler, "plan_again", sleeps)
        world.run()
    assert world.operations() == []
    assert world.state(number) is (ScheduleState.MISSED if step > 0 else ScheduleState.WAITING)


def test_a_little_late_is_not_missed(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR + GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.RAN


def test_a_clock_that_is_set_back_or_forward_runs_nothing_twice(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR)
    world.run()
    for step in (-2 * HOUR, HOUR, HOUR, 24 * HOUR, -48 * HOUR):
        world.clock.step(step)
        world.run()
    assert world.state(number) is ScheduleState.RAN
    assert len(world.operations()) == 1


def test_an_engine_that_is_killed_in_between_neither_loses_nor_doubles_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.pause()
    world.clock.step(HOUR)

    class KilledError(BaseException):
        """The end of the process, before the transaction is one."""

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_journal", killed)  # the last of what is written
        with pytest.raises(KilledError):
            world.run()
    assert world.state(number) is ScheduleState.WAITING
    assert world.operations() == []
    world.run()
    assert world.state(number) is ScheduleState.RAN
    assert len(world.operations()) == 1
    assert world.limits() == [PAUSED] * 3


def test_two_engines_that_should_not_be_run_it_once(world: World) -> None:
    number = world.pause()
    with world.watching(), world.watching():
        world.clock.step(HOUR)
        eventually(lambda: world.limits() == [PAUSED] * 3)
    assert world.state(number) is ScheduleState.RAN
    assert len(world.operations()) == 1


def test_a_reading_that_began_before_its_time_is_followed_by_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would wait for the next one that is made anyhow."""
    number = world.pause()
    deployment, reads = world.deployment, threading.Event()
    listed, goes_on = deployment.list_profiles, threading.Event()

    def held(token: str | None = None) -> ProfilePage:
        reads.set()
        assert goes_on.wait(30.0)
        return listed(token)

    with world.watching():
        monkeypatch.setattr(deployment, "list_profiles", held)
        ask_for_sweep(world.workspace)
        assert reads.wait(30.0)
        world.clock.step(HOUR)
        goes_on.set()
        eventually(lambda: world.state(number) is ScheduleState.RAN)
    assert world.limits() == [PAUSED] * 3


def test_a_role_that_may_not_do_it_is_refused_and_told(world: World) -> None:
    number = world.pause()
    world.deployment.role = Role.FACILITATOR
    world.clock.step(HOUR)
    world.run()
    it = found(world.workspace, number)
    assert it.state is ScheduleState.REFUSED
    assert "needs an admin" in it.note
    assert world.operations() == []


def test_a_pause_and_a_resume_that_are_both_due_come_in_their_order(world: World) -> None:
    pause = world.pause()
    resume = scheduled_resume(world.workspace, world.clock.now + HOUR + 60)
    world.clock.step(HOUR + 120)
    world.run()
    ran = [found(world.workspace, one).operation_id for one in (pause, resume)]
    assert ran == sorted(one.operation_id for one in world.operations())
    assert world.limits() == [Limits(300, 3)] * 3


def test_it_is_run_beside_an_earlier_operation_that_is_still_on_its_way(world: World) -> None:
    with world.watching():
        with world.deployment.holding():
            action = SetQuotas(QuotaChange(540), None)
            chosen = select_by_name(world.workspace, [racer_id(0)])
            submit(world.workspace, plan_action(world.workspace, action, chosen))
            number = world.pause()
            world.clock.step(HOUR)
            eventually(lambda: world.state(number) is ScheduleState.RAN)
        eventually(lambda: world.limits() == [PAUSED] * 3)
    assert [sent.minutes for sent in world.deployment.sent_to(racer_id(0))] == [540, 0]
