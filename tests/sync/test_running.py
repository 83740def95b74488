"""Watching the engine that another process runs: when to wait, to give up, to take over."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.offline import go_offline
from drtui.store.sync_state import (
    Connectivity,
    write_connectivity,
    write_engine,
    write_halt,
    write_trouble,
)
from drtui.sync import running
from drtui.sync.lock import EngineLock
from drtui.sync.options import Ending
from drtui.sync.running import Runner
from tests.support.deployments import FakeDeployment, racer_id
from tests.support.logs import ADA
from tests.sync.worlds import PATIENCE, UNPACED, World

HOURS_9 = SetQuotas(QuotaChange(540), None)
MODELS_7 = SetQuotas(None, QuotaChange(7))


class Watching:
    """A run that finds another engine at work."""

    def __init__(self, world: World, enough: Callable[[], bool] | None, *, pull: bool) -> None:
        runner = Runner(world.database, lambda: world.deployment, UNPACED)
        self.stop, self.ticked = threading.Event(), threading.Event()
        self.endings: list[Ending] = []

        def run() -> None:
            self.endings.append(
                runner.run_once(self.stop, pull=pull, enough=enough, on_tick=self.ticked.set)
            )

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def waits(self) -> bool:
        """Whether it has looked, and goes on waiting."""
        self.ticked.clear()
        return self.ticked.wait(PATIENCE) and not self.endings

    def ending(self) -> Ending:
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "it never ended"
        return self.endings[0]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 10)
    yield made
    made.database.close()


@pytest.fixture
def watch(world: World) -> Iterator[Callable[..., Watching]]:
    """Start runs while another engine holds the lock."""
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    write_engine(world.database, 1)
    started: list[Watching] = []

    def start(enough: Callable[[], bool] | None = None, *, pull: bool = False) -> Watching:
        started.append(Watching(world, enough, pull=pull))
        return started[-1]

    yield start
    for each in started:
        each.stop.set()
        each.thread.join(PATIENCE)
    lock.release()


def test_where_nothing_is_to_do_it_is_done(watch: Callable[..., Watching]) -> None:
    assert watch().ending() is Ending.DELIVERED


def test_it_waits_until_everything_is_delivered(
    world: World, watch: Callable[..., Watching]
) -> None:
    world.submit(HOURS_9, 1)
    run = watch()
    assert run.waits()
    world.run()
    assert run.ending() is Ending.DELIVERED


def test_it_waits_for_a_sweep_that_began_after_it_was_asked_for(
    world: World, watch: Callable[..., Watching]
) -> None:
    run = watch(pull=True)
    assert run.waits()
    world.run(pull=True)
    assert run.ending() is Ending.DELIVERED


def test_enough_is_enough(world: World, watch: Callable[..., Watching]) -> None:
    world.submit(HOURS_9, 1)
    assert watch(lambda: True).ending() is Ending.DELIVERED


def test_it_does_not_wait_for_a_network(
    world: World, watch: Callable[..., Watching], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_OFFLINE_SECONDS", 0.2)
    world.submit(HOURS_9, 1)
    write_connectivity(world.database, Connectivity.OFFLINE)
    assert watch().ending() is Ending.UNDELIVERED


def test_it_waits_for_an_engine_that_finds_only_now_that_it_is_online_again(
    world: World, watch: Callable[..., Watching]
) -> None:
    world.submit(HOURS_9, 1)
    write_connectivity(world.database, Connectivity.OFFLINE)
    run = watch()
    assert run.waits()
    write_connectivity(world.database, Connectivity.ONLINE)
    world.run()
    assert run.ending() is Ending.DELIVERED


def test_it_does_not_wait_where_an_admin_wants_to_be_offline(
    world: World, watch: Callable[..., Watching], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_OFFLINE_SECONDS", PATIENCE)
    world.submit(HOURS_9, 1)
    go_offline(world.database, ADA)
    assert watch().ending() is Ending.UNDELIVERED


def test_it_does_not_wait_for_a_sign_in(world: World, watch: Callable[..., Watching]) -> None:
    world.submit(HOURS_9, 1)
    write_halt(world.database, FailureKind.NOT_SIGNED_IN, "sign in")
    assert watch().ending() is Ending.HALTED


@pytest.mark.parametrize("asked", ["for everything", "for one operation"])
def test_it_does_not_wait_for_what_waits_for_a_conflict(
    world: World, watch: Callable[..., Watching], asked: str
) -> None:
    world.submit(HOURS_9, 1)
    world.deployment.somebody_sets(racer_id(1), Limits(77, None))
    world.run(pull=True)
    behind = world.submit(MODELS_7, 1)
    assert world.states(behind) == {ItemState.PENDING: 1}
    enough = None if asked == "for everything" else world.settled(behind)
    assert watch(enough).ending() is Ending.UNDELIVERED


def test_nor_does_an_engine_of_its_own(world: World) -> None:
    world.submit(HOURS_9, 1)
    world.deployment.somebody_sets(racer_id(1), Limits(77, None))
    world.run(pull=True)
    world.submit(MODELS_7, 1)
    assert world.run() is Ending.UNDELIVERED


def test_it_does_not_wait_for_ever_for_an_account_that_cannot_be_read(
    world: World, watch: Callable[..., Watching], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_TROUBLE_SECONDS", 0.5)
    run = watch(pull=True)
    assert run.waits()
    write_trouble(world.database, "no list today")
    assert run.ending() is Ending.UNDELIVERED


def test_what_the_last_engine_left_is_forgotten_before_the_client_is_opened(
    world: World,
) -> None:
    """Others watch from the moment the lock is taken, and the client takes a second to open."""
    write_connectivity(world.database, Connectivity.OFFLINE)
    write_halt(world.database, FailureKind.BLOCKED, "blocked then")
    seen = []

    def open_deployment() -> FakeDeployment:
        state = world.sync_state()
        seen.append((state.connectivity, state.halt))
        return world.deployment

    Runner(world.database, open_deployment, UNPACED).run_once(threading.Event())
    assert seen == [(Connectivity.UNKNOWN, None)]


@pytest.mark.parametrize("watching", [False, True])
def test_the_connections_are_closed_when_the_engine_ends(world: World, watching: bool) -> None:
    runner = Runner(world.database, lambda: world.deployment, UNPACED)
    finish = threading.Event()
    finish.set()
    if watching:
        runner.watch(threading.Event(), finish=finish)
    else:
        runner.run_once(threading.Event())
    assert world.deployment.closed == 1


def test_stopping_does_not_wait_for_the_other_engine(
    world: World, watch: Callable[..., Watching]
) -> None:
    world.submit(HOURS_9, 1)
    run = watch()
    assert run.waits()
    run.stop.set()
    assert run.ending() is Ending.UNDELIVERED


def test_whoever_only_watched_another_engine_says_nothing_of_how_it_ended(world: World) -> None:
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    stop, finish = threading.Event(), threading.Event()
    finish.set()
    world.submit(HOURS_9, 1)
    runner = Runner(world.database, lambda: world.deployment, UNPACED)
    assert runner.watch(stop, finish=finish) is None
    lock.release()
    assert runner.watch(stop, finish=finish) is Ending.DELIVERED


def test_what_the_last_engine_found_is_not_believed_before_this_one_has_said_a_word(
    world: World,
) -> None:
    """An engine takes the lock, and says only then that it is there."""
    write_halt(world.database, FailureKind.NOT_SIGNED_IN, "the last one's word, hours ago")
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    run = Watching(world, None, pull=True)
    assert run.waits()
    lock.release()
    assert run.ending() is Ending.DELIVERED
