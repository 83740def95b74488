"""The engine on a deployment in memory: trouble of every kind, and what is left of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection, select_all, select_by_name
from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.store.sync_state import Connectivity, read_sync_state
from drtui.store.users import users_by_key
from drtui.sync.engine import Engine
from drtui.sync.lock import EngineLock
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.running import Runner
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.waiting import eventually

HOURS_9 = SetQuotas(QuotaChange(540), None)
UNPACED = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
PATIENCE = 60.0


class World:
    """An account, a store that has read it, and engines that come and go."""

    def __init__(self, path: Path, count: int) -> None:
        self.deployment = FakeDeployment(racers(count))
        self.database = open_database(path)
        self.workspace = Workspace(self.database, "ada")
        assert self.run() is Ending.DELIVERED

    def submit(self, action: Action, *numbers: int) -> int:
        names = [racer_id(number) for number in numbers]
        selection = select_by_name(self.workspace, names) if names else self.everybody()
        operation = submit(self.workspace, plan_action(self.workspace, action, selection))
        assert operation is not None
        return operation

    def everybody(self) -> Selection:
        return select_all(self.workspace)

    def engine(self, options: EngineOptions = UNPACED) -> Engine:
        return Engine(self.database, self.deployment, options)

    def run(self, *, pull: bool = False, options: EngineOptions = UNPACED) -> Ending:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        ending = self.engine(options).run_once(stop, pull=pull)
        watchdog.cancel()
        assert not stop.is_set(), "it never ended"
        return ending

    @contextmanager
    def running(self) -> Iterator[threading.Event]:
        """The engine at work, beside the test; the event lets it finish."""
        stop, finish = threading.Event(), threading.Event()
        engine = self.engine()
        thread = threading.Thread(target=lambda: engine.watch(stop, finish=finish), daemon=True)
        thread.start()
        try:
            yield finish
        finally:
            stop.set()
            engine.wake()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def states(self, operation: int) -> Counter[ItemState]:
        with self.database.read() as connection:
            return Counter(item.state for item in items(connection, operation))

    def settled(self, operation: int) -> Callable[[], bool]:
        on_the_way = {ItemState.PENDING, ItemState.SENDING, ItemState.DOUBTFUL}
        return lambda: not on_the_way & set(self.states(operation))

    def connectivity(self) -> Connectivity:
        with self.database.read() as connection:
            return read_sync_state(connection).connectivity

    def shown(self, number: int) -> Limits:
        with self.database.read() as connection:
            rows = users_by_key(connection, self.everybody().keys).values()
        return next(
            row.profile.limits for row in rows if row.profile.profile_id == racer_id(number)
        )

    def limits(self, count: int) -> set[Limits]:
        return {self.deployment.limits(racer_id(number)) for number in range(count)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 300)
    yield made
    made.database.close()


def test_everything_is_delivered_and_the_admin_left_alone(world: World) -> None:
    operation = world.submit(HOURS_9)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 300}
    assert world.limits(300) == {Limits(540, 3)}
    assert len(world.deployment.changes) == 300


def test_only_what_changes_is_sent(world: World) -> None:
    world.submit(HOURS_9, 5)
    world.run()
    assert world.deployment.sent_to(racer_id(5)) == [Limits(540, None)]


def test_throttled_calls_are_sent_again_until_all_are_done(world: World) -> None:
    world.deployment.fails(FailureKind.THROTTLED, times=40)
    operation = world.submit(HOURS_9)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 300}


def test_errors_of_the_deployment_are_outlasted(world: World) -> None:
    world.deployment.fails(FailureKind.UNAVAILABLE, times=60)
    operation = world.submit(HOURS_9)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 300}
    assert world.limits(300) == {Limits(540, 3)}


def test_what_was_applied_and_not_answered_ends_as_done(world: World) -> None:
    world.deployment.fails(FailureKind.OUTCOME_UNKNOWN, times=25, applied=True)
    operation = world.submit(HOURS_9)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 300}


def test_a_refused_change_fails_with_its_message_and_the_rest_goes_on(world: World) -> None:
    world.deployment.fails(FailureKind.INVALID, target=racer_id(7))
    operation = world.submit(HOURS_9)
    world.run()
    assert world.states(operation) == {ItemState.DONE: 299, ItemState.FAILED: 1}
    with world.database.read() as connection:
        (failed,) = items(connection, operation, states=[ItemState.FAILED])
    assert (failed.target, failed.reason) == (racer_id(7), "scripted: invalid")


def test_a_profile_that_is_gone_fails_after_it_was_looked_up(world: World) -> None:
    operation = world.submit(HOURS_9, 1, 2, 3)
    world.deployment.somebody_deletes(racer_id(2))
    world.run()
    assert world.states(operation) == {ItemState.DONE: 2, ItemState.FAILED: 1}
    with world.database.read() as connection:
        (failed,) = items(connection, operation, states=[ItemState.FAILED])
    assert "no longer exists" in failed.reason
    assert len(world.deployment.sent_to(racer_id(2))) < 5


@pytest.mark.parametrize(
    "kind", [FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED, FailureKind.BLOCKED]
)
def test_what_stops_everything_fails_nothing_and_it_goes_on_afterwards(
    world: World, kind: FailureKind
) -> None:
    world.deployment.fails(kind, times=10_000)
    operation = world.submit(HOURS_9)
    assert world.run() is Ending.HALTED
    with world.database.read() as connection:
        state = read_sync_state(connection)
    assert (state.halt, state.halt_reason) == (kind, f"scripted: {kind.value}")
    assert world.states(operation) == {ItemState.PENDING: 300}
    world.deployment.heals()
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 300}


def test_offline_everything_waits_and_the_account_is_read_before_it_is_changed(
    world: World,
) -> None:
    world.deployment.network(up=False)
    operation = world.submit(HOURS_9, 1, 2, 3)
    assert world.run() is Ending.UNDELIVERED
    assert world.connectivity() is Connectivity.OFFLINE
    assert world.states(operation) == {ItemState.PENDING: 3}
    world.deployment.somebody_sets(racer_id(2), Limits(60, 3))
    world.deployment.network(up=True)
    world.run(options=EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.001))
    assert world.states(operation) == {ItemState.DONE: 2, ItemState.CONFLICT: 1}
    assert world.deployment.limits(racer_id(2)) == Limits(60, 3)


def test_an_outage_in_the_middle_is_noticed_and_outlasted(world: World) -> None:
    operation = world.submit(HOURS_9)
    with world.running() as finish:
        with world.deployment.holding():
            assert world.deployment.waiting.acquire(timeout=PATIENCE)
            world.deployment.network(up=False)
        eventually(lambda: world.connectivity() is Connectivity.OFFLINE, PATIENCE)
        assert world.states(operation)[ItemState.FAILED] == 0
        world.deployment.network(up=True)
        eventually(world.settled(operation), PATIENCE)
        finish.set()
    assert world.states(operation) == {ItemState.DONE: 300}
    assert world.limits(300) == {Limits(540, 3)}


def test_stopping_with_calls_in_flight_takes_about_a_second(world: World) -> None:
    operation = world.submit(HOURS_9)
    stop = threading.Event()
    engine = world.engine()
    thread = threading.Thread(target=lambda: engine.run_once(stop), daemon=True)
    with world.deployment.holding():
        thread.start()
        assert world.deployment.waiting.acquire(timeout=PATIENCE)
        began = time.monotonic()
        stop.set()
        thread.join(PATIENCE)
        took = time.monotonic() - began
    assert not thread.is_alive()
    assert took < 10, "the calls' own limit is 30 s, and it did not wait for that"
    states = world.states(operation)
    assert set(states) <= {ItemState.PENDING, ItemState.DOUBTFUL, ItemState.DONE}
    assert 1 <= states[ItemState.DOUBTFUL] <= UNPACED.concurrency


def test_a_mistake_of_our_own_loses_no_item(world: World) -> None:
    world.deployment.fails(ZeroDivisionError("a bug"), times=5)
    operation = world.submit(HOURS_9)
    world.run()
    assert world.states(operation) == {ItemState.DONE: 300}


def test_a_value_just_written_does_not_flip_back_while_the_list_lags(world: World) -> None:
    world.deployment.lags()
    world.submit(HOURS_9, 5)
    world.run()
    world.run(pull=True)
    assert world.shown(5) == Limits(540, 3)
    world.deployment.listed_late.clear()
    world.run(pull=True)
    assert world.shown(5) == Limits(540, 3)


def test_operations_on_one_racer_arrive_in_order(world: World) -> None:
    first = world.submit(HOURS_9, 5)
    second = world.submit(Pause(), 5)
    world.run()
    assert world.states(first) == world.states(second) == {ItemState.DONE: 1}
    assert world.deployment.sent_to(racer_id(5)) == [Limits(540, None), Limits(0, 0)]


def test_what_is_submitted_meanwhile_is_delivered_at_once(world: World) -> None:
    with world.running():
        eventually(lambda: world.connectivity() is Connectivity.ONLINE, PATIENCE)
        operation = world.submit(HOURS_9, 5)
        eventually(world.settled(operation), PATIENCE)
    assert world.states(operation) == {ItemState.DONE: 1}


def _shows(world: World, number: int, limits: Limits) -> bool:
    return world.shown(number) == limits


def test_whoever_asks_for_it_has_the_account_read_at_once_and_each_time(world: World) -> None:
    with world.running():
        eventually(lambda: world.connectivity() is Connectivity.ONLINE, PATIENCE)
        for minutes in (77, 88):
            world.deployment.somebody_sets(racer_id(7), Limits(minutes, 3))
            ask_for_sweep(world.workspace)
            eventually(partial(_shows, world, 7, Limits(minutes, 3)), PATIENCE)


def test_a_sweep_that_was_cut_short_removes_nobody(world: World) -> None:
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, call="list_profiles")
    for number in range(200):
        world.deployment.somebody_deletes(racer_id(number))
    world.run(pull=True)
    assert len(world.everybody().keys) == 301


def test_idle_or_offline_it_does_not_turn_in_circles(world: World) -> None:
    world.deployment.network(up=False)
    world.submit(HOURS_9)
    with world.running():
        eventually(lambda: world.connectivity() is Connectivity.OFFLINE, PATIENCE)
        before, began = time.process_time(), time.monotonic()
        eventually(lambda: time.monotonic() - began > 2.0, PATIENCE)
        share = (time.process_time() - before) / (time.monotonic() - began)
    assert share < 0.5


def test_a_second_runner_watches_and_takes_over_when_the_first_is_gone(world: World) -> None:
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    operation = world.submit(HOURS_9, 5)
    runner = Runner(world.database, lambda: world.deployment, UNPACED)
    stop, ticked = threading.Event(), threading.Event()
    endings: list[Ending] = []

    def run() -> None:
        endings.append(runner.run_once(stop, enough=world.settled(operation), on_tick=ticked.set))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ticked.wait(PATIENCE)
    assert world.deployment.sent_to(racer_id(5)) == []
    lock.release()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert world.states(operation) == {ItemState.DONE: 1}
