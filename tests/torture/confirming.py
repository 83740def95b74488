"""Confirming an operation; whoever does it may be killed before, while or after."""

import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from re import Pattern
from typing import Final

from tests.e2e.running import COMMAND, Ran
from tests.e2e.terminal import terminal
from tests.torture.delivering import end_console, kill, wait
from tests.torture.expected import Asked
from tests.torture.world import DEATHS, LostError, World

QUEUED: Final = re.compile(r"Queued as operation (\d+)")
_CONFIRMED: Final = re.compile(r"confirmed, operation (\d+)")
_SUBMIT_SECONDS: Final = 2.5
_FORKED_SECONDS: Final = 0.8
"""The same for a command whose imports are done when it begins."""
QUIETLY: Final = ("--yes", "--no-wait", "--no-sync")
"""With which a command asks nothing, and leaves delivering to others."""


def confirm(world: World, asked: Asked, *, in_console: bool) -> None:
    """Confirm an operation, and see that it is in the log as a whole.

    Raises:
        LostError: It was told to be confirmed, and is not in the log, or not with all its targets.
    """
    before = world.log.newest()
    number = None
    if asked.kind == "pause" and in_console:
        number = _in_console(world)
    else:
        number = give_and_be_killed(world, (*asked.arguments, *QUIETLY), asked.people)
    if number is None and world.log.newest() == before:
        number = give(world, (*asked.arguments, *QUIETLY), asked.people)
    confirmed(world, asked, before, number)


def confirmed(world: World, asked: Asked, before: int, number: int | None, how: str = "") -> None:
    """Hold the newest operation of the log against what was asked.

    Args:
        world: Whose log.
        asked: What it has to be.
        before: The newest one before.
        number: What it was told to be; None where nobody was told.
        how: How it came to be, where not by confirming it.

    Raises:
        LostError: It is not there, not whole, or another one is there too.
    """
    logged = world.log.newest()
    if logged != before + 1 or number not in (None, logged):
        world.figures.lost += logged <= before
        world.figures.doubled += max(0, logged - before - 1)
        raise LostError(f"operation {number} was confirmed, and the newest is {logged}")
    targets = world.expected.confirm(asked, logged)
    found = world.log.operations()[-1]
    if found.kind != asked.kind or found.total != targets:
        world.figures.lost += abs(found.total - targets)
        raise LostError(f"{found} has to be a {asked.kind} of {targets} targets")
    world.figures.operations[f"{asked.kind}{how}"] += 1
    world.figures.targets += targets


def give(
    world: World,
    arguments: Sequence[str],
    people: Sequence[str] = (),
    told: Pattern[str] = QUEUED,
) -> int:
    """Give a command; return the number that it tells.

    Args:
        world: Whose store.
        arguments: The command's.
        people: Whom it reads from its standard input.
        told: How it tells the number.
    """
    ran = world.drtui(*arguments, stdin=_lines(people), code=None)
    number = told.search(ran.err)
    assert number is not None, ran.err
    return int(number[1])


def give_and_be_killed(
    world: World,
    arguments: Sequence[str],
    people: Sequence[str] = (),
    told: Pattern[str] = QUEUED,
) -> int | None:
    """Every second time, give a command and kill it some time later.

    Returns:
        The number that it tells; None where it told none, or was not given.
    """
    if world.random.random() >= 0.5:
        return None
    number = world.random.choice(DEATHS)
    text = (_killed_reading if people else _killed)(world, arguments, people, number)
    if number is not signal.SIGKILL:
        world.drtui.hold(Ran(0, "", text))
    found = told.search(text)
    return None if found is None else int(found[1])


def _killed(
    world: World, arguments: Sequence[str], _people: Sequence[str], number: signal.Signals
) -> str:
    """Kill a command that reads nothing; return what it said."""
    assert world.drtui.forks is not None
    process = world.drtui.forks.start(arguments, world.drtui.environment)
    with suppress(TimeoutError):
        process.wait(world.random.uniform(0.02, _FORKED_SECONDS))
    kill(world, process, "command", number)
    wait(process)
    return process.communicate()[1]


def _killed_reading(
    world: World, arguments: Sequence[str], people: Sequence[str], number: signal.Signals
) -> str:
    """Kill a command that is given names; return what it said."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=world.drtui.environment,
    )
    assert process.stdin is not None
    process.stdin.write(_lines(people))
    process.stdin.close()
    process.stdin = None
    with suppress(subprocess.TimeoutExpired):
        process.wait(world.random.uniform(0.3, _SUBMIT_SECONDS))
    if process.poll() is None:
        under_way = world.undelivered()
        process.send_signal(number)
        world.killed("command", number.name, under_way=under_way)
    _, complaints = process.communicate(timeout=60)
    return complaints.decode(errors="replace")


def _lines(people: Sequence[str]) -> bytes:
    return "".join(f"{one}\n" for one in people).encode()


def _in_console(world: World) -> int:
    with terminal(COMMAND, world.drtui.environment, columns=120, lines=40) as console:
        console.ready()
        console.press("a")
        console.wait_for(lambda text: "marked" in text and " 0 marked" not in text)
        console.press("p")
        console.see("Pause sponsorship (", "will be paused")
        console.press("\r")
        text = console.wait_for(lambda text: _CONFIRMED.search(text) is not None)
        told = _CONFIRMED.search(text)
        assert told is not None
        time.sleep(world.random.expovariate(1 / 0.3))
        end_console(world, console)
        return int(told[1])
