"""An account, a store with a clock that is set, and engines that come and go."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from drtui.commands.scheduling import notice
from drtui.commands.workspace import Workspace
from drtui.domain.operations import Operation
from drtui.domain.records import Limits
from drtui.domain.scheduling import GRACE, ScheduleState
from drtui.store.database import open_database
from drtui.store.journal import journal
from drtui.store.operation_log import operations
from drtui.store.sync_state import SyncState, read_sync_state
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock
from tests.support.scheduling import found, scheduled_pause

HOUR = 3_600.0
UNPACED = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
PAUSED = Limits(0, 0)
THEIRS = Limits(300, 3)
LATE = GRACE.total_seconds() + 1


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


def run_until(world: World, ends: Callable[[], bool]) -> None:
    """Let an engine work until something is so; it ends before anything else is sent."""
    stop, engine = threading.Event(), world.engine()
    deliver = engine._delivery.deliver

    def held(*, calls: bool) -> None:
        if ends():
            stop.set()
        else:
            deliver(calls=calls)

    with patch.object(engine._delivery, "deliver", held):
        engine.run_once(stop)
    assert stop.is_set()


def ran_and_unsent(world: World) -> int:
    number = world.pause()
    world.clock.step(HOUR)
    run_until(world, lambda: world.state(number) is ScheduleState.RAN)
    assert world.limits() == [THEIRS] * 3
    return number


def told(world: World) -> str:
    with world.database.read() as connection:
        return notice(connection, datetime.fromtimestamp(world.clock.now, UTC))


def newest(world: World) -> Operation:
    return world.operations()[0]


def results(world: World) -> list[str]:
    with world.database.read() as connection:
        return [line.result for line in journal(connection, newest(world).operation_id)]
