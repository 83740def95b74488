"""Delivering what was confirmed, and killing somebody at a random moment of it."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pexpect

from tests.e2e.forking import Fork
from tests.e2e.running import COMMAND, Ran
from tests.e2e.terminal import Terminal, terminal
from tests.torture.faults import OF_THE_STORE, lose_network
from tests.torture.processes import processes_of, signalled
from tests.torture.world import DEATHS, LostError, World

_WHO: Final = ("sync", "sync", "watch", "two", "console", "engine", "account")
_END_SECONDS: Final = 60.0
_BACK_SECONDS: Final = 150.0
_MISTAKE: Final = "mistake of its own"


def deliver_and_kill(world: World, kind: str) -> None:
    """Let somebody deliver, and kill somebody at a random moment."""
    who = world.random.choice(_WHO)
    world.tell(f"  {kind}: {who}")
    number = world.random.choice(DEATHS)
    if who in ("console", "engine"):
        in_console(world, child=who == "engine", may_end=kind in OF_THE_STORE)
    elif who == "account":
        _by_command(world, "sync", killing=lambda _: _kill_account(world))
    elif who == "two":
        with world.drtui.started("sync", "--watch") as other:
            _by_command(
                world, "sync", "--watch", killing=lambda one: kill(world, one, "one of two", number)
            )
            random_moment(world, other)
            kill(world, other, "the other", world.random.choice(DEATHS))
            wait(other)
    else:
        arguments = ["sync"] if who == "sync" else ["sync", "--watch"]
        _by_command(world, *arguments, killing=lambda one: kill(world, one, who, number))


def deliver_through_an_outage(world: World, seconds: float) -> None:
    """Let an engine live through an outage, see that it goes on by itself, and kill it then."""
    world.tell(f"  outage of {seconds:.0f} s")
    with world.drtui.started("sync", "--watch") as process:
        random_moment(world, process)
        lose_network(world)
        time.sleep(seconds)
        before = world.log.undelivered()
        world.account.control("network", state="up")
        deadline = time.monotonic() + _BACK_SECONDS
        while before and world.log.undelivered() >= before:
            if time.monotonic() > deadline or process.poll() is not None:
                raise LostError(f"nothing went on after an outage: {world.log.standing()}")
            time.sleep(0.1)
        kill(world, process, "watch", world.random.choice(DEATHS))
        wait(process)


def kill(world: World, process: Fork, who: str, number: signal.Signals) -> None:
    """Send a program a signal, and count it where it still runs."""
    before = world.undelivered()
    if process.poll() is None:
        process.send_signal(number)
        world.killed(who, number.name, under_way=before)


def _kill_account(world: World) -> None:
    number = world.random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
    before = world.undelivered()
    world.account.kill(number)
    world.killed("account", number.name, under_way=before)
    time.sleep(world.random.uniform(0.0, 1.0))  # for which whoever delivers goes on


def _by_command(world: World, *arguments: str, killing: Callable[[Fork], None]) -> None:
    assert world.drtui.forks is not None
    process = world.drtui.forks.start([*arguments], world.drtui.environment)
    try:
        random_moment(world, process)
        killing(process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        wait(process)
        out, err = process.communicate()
        world.drtui.hold(Ran(0, out, err))


def wait(process: Fork) -> None:
    """Wait for the end of a program that got a signal.

    Raises:
        LostError: It never ended; where it hangs is told.
    """
    try:
        process.wait(_END_SECONDS)
    except TimeoutError as error:
        process.send_signal(signal.SIGUSR1)  # it writes its stacks, see `clock/sitecustomize.py`
        time.sleep(1.0)
        process.kill()
        _, complaints = process.communicate(_END_SECONDS)
        raise LostError(f"a program never ended:\n{complaints}") from error


def random_moment(world: World, process: Fork) -> None:
    """Wait: for a random while, or until something is delivered and a little longer."""
    if world.random.random() < 0.25:
        time.sleep(world.random.uniform(0.0, 0.8))
        return
    before, patience = world.undelivered(), time.monotonic() + 3.0
    while time.monotonic() < patience and process.poll() is None:
        if world.undelivered() not in (before, None):
            break
        time.sleep(0.01)
    time.sleep(world.random.expovariate(1 / 0.1))


def in_console(
    world: World, *, child: bool, may_end: bool, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Open a console, and kill it.

    Args:
        world: Whose store.
        child: Whether its engine is killed some time before.
        may_end: Whether it may end by itself.
        meanwhile: Called once it is there.
    """
    with terminal(COMMAND, world.drtui.environment, columns=120, lines=40) as console:
        try:
            console.read_for(world.random.uniform(0.2, 3.0), lambda _: False)
            meanwhile()
            if child:
                _kill_its_engine(world, console)
                console.read_for(world.random.uniform(0.0, 2.5), lambda _: False)
        except AssertionError:  # it ended
            if not may_end or _MISTAKE in console.text:
                raise
            return
        end_console(world, console)


def _kill_its_engine(world: World, console: Terminal) -> None:
    before, number = world.undelivered(), world.random.choice(DEATHS)
    engines = [
        pid for pid in processes_of(world.home) if pid != console.process.pid and _is_engine(pid)
    ]
    for pid in engines[:1]:
        if signalled(pid, number):
            world.killed("console's engine", number.name, under_way=before)


def end_console(world: World, console: Terminal) -> None:
    """Kill a console, or take its terminal away as a dropped session does."""
    how, before = world.random.choice([*DEATHS, None]), world.undelivered()
    if how is None:
        console.hang_up()
        world.killed("console", "terminal gone", under_way=before)
    elif console.process.isalive():
        console.process.kill(how)
        world.killed("console", how.name, under_way=before)
    with suppress(pexpect.ExceptionPexpect, OSError, ValueError):
        console.process.wait() if how is None else console.process.read()
    assert b"Traceback" not in console.written
    assert _MISTAKE not in console.text


def _is_engine(pid: int) -> bool:
    with suppress(OSError):
        return b"--attached" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
