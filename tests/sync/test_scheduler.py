"""Operations for a set time, run by an engine whose clock is set: due, missed, killed, set back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_by_name
from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
from drtui.domain.deployment import ProfilePage
from drtui.domain.failures import FailureKind
from drtui.domain.operations import Operation
from drtui.domain.planning import Plan
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Role
from drtui.domain.scheduling import (
    GRACE,
    OFFLINE,
    OFFLINE_ON_PURPOSE,
    SIGNED_OUT,
    UNREAD,
    Scheduled,
    ScheduleState,
)
from drtui.domain.spending import Rates
from drtui.store import scheduling as store
from drtui.store.database import Transaction, open_database
from drtui.store.offline import go_offline, go_online
from drtui.store.operation_log import operations
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.sync import scheduler, sweeping
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock
from tests.support.scheduling import found, scheduled_pause, scheduled_resume
from tests.support.waiting import eventually

HOUR = 3_600.0
UNPACED = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
PAUSED = Limits(0, 0)


class World:
    """An account, a store with a clock that is set, and engines that come and go."""

    def __init__(self, path: Path, count: int = 3) -> None:
        self.clock = SteppedClock()
        self.deployment = FakeDeployment(racers(count))
        self.database = open_database(path, self.clock)
        self.workspace = Workspace(self.database, "ada")
        assert self.run() is Ending.DELIVERED

    def run(self) -> Ending:
        stop = threading.Event()
        watchdog = threading.Timer(60.0, stop.set)
        watchdog.start()
        ending = self.engine().run_once(stop)
        watchdog.cancel()
        assert not stop.is_set(), "it never ended"
        return ending

    def engine(self) -> Engine:
        return Engine(self.database, self.deployment, UNPACED)

    @contextmanager
    def watching(self) -> Iterator[Engine]:
        """An engine at work beside the test."""
        stop, engine = threading.Event(), self.engine()
        thread = threading.Thread(
            target=lambda: engine.watch(stop, finish=threading.Event()), daemon=True
        )
        thread.start()
        try:
            yield engine
        finally:
            stop.set()
            engine.wake()
            thread.join(30.0)
            assert not thread.is_alive(), "it never ended"

    def pause(self, ahead: float = HOUR) -> int:
        return scheduled_pause(self.workspace, self.clock.now + ahead)

    def state(self, number: int) -> ScheduleState:
        return found(self.workspace, number).state

    def sync_state(self) -> SyncState:
        with self.database.read() as connection:
            return read_sync_state(connection)

    def operations(self) -> list[Operation]:
        with self.database.read() as connection:
            return operations(connection)

    def limits(self) -> list[Limits]:
        return [self.deployment.limits(racer_id(one)) for one in range(3)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite")
    yield made
    made.database.close()


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


def signed_out(world: World) -> None:
    for call in ("whoami", "list_profiles", "settings"):
        world.deployment.fails(FailureKind.NOT_SIGNED_IN, call=call, times=1_000)


def no_network(world: World) -> None:
    world.deployment.network(up=False)


def on_purpose(world: World) -> None:
    go_offline(world.database, world.workspace.author())


def no_list(world: World) -> None:
    world.deployment.fails(FailureKind.UNAVAILABLE, call="list_profiles", times=1_000)


def mended(world: World) -> None:
    """Nothing is in the way any more."""
    world.deployment.network(up=True)
    world.deployment.heals()
    go_online(world.database, world.workspace.author())


CAUSES = [
    (signed_out, SIGNED_OUT),
    (no_network, OFFLINE),
    (on_purpose, OFFLINE_ON_PURPOSE),
    (no_list, UNREAD),
]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that fail are tried again at once."""
    monkeypatch.setattr(sweeping, "backoff", lambda *_: 0.0)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_what_keeps_it_from_running_is_told_while_it_is_due(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    it = found(world.workspace, number)
    assert (it.state, it.note) == (ScheduleState.WAITING, why)
    assert f"not run: {why}; asked about from" in it.state_text(it.when.at)
    assert world.operations() == []


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_it_is_run_where_that_ends_within_the_grace(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    assert found(world.workspace, number).note == why
    mended(world)
    world.clock.step(GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    it = found(world.workspace, number)
    assert (it.state, it.note) == (ScheduleState.RAN, "")
    assert world.limits() == [PAUSED] * 3


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_it_is_asked_about_where_that_ends_later_and_says_what_it_was(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    mended(world)
    world.clock.step(GRACE.total_seconds() + 1)
    assert world.run() is Ending.DELIVERED
    it = found(world.workspace, number)
    assert (it.state, it.reason(it.when.at)) == (ScheduleState.MISSED, f"{why} at its time")
    assert world.operations() == []
    assert world.limits() == [Limits(300, 3)] * 3


def test_an_engine_that_is_up_lets_it_be_missed_by_its_clock(world: World) -> None:
    with world.watching():
        number = world.pause()
        world.deployment.network(up=False)
        world.clock.step(HOUR)
        eventually(lambda: found(world.workspace, number).note == OFFLINE)
        world.clock.step(GRACE.total_seconds() + 1)
        eventually(lambda: world.state(number) is ScheduleState.MISSED)
        world.deployment.network(up=True)
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
    assert world.operations() == []


def test_what_is_missed_where_nobody_was_there_says_that(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR + GRACE.total_seconds() + 1)
    world.run()
    it = found(world.workspace, number)
    assert it.reason(it.when.at) == "no drtui was up at its time"


def test_a_look_at_the_account_while_offline_on_purpose_runs_nothing(world: World) -> None:
    number = world.pause()
    on_purpose(world)
    world.clock.step(HOUR)
    began = offline.begin_look(world.workspace)
    world.run()
    assert offline.has_looked(world.workspace, began)
    assert world.state(number) is ScheduleState.WAITING


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
