"""A campaign: operations are confirmed and delivered while everything is killed; then it is told
whether the account is what they imply."""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pexpect

from tests.e2e.forking import Fork, Forks
from tests.e2e.running import ACCOUNT, COMMAND, Ran, drtui_on
from tests.e2e.terminal import Terminal, terminal
from tests.torture.account import MortalAccount, racers_with_limits
from tests.torture.clock_file import ClockFile
from tests.torture.expected import Asked, Expected, Racer, Wishes, differences
from tests.torture.faults import KINDS, OUTAGE, Scene, trouble
from tests.torture.figures import Figures
from tests.torture.log import StoreLog
from tests.torture.processes import nobody_left, processes_of, signalled

DEATHS: Final = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
AS_FAST_AS_IT_GOES: Final = "[sync]\nchanges_per_second = 100000\n"
_QUEUED: Final = re.compile(r"Queued as operation (\d+)")
_CONFIRMED: Final = re.compile(r"confirmed, operation (\d+)")
_DOUBT_SECONDS: Final = 40.0
"""For which no different value follows one whose outcome is unknown, and a margin."""
_DAY_SECONDS: Final = 86_400.0
_SUBMIT_SECONDS: Final = 2.5


class LostError(AssertionError):
    """What was confirmed did not come about, or came about twice."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a campaign is.

    Attributes:
        kills: At least so many.
        each: So many in the delivery of each operation.
        guests: How many are invited at once.
        outage: For how long the network is gone, in seconds.
        strangers: How many racers somebody else changes.
        settle: How often delivery is tried in the end of each operation.
    """

    racers: int
    kills: int
    each: int
    guests: int
    outage: float
    strangers: int = 5
    settle: int = 12


class Campaign:
    """One account, one store, and whoever works on them."""

    def __init__(
        self, folder: Path, size: Size, seed: int, forks: Forks, tell: Callable[[str], None]
    ) -> None:
        self.random = random.Random(seed)
        self.size = size
        self.figures = Figures()
        self.account = MortalAccount(folder, size.racers, seed)
        self.clock = ClockFile(folder / "clock")
        self.home = folder / "home"
        emulator = self.account.emulator
        racers_with_limits(emulator)
        made = drtui_on(emulator, self.home, config=AS_FAST_AS_IT_GOES, forks=forks)
        self.drtui = replace(made, environment=made.environment | self.clock.environment())
        self.log = StoreLog(self.home / "state" / "accounts" / f"{ACCOUNT}.sqlite")
        limits = self.account.limits()
        strangers = sorted(limits)[: size.strangers]
        self.expected = Expected({one: Racer(now) for one, now in limits.items()})
        self.wishes = Wishes(self.random, self.expected)
        self.scene = Scene(
            self.account, self.clock, self.random, size.outage, strangers, changed={}
        )
        self._tell = tell
        self._kinds: list[str] = []

    def run(self) -> Figures:
        """Torture until there were enough kills, and judge after every operation."""
        began = time.monotonic()
        try:
            self.drtui("sync")
            turn = 0
            while self.figures.kills.total() < self.size.kills or turn < 3:
                self.one_operation(turn)
                turn += 1
        finally:
            self.figures.seconds = time.monotonic() - began
            for pid in processes_of(self.home):
                signalled(pid, signal.SIGKILL)
            self.account.close()
        return self.figures

    def one_operation(self, turn: int) -> None:
        """Confirm one, deliver it in trouble, wait until it is settled, and judge."""
        asked = self.wish(turn)
        self.confirm(asked, turn)
        for _ in range(self.size.each):
            kind = self.next_fault()
            self.figures.faults[kind] += 1
            with trouble(kind, self.scene):
                if kind == OUTAGE:
                    time.sleep(self.random.uniform(0.2, 1.0) * self.size.outage)
                self.deliver_and_kill(kind)
        self.settle()
        self.judge(asked)
        figures = self.figures
        self._tell(
            f"operation {self.log.newest()} ({asked.kind}): {figures.kills.total()} kills, "
            f"{figures.targets} targets, {figures.lost} lost, {figures.doubled} doubled"
        )

    def wish(self, turn: int) -> Asked:
        """Decide what is asked for."""
        if turn % 4 == 1:
            return self.wishes.invitations(self.size.guests)
        if turn % 4 == 2:
            return self.wishes.race()
        return self.wishes.about_racers()

    def next_fault(self) -> str:
        """One kind after the other in a random order, so that all have their turn."""
        if not self._kinds:
            self._kinds = list(KINDS)
            self.random.shuffle(self._kinds)
        return self._kinds.pop()

    # Confirming

    def confirm(self, asked: Asked, turn: int) -> None:
        """Confirm an operation; whoever does it may be killed before, while or after."""
        before = self.log.newest()
        number = None
        if asked.kind == "pause" and turn % 2:
            number = self._confirm_in_console()
        elif self.random.random() < 0.5:
            number = self._confirm_and_be_killed(asked)
        if number is None and self.log.newest() == before:
            number = self._confirm_by_command(asked)
        logged = self.log.newest()
        if logged not in (before + 1, before) or logged == before or number not in (None, logged):
            self.figures.lost += 1
            raise LostError(f"operation {number} was confirmed, and the newest is {logged}")
        targets = self.expected.confirm(asked)
        found = self.log.operations()[-1]
        if found.kind != asked.kind or found.total != targets:
            self.figures.lost += abs(found.total - targets)
            raise LostError(f"{found} has to be a {asked.kind} of {targets} targets")
        self.figures.operations[asked.kind] += 1
        self.figures.targets += targets

    def _arguments(self, asked: Asked) -> list[str]:
        return [*asked.arguments, "--yes", "--no-wait", "--no-sync"]

    def _stdin(self, asked: Asked) -> bytes:
        return "".join(f"{one}\n" for one in asked.people).encode()

    def _confirm_by_command(self, asked: Asked) -> int:
        ran = self.drtui(*self._arguments(asked), stdin=self._stdin(asked), code=None)
        told = _QUEUED.search(ran.err)
        assert told is not None, ran.err
        return int(told[1])

    def _confirm_and_be_killed(self, asked: Asked) -> int | None:
        """Return what it was told to be; None where nothing was told."""
        number = self.random.choice(DEATHS)
        process = subprocess.Popen(
            [*COMMAND, *self._arguments(asked)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=self.drtui.environment,
        )
        assert process.stdin is not None
        process.stdin.write(self._stdin(asked))
        process.stdin.close()
        process.stdin = None
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.random.uniform(0.3, _SUBMIT_SECONDS))
        if process.poll() is None:
            process.send_signal(number)
            self.figures.kills[f"command, {number.name}"] += 1
        _, complaints = process.communicate(timeout=60)
        text = complaints.decode(errors="replace")
        if number is not signal.SIGKILL:
            self.drtui.hold(Ran(process.returncode, "", text))
        told = _QUEUED.search(text)
        return None if told is None else int(told[1])

    def _confirm_in_console(self) -> int | None:
        with terminal(COMMAND, self.drtui.environment, columns=120, lines=40) as console:
            console.ready()
            console.press("a")
            console.wait_for(lambda text: "marked" in text and " 0 marked" not in text)
            console.press("p")
            console.see("Pause sponsorship (", "will be paused")
            console.press("\r")
            text = console.wait_for(lambda text: _CONFIRMED.search(text) is not None)
            told = _CONFIRMED.search(text)
            assert told is not None
            time.sleep(self.random.expovariate(1 / 0.3))
            self._end_console(console)
            return int(told[1])

    # Delivering

    def deliver_and_kill(self, kind: str) -> None:
        """Let somebody deliver, and kill somebody at a random moment."""
        who = self.random.choice(["sync", "sync", "watch", "console", "engine", "account"])
        self._tell(f"  {kind}: {who}")
        if who in ("console", "engine"):
            self._deliver_in_console(child=who == "engine")
        elif who == "account":
            self._deliver_by_command("sync", kill=lambda _: self._kill_account())
        else:
            arguments = ["sync"] if who == "sync" else ["sync", "--watch"]
            number = self.random.choice(DEATHS)
            self._deliver_by_command(*arguments, kill=lambda one: self._kill(one, who, number))

    def _kill(self, process: Fork, who: str, number: signal.Signals) -> None:
        if process.poll() is None:
            process.send_signal(number)
            self.figures.kills[f"{who}, {number.name}"] += 1

    def _kill_account(self) -> None:
        number = self.random.choice([signal.SIGKILL, signal.SIGTERM])
        self.account.kill(number)
        self.figures.kills[f"account, {number.name}"] += 1
        time.sleep(self.random.uniform(0.0, 1.0))  # for which whoever delivers goes on

    def _deliver_by_command(self, *arguments: str, kill: Callable[[Fork], None]) -> None:
        assert self.drtui.forks is not None
        process = self.drtui.forks.start([*arguments], self.drtui.environment)
        try:
            self._random_moment(process)
            kill(process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except TimeoutError:
                process.kill()
                raise
            out, err = process.communicate()
            self.drtui.hold(Ran(0, out, err))

    def _random_moment(self, process: Fork) -> None:
        """Wait: for a random while, or until something is delivered and a little longer."""
        if self.random.random() < 0.4:
            time.sleep(self.random.uniform(0.0, 0.8))
            return
        before, patience = self.log.undelivered(), time.monotonic() + 3.0
        while time.monotonic() < patience and process.poll() is None:
            if self.log.undelivered() != before:
                break
            time.sleep(0.01)
        time.sleep(self.random.expovariate(1 / 0.1))

    def _deliver_in_console(self, *, child: bool) -> None:
        with terminal(COMMAND, self.drtui.environment, columns=120, lines=40) as console:
            moment = self.random.uniform(0.2, 3.0)
            console.read_for(moment, lambda _: False)
            if child:
                engines = [
                    pid
                    for pid in processes_of(self.home)
                    if pid != console.process.pid and _is_engine(pid)
                ]
                number = self.random.choice(DEATHS)
                for pid in engines[:1]:
                    if signalled(pid, number):
                        self.figures.kills[f"console's engine, {number.name}"] += 1
                console.read_for(self.random.uniform(0.0, 2.5), lambda _: False)
            self._end_console(console)

    def _end_console(self, console: Terminal) -> None:
        """Kill a console, or take its terminal away as a dropped session does."""
        how = self.random.choice([*DEATHS, None])
        if how is None:
            console.hang_up()
            self.figures.kills["console, terminal gone"] += 1
        elif console.process.isalive():
            console.process.kill(how)
            self.figures.kills[f"console, {how.name}"] += 1
        with suppress(pexpect.ExceptionPexpect, OSError, ValueError):
            console.process.wait() if how is None else console.process.read()
        assert b"Traceback" not in console.written

    # Settling and judging

    def settle(self) -> None:
        """Do what an admin does when the trouble is over, until nothing is open."""
        self.account.calm()
        for tried in range(self.size.settle):
            # What is in doubt holds later values back for a while, and invitations are so many a
            # day; both pass quickly here.
            self.clock.step(_DAY_SECONDS if tried else _DOUBT_SECONDS)
            self._sync()
            if not self._take_in_hand() and not self.log.undelivered():
                break
        else:
            self.figures.lost += self.log.undelivered()
            raise LostError(f"never settled: {self.log.operations()[-1]}")

    def _take_in_hand(self) -> int:
        """Send again what failed, and settle conflicts; return how many there were."""
        failed = conflicts = 0
        for one in self.log.operations():
            number = str(one.number)
            if one.states.get("failed"):
                failed += one.states["failed"]
                self.drtui("operations", "retry", number, "--no-wait", code=None)
            if one.states.get("conflict"):
                conflicts += one.states["conflict"]
                settle = ("operations", "settle", number, "--keep", "ours")
                self.drtui(*settle, "--yes", "--no-wait", code=None)
        self.figures.again += failed
        self.figures.conflicts += conflicts
        return failed + conflicts

    def _sync(self) -> None:
        try:
            self.drtui("sync", code=None)
        except TimeoutError as error:
            raise LostError(f"a sync never ended: {self.log.standing()}") from error

    def judge(self, asked: Asked) -> None:
        """Hold the account, the log and the journal against what was confirmed."""
        nobody_left(self.home)
        self.drtui("sync")
        self.account.count()
        self.figures.sent = self.account.sent
        found = self.account.limits()
        for profile_id in found.keys() - self.expected.racers.keys():
            # Who was invited is a racer from then on, with what new users get.
            self.expected.racers[profile_id] = Racer(found[profile_id])
        wrong = differences(self.expected.limits(), found, self.scene.strangers)
        missing = self.expected.created - self.account.there()
        twice = {one for one, times in self.account.created.items() if times > 1}
        self.figures.lost += len(wrong) + len(missing)
        self.figures.doubled += len(twice)
        flaws = [*self.log.journal_flaws(), *self.log.integrity()]
        cancelled = {
            one.number: one.states["cancelled"]
            for one in self.log.operations()
            if one.states.get("cancelled")
        }
        if wrong or missing or twice or flaws or cancelled:
            raise LostError(f"{wrong=} {missing=} {twice=} {flaws=} {cancelled=}")
        copy = {
            profile_id: limits
            for profile_id, limits in self.log.copied_limits().items()
            if profile_id in found
        }
        assert copy == found, "the store is not what the account is"
        self._judge_strangers(found)
        logs = "".join(path.read_text() for path in (self.home / "logs").iterdir())
        assert "Traceback" not in logs, logs[logs.index("Traceback") :][:3000]

    def _judge_strangers(self, found: dict[str, tuple[int | None, int | None]]) -> None:
        """Whom somebody else changed has what was asked for last, or what that somebody gave."""
        for profile_id in self.scene.strangers:
            asked = [after for state, after in self.log.afters(profile_id) if "done" in state]
            last = asked[-1].get("minutes_limit") if asked else None
            given = self.scene.changed.get(profile_id)
            racer = self.expected.racers[profile_id]
            if found[profile_id][0] not in (last, given, racer.limits[0]):
                raise LostError(f"{profile_id} has {found[profile_id]}, not {last} or {given}")
            if found[profile_id] != (0, 0) or racer.limits != (0, 0):
                # From here on it is what it is.
                racer.limits = found[profile_id]


def _is_engine(pid: int) -> bool:
    with suppress(OSError):
        return b"--attached" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def seed_from(environment: str | None = None) -> int:
    """The seed that is asked for by TORTURE_SEED, or a new one."""
    asked = environment or os.environ.get("TORTURE_SEED")
    return int(asked) if asked else random.SystemRandom().randrange(2**32)
