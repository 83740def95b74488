"""An emulated event of 2,000 racers, with its store, for measuring the engine."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from drtui.aws.gateway import AwsCredentials, open_gateway
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_all, select_by_filter
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.store.users import user_keys, users_by_key
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.emulator import RunningEmulator, running_emulator

RACERS: Final = 2_000
THREADS: Final = 32
LATENCY_MS: Final = 40
NO_PACING: Final = 1_000_000.0
_LONG: Final = 3_600.0


class Event:
    """The account, the client and the store; every change sets the racers' hours anew."""

    def __init__(self, emulator: RunningEmulator, path: Path) -> None:
        self.emulator = emulator
        keys = emulator.keys()
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/bench",
            max_connections=THREADS,
        )
        self.database = open_database(path)
        self.workspace = Workspace(self.database, "ada")
        self._minutes = 6_000
        self.run(NO_PACING, pull=True)
        with self.database.read() as connection:
            users = users_by_key(connection, user_keys(connection)).values()
        self.racers = [user.profile for user in users if user.profile.role_name == "dr-racers"]
        emulator.control("latency", ms=LATENCY_MS)

    def close(self) -> None:
        """Close the client and the store."""
        self.gateway.close()
        self.database.close()

    def run(self, changes_per_second: float, *, pull: bool = False) -> None:
        """Run the engine until everything is delivered."""
        options = EngineOptions(THREADS, changes_per_second, refresh_seconds=_LONG)
        ending = Engine(self.database, self.gateway, options).run_once(threading.Event(), pull=pull)
        assert ending is Ending.DELIVERED

    def by_engine(self, changes_per_second: float = NO_PACING) -> tuple[float, float]:
        """Deliver a change for everybody; return calls a second and processor seconds a call."""
        operation = submit_change(self.workspace, self._next_minutes())
        used = time.process_time()
        self.run(changes_per_second)
        used = time.process_time() - used
        with self.database.read() as connection:
            settled = items(connection, operation)
        assert all(item.state is ItemState.DONE for item in settled)
        times = [item.settled_at.timestamp() for item in settled if item.settled_at is not None]
        return rate(times), used / len(settled)

    def by_bare_loop(self, threads: int = THREADS, count: int = RACERS) -> tuple[float, float]:
        """Make the same calls without an engine."""
        limits = Limits(self._next_minutes(), 9)
        times: list[float] = []

        def change(profile_id: str) -> None:
            self.gateway.set_limits(profile_id, limits)
            times.append(time.time())

        ids = [racer.profile_id for racer in self.racers[:count]]
        used = time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(change, ids))
        return rate(times), (time.process_time() - used) / len(ids)

    def _next_minutes(self) -> int:
        self._minutes += 60
        return self._minutes


def submit_change(workspace: Workspace, minutes: int, whom: str = "") -> int:
    """Submit a change of quotas for everybody, or whom a filter shows; return its number."""
    action = SetQuotas(QuotaChange(minutes), QuotaChange(9))
    selected = select_by_filter(workspace, whom) if whom else select_all(workspace)
    operation = submit(workspace, plan_action(workspace, action, selected))
    assert operation is not None
    return operation


def rate(times: list[float]) -> float:
    """Events a second between the first and the last; those of the first moment do not count."""
    first, last = min(times), max(times)
    return (len(times) - times.count(first)) / (last - first)


@contextmanager
def running_event(path: Path) -> Iterator[Event]:
    """Start an event; it ends with the context."""
    with running_emulator(racers=RACERS) as emulator:
        event = Event(emulator, path)
        try:
            yield event
        finally:
            event.close()
