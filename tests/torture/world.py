"""What a campaign is about: the account, the store, the clock, and what is asked of them."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Final

from tests.e2e.forking import Forks
from tests.e2e.running import ACCOUNT, Drtui, drtui_on
from tests.support.waiting import eventually
from tests.torture.account import MortalAccount, racers_with_limits
from tests.torture.clock_file import ClockFile
from tests.torture.disk import Disk
from tests.torture.expected import Expected, Racer, Wishes
from tests.torture.figures import Figures
from tests.torture.log import StoreLog
from tests.torture.processes import processes_of, signalled, wait_for_nobody

DEATHS: Final = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
AS_FAST_AS_IT_GOES: Final = "[sync]\nchanges_per_second = 100000\n"
_STRANGERS: Final = 5
_LEARN_SECONDS: Final = 60.0


OLDER: Final = "1.2.5"
NEWER: Final = "1.3.1"
"""The release that has invitations in bulk."""


class LostError(AssertionError):
    """What was confirmed did not come about, or came about twice."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a campaign is.

    Attributes:
        kills: At least so many, while an operation on all racers is being delivered.
        operations: At least so many.
        bulk: At most so many rounds of trouble in the delivery of an operation on all racers.
        small: The same for the others.
        guests: How many are invited at once, and how many lose their models.
        outages: How many outages there are that last for minutes.
        outage: How many seconds those last.
        latency: How long the account takes for each answer, in milliseconds.
        settle: How often delivery may be tried in vain in the end of each operation.
        release: Of the deployment in the beginning; it is brought up to date on the way.
    """

    racers: int
    kills: int
    operations: int
    bulk: int
    small: int
    guests: int
    outages: int = 0
    outage: float = 120.0
    latency: float = 10.0
    settle: int = 12
    release: str = OLDER


@dataclass
class World:
    """One account, one store, and whoever works on them.

    Attributes:
        strangers: Racers whom somebody else changes meanwhile.
        changed: Those who were, with the minutes that they were given last.
        bulk: Whether the operation that is delivered is one on all racers.
        taken_back: The numbers of operations that were cancelled or undone.
        set_aside: Of those that failed for somebody and were accepted so, since another does it.
    """

    random: random.Random
    size: Size
    account: MortalAccount
    clock: ClockFile
    disk: Disk
    drtui: Drtui
    log: StoreLog
    expected: Expected
    wishes: Wishes
    strangers: list[str]
    tell: Callable[[str], None]
    figures: Figures = field(default_factory=Figures)
    changed: dict[str, int] = field(default_factory=dict)
    bulk: bool = False
    taken_back: set[int] = field(default_factory=set)
    set_aside: set[int] = field(default_factory=set)

    @property
    def home(self) -> Path:
        """The folder of drtui."""
        return self.drtui.home

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.log.path

    def now(self) -> float:
        """The time by the clock of the programs, in seconds since the epoch."""
        return time.time() + self.clock.offset

    def undelivered(self) -> int | None:
        """How many items are on their way; None where the store cannot be read now."""
        with suppress(SqliteError):
            return self.log.undelivered()
        return None

    def killed(self, who: str, how: str, *, under_way: int | None) -> None:
        """Count a kill, with what was to be delivered just before."""
        self.figures.kills[f"{who}, {how}"] += 1
        if self.bulk and under_way:
            self.figures.in_bulk += 1

    def learn_release(self) -> None:
        """Have drtui read the account, and find out what the newer release can do."""
        self.drtui("sync")
        with self.drtui.started("sync", "--watch") as process:
            eventually(self.log.invites_in_jobs, _LEARN_SECONDS)
            process.send_signal(signal.SIGTERM)
            process.wait(_LEARN_SECONDS)

    def end_all(self) -> None:
        """Kill every engine and console that is left, as a host that goes down does."""
        before = self.undelivered()
        for pid in processes_of(self.home):
            if signalled(pid, signal.SIGKILL):
                self.killed("engine left behind", signal.SIGKILL.name, under_way=before)
        wait_for_nobody(self.home)

    def keep(self) -> None:
        """Keep the store beside its disk, which is taken away in the end."""
        with suppress(OSError):  # it is told all the same what went wrong
            shutil.copytree(self.home, self.disk.folder.with_name("kept"), symlinks=True)

    def close(self) -> None:
        """End everything."""
        for pid in processes_of(self.home):
            signalled(pid, signal.SIGKILL)
        wait_for_nobody(self.home)
        self.account.close()
        self.disk.close()


def make_world(
    folder: Path, size: Size, seed: int, forks: Forks, tell: Callable[[str], None]
) -> World:
    """Make an account whose racers have known limits, and a folder of drtui that knows of it."""
    chance = random.Random(seed)
    account = MortalAccount(folder, size.racers, seed, size.latency, size.release)
    clock = ClockFile(folder / "clock")
    disk = Disk(folder / "disk")
    emulator = account.emulator
    racers_with_limits(emulator)
    made = drtui_on(emulator, disk.folder / "home", config=AS_FAST_AS_IT_GOES, forks=forks)
    drtui = replace(made, environment=made.environment | clock.environment())
    limits = account.limits()
    expected = Expected({one: Racer(now) for one, now in limits.items()}, account.models())
    return World(
        random=chance,
        size=size,
        account=account,
        clock=clock,
        disk=disk,
        drtui=drtui,
        log=StoreLog(drtui.home / "state" / "accounts" / f"{ACCOUNT}.sqlite"),
        expected=expected,
        wishes=Wishes(chance, expected),
        strangers=sorted(limits)[:_STRANGERS],
        tell=tell,
    )


def seed_from(environment: str | None = None) -> int:
    """The seed that is asked for by TORTURE_SEED, or a new one."""
    asked = environment or os.environ.get("TORTURE_SEED")
    return int(asked) if asked else random.SystemRandom().randrange(2**32)
