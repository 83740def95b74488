"""A deployment in memory, a store that has read it, and engines that come and go."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection, select_all, select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.domain.records import Limits
from drtui.store.database import Database, open_database
from drtui.store.operation_log import items, operation
from drtui.store.sync_state import SyncState, read_sync_state
from drtui.store.users import users_by_key
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.deployments import FakeDeployment, racer_id, racers

UNPACED: Final = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
PATIENCE: Final = 60.0


def states(database: Database, number: int) -> Counter[ItemState]:
    """How many items of an operation are in each state; quick, since it is asked often."""
    with database.read() as connection:
        found = operation(connection, number)
    assert found is not None
    return Counter(found.counts)


class World:
    """All of it; racers are numbered from 0."""

    def __init__(self, path: Path, count: int, clock: Callable[[], float] | None = None) -> None:
        self.deployment = FakeDeployment(racers(count))
        self.database = open_database(path) if clock is None else open_database(path, clock)
        self.workspace = Workspace(self.database, "ada")
        assert self.run() is Ending.DELIVERED

    # The admin

    def everybody(self) -> Selection:
        return select_all(self.workspace)

    def select(self, *numbers: int) -> Selection:
        names = [racer_id(number) for number in numbers]
        return select_by_name(self.workspace, names) if names else self.everybody()

    def submit(self, action: Action, *numbers: int) -> int:
        """Submit an action for some racers, or for all."""
        plan = plan_action(self.workspace, action, self.select(*numbers))
        operation = submit(self.workspace, plan)
        assert operation is not None
        return operation

    # The engine

    def engine(self, options: EngineOptions = UNPACED, database: Database | None = None) -> Engine:
        return Engine(database or self.database, self.deployment, options)

    def run(self, *, pull: bool = False, options: EngineOptions = UNPACED) -> Ending:
        """Run once, to the end."""
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        ending = self.engine(options).run_once(stop, pull=pull)
        watchdog.cancel()
        assert not stop.is_set(), "it never ended"
        return ending

    @contextmanager
    def running(self, options: EngineOptions = UNPACED) -> Iterator[Engine]:
        """The engine at work beside the test; stopped in the end, and ended by then."""
        stop = threading.Event()
        engine = self.engine(options)
        thread = threading.Thread(
            target=lambda: engine.watch(stop, finish=threading.Event()), daemon=True
        )
        thread.start()
        try:
            yield engine
        finally:
            stop.set()
            engine.wake()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    # What can be seen

    def items(self, operation: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, operation)

    def states(self, operation: int) -> Counter[ItemState]:
        return states(self.database, operation)

    def settled(self, operation: int) -> Callable[[], bool]:
        return lambda: not ON_THE_WAY & set(self.states(operation))

    def sync_state(self) -> SyncState:
        with self.database.read() as connection:
            return read_sync_state(connection)

    def shown(self, number: int) -> Limits:
        with self.database.read() as connection:
            (user,) = users_by_key(connection, self.select(number).keys).values()
        return user.profile.limits

    def limits(self, count: int) -> set[Limits]:
        """What the account has for the first so many racers."""
        return {self.deployment.limits(racer_id(number)) for number in range(count)}
