"""SIGKILL at any moment of a delivery: nothing is lost, and everything ends exactly as asked."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from drtui import accounts
from drtui.commands.bulk import submit
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import Selection, select_all
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.config import Account, find_paths
from drtui.domain.operations import SETTLED_WELL
from drtui.domain.planning import Plan
from drtui.domain.records import UNLIMITED
from drtui.store.database import Database, open_database
from drtui.store.operation_log import items, open_count
from tests.e2e.forking import Fork, Forks
from tests.support.effort import times
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

RACERS: Final = times(250)
KILLS: Final = times(4)  # an operation; three operations
START_SECONDS: Final = 0.5  # about what the engine needs before it delivers

Wanted = tuple[int | None, int | None]


@dataclass(frozen=True)
class Asked:
    """An operation, and what it has to make of a racer's two limits."""

    plan: Callable[[Workspace, Selection], Plan]
    becomes: Callable[[int | None, int | None], Wanted]
    fail_rate: float = 0.0


def set_nine_hours(minutes: int | None, models: int | None) -> Wanted:
    return (0, 0) if (minutes, models) == (0, 0) else (540, 11)


def add_ninety_minutes(minutes: int | None, models: int | None) -> Wanted:
    if (minutes, models) == (0, 0) or minutes in (None, UNLIMITED):
        return minutes, models
    assert minutes is not None
    return minutes + 90, models


ASKED: Final = {
    "set quotas": Asked(
        lambda workspace, everybody: plan_set_quotas(workspace, everybody, "9", "11"),
        set_nine_hours,
    ),
    "add hours, while some calls fail": Asked(
        lambda workspace, everybody: plan_set_quotas(workspace, everybody, "+1.5", None),
        add_ninety_minutes,
        fail_rate=0.01,
    ),
    "pause": Asked(plan_pause, lambda _minutes, _models: (0, 0)),
}


class Killer:
    """Starts `drtui sync` and kills it at random moments."""

    def __init__(self, home: Path, emulator: RunningEmulator, forks: Forks, seed: int) -> None:
        self.forks = forks
        self.random = random.Random(seed)
        self.environment = (
            os.environ
            | emulator.environment()
            | {"DRTUI_HOME": str(home), "DRTUI_SYNC_CHANGES_PER_SECOND": "100000"}
        )
        self.paths = find_paths(self.environment)
        accounts.add(self.paths, Account("event", emulator.api, "us-east-1"))

    def start(self) -> Fork:
        return self.forks.start(["sync"], self.environment)

    def run(self) -> None:
        process = self.start()
        _, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints

    def kill(self, database: Database) -> bool:
        """Kill one run at a random moment; False when it was done before."""
        process = self.start()
        if self.random.random() < 0.3:
            wait = self.random.uniform(0.0, START_SECONDS)
        else:
            self._until_it_delivers(process, database)
            wait = self.random.expovariate(1 / 0.08)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        return process.returncode == -signal.SIGKILL

    def _until_it_delivers(self, process: Fork, database: Database) -> None:
        before = undelivered(database)
        while process.poll() is None and undelivered(database) == before:
            time.sleep(0.01)


def undelivered(database: Database) -> int:
    with database.read() as connection:
        return open_count(connection)


def limits(profiles: dict[str, dict[str, Any]]) -> dict[str, Wanted]:
    return {
        profile_id: (profile["maxTotalComputeMinutes"], profile["maxModelCount"])
        for profile_id, profile in profiles.items()
        if profile["group"] == "dr-racers"
    }


def as_listed(emulator: RunningEmulator) -> dict[str, Wanted]:
    """Everybody's limits as the account lists them, which is a moment late."""
    unlisted = ("group", "maxTotalComputeMinutes", "maxModelCount")  # unknown limits too
    rows = {key: {name: one[name] for name in unlisted} for key, one in emulator.profiles().items()}
    found: dict[str, dict[str, Any]] = {}
    query = ""
    while True:
        page = emulator.request("GET", f"/profiles{query}").json()
        found |= {one["profileId"]: rows[one["profileId"]] | one for one in page["profiles"]}
        if "token" not in page:
            return limits(found)
        query = f"?token={quote(page['token'], safe='')}"


@pytest.mark.timeout(300)
def test_a_killed_delivery_ends_exactly_as_asked(tmp_path: Path, forks: Forks) -> None:
    seed = random.SystemRandom().randrange(2**32)
    sys.stderr.write(f"seed {seed}\n")  # shown when the test fails
    kills = 0
    with running_emulator(racers=RACERS, latency_ms=30, seed=seed) as emulator:
        for number, (name, asked) in enumerate(ASKED.items()):
            # A store of its own: what is in doubt in one store would hold the next operation back.
            killer = Killer(tmp_path / str(number), emulator, forks, seed + number)
            # It knows of no write after which the account's list may be old yet.
            eventually(lambda: as_listed(emulator) == limits(emulator.profiles()))
            killer.run()
            with closing(open_database(killer.paths.store("event"))) as database:
                workspace = Workspace(database, "ada")
                wanted = {
                    profile_id: asked.becomes(*now)
                    for profile_id, now in limits(emulator.profiles()).items()
                }
                operation = submit(workspace, asked.plan(workspace, select_all(workspace)))
                emulator.control("fail_rate", rate=asked.fail_rate)
                kills += sum(killer.kill(database) for _ in range(KILLS))
                emulator.control("clear")
                killer.run()
                with database.read() as connection:
                    targets = items(connection, operation)
                    left = open_count(connection)
            assert left == 0, name
            assert {one.state for one in targets} <= SETTLED_WELL, name
            assert limits(emulator.profiles()) == wanted, name
    assert kills > KILLS * len(ASKED) * 0.8
