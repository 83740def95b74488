"""Confirming an operation; whoever does it may be killed before, while or after."""

import re
import signal
import subprocess
import time
from contextlib import suppress
from typing import Final

from tests.e2e.running import COMMAND, Ran
from tests.e2e.terminal import terminal
from tests.torture.delivering import end_console
from tests.torture.expected import Asked
from tests.torture.world import DEATHS, LostError, World

_QUEUED: Final = re.compile(r"Queued as operation (\d+)")
_CONFIRMED: Final = re.compile(r"confirmed, operation (\d+)")
_SUBMIT_SECONDS: Final = 2.5


def confirm(world: World, asked: Asked, *, in_console: bool) -> None:
    """Confirm an operation, and see that it is in the log as a whole.

    Raises:
        LostError: It was told to be confirmed, and is not in the log, or not with all its targets.
    """
    before = world.log.newest()
    number = None
    if asked.kind == "pause" and in_console:
        number = _in_console(world)
    elif world.random.random() < 0.5:
        number = _and_be_killed(world, asked)
    if number is None and world.log.newest() == before:
        number = _by_command(world, asked)
    logged = world.log.newest()
    if logged != before + 1 or number not in (None, logged):
        world.figures.lost += 1
        raise LostError(f"operation {number} was confirmed, and the newest is {logged}")
    targets = world.expected.confirm(asked)
    found = world.log.operations()[-1]
    if found.kind != asked.kind or found.total != targets:
        world.figures.lost += abs(found.total - targets)
        raise LostError(f"{found} has to be a {asked.kind} of {targets} targets")
    world.figures.operations[asked.kind] += 1
    world.figures.targets += targets


def _arguments(asked: Asked) -> list[str]:
    return [*asked.arguments, "--yes", "--no-wait", "--no-sync"]


def _stdin(asked: Asked) -> bytes:
    return "".join(f"{one}\n" for one in asked.people).encode()


def _by_command(world: World, asked: Asked) -> int:
    ran = world.drtui(*_arguments(asked), stdin=_stdin(asked), code=None)
    told = _QUEUED.search(ran.err)
    assert told is not None, ran.err
    return int(told[1])


def _and_be_killed(world: World, asked: Asked) -> int | None:
    """Return what it was told to be; None where nothing was told."""
    number = world.random.choice(DEATHS)
    process = subprocess.Popen(
        [*COMMAND, *_arguments(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=world.drtui.environment,
    )
    assert process.stdin is not None
    process.stdin.write(_stdin(asked))
    process.stdin.close()
    process.stdin = None
    with suppress(subprocess.TimeoutExpired):
        process.wait(world.random.uniform(0.3, _SUBMIT_SECONDS))
    if process.poll() is None:
        process.send_signal(number)
        world.killed("command", number.name, under_way=0)
    _, complaints = process.communicate(timeout=60)
    text = complaints.decode(errors="replace")
    if number is not signal.SIGKILL:
        world.drtui.hold(Ran(process.returncode, "", text))
    told = _QUEUED.search(text)
    return None if told is None else int(told[1])


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
