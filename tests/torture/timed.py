"""Operations for a set time: their time comes while whoever is up is killed, or passes."""

import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from sqlite3 import Error as SqliteError
from typing import Final

from tests.torture.confirming import QUIETLY, confirm, confirmed, give, give_and_be_killed
from tests.torture.delivering import in_console, kill, wait
from tests.torture.expected import Asked, Timed
from tests.torture.faults import OF_THE_STORE, lose_network, trouble
from tests.torture.judging import deliver
from tests.torture.world import DEATHS, LostError, World

_SCHEDULED: Final = re.compile(r"Scheduled as S(\d+)")
_MINUTE: Final = 60.0
_IN_TIME_SECONDS: Final = 600.0
_ROUNDS: Final = 4
_TRIES: Final = 8
_RUN_SECONDS: Final = 3.0
"""For which it is waited that one is run, at the most, before whoever runs it is killed."""


def for_a_set_time(
    world: World, asked: Asked, *, missed: bool, next_fault: Callable[[], str]
) -> None:
    """Ask for something for a set time, and see it become one operation; it is not delivered here.

    What is there to be changed is changed in between, and something else that is for the same
    time is cancelled before it, or dropped after it.

    Args:
        world: Whose.
        asked: What.
        missed: Whether its time passes without anybody who could run it.
        next_fault: The kinds of trouble at its time.
    """
    at = (world.now() // _MINUTE + world.random.randint(20, 40)) * _MINUTE
    wanted, other = _ask(world, asked, at), _ask(world, _another(world, asked), at)
    if not missed:
        _answer(world, other, "cancel")
    if not world.expected.paused:
        confirm(world, world.wishes.quotas(), in_console=False)
    before = world.log.newest()
    if missed:
        _pass(world, at)
    else:
        _come(world, wanted, next_fault)
    if _state(world, wanted) == "ran":
        world.figures.timed["run in time"] += 1
        how = ", at its time"
        confirmed(world, asked, before, None, how)
    else:
        _see_that_it_asks(world, wanted, before)
        _run_by_hand(world, wanted, before)
    wanted.state, wanted.operation = "ran", world.log.newest()
    if missed:
        _answer(world, other, "drop")
    if world.random.random() < 0.5:  # it is not run again where its time comes again
        world.clock.step(at - world.now() - _MINUTE)
        deliver(world)
        _reach(world, at)


def _ask(world: World, asked: Asked, at: float) -> Timed:
    typed = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
    arguments = (*asked.arguments, "--at", typed, "--zone", "UTC", *QUIETLY)
    before = len(world.log.timed())
    number = give_and_be_killed(world, arguments, told=_SCHEDULED)
    if number is None and len(world.log.timed()) == before:
        number = give(world, arguments, told=_SCHEDULED)
    found = world.log.timed()
    if len(found) != before + 1 or number not in (None, found[-1].number):
        world.figures.lost += len(found) <= before
        raise LostError(f"S{number} was told to be kept, and there are {found}")
    world.expected.timed.append(Timed(asked, at))
    return world.expected.timed[-1]


def _another(world: World, asked: Asked) -> Asked:
    """Something else than what is asked: the same is not taken for one time twice."""
    return next(it for it in iter(world.wishes.quotas, None) if it.arguments != asked.arguments)


def _number(world: World, it: Timed) -> int:
    return next(number for number, one in enumerate(world.expected.timed, 1) if one is it)


def _state(world: World, it: Timed) -> str:
    return world.log.timed()[_number(world, it) - 1].state


def _answer(world: World, it: Timed, how: str) -> None:
    """Cancel one, or drop it; whoever does it may be killed."""
    become = {"cancel": "cancelled", "drop": "dropped"}[how]
    arguments = ("operations", "scheduled", how, str(_number(world, it)), "--yes")
    give_and_be_killed(world, arguments)
    if _state(world, it) != become:
        world.drtui(*arguments)
    it.state = become
    world.figures.timed[become] += 1


def _reach(world: World, at: float) -> None:
    """Set the clock forward to a time, and a little further, unless it is over."""
    if world.now() < at:
        world.clock.step(at - world.now() + world.random.uniform(0.1, 20.0))


def _come(world: World, it: Timed, next_fault: Callable[[], str]) -> None:
    """Let the time come, and kill whoever is up; one that is left runs it in the end."""
    for _ in range(_ROUNDS):
        kind = next_fault()
        world.tell(f"  {kind}: a set time comes")
        with trouble(kind, world):
            _come_and_kill(world, it, may_end=kind in OF_THE_STORE)
        if _state(world, it) != "waiting":
            return
    for _ in range(_TRIES):
        _reach(world, it.at)
        deliver(world)
        if _state(world, it) != "waiting":
            return
    world.figures.lost += 1
    raise LostError(f"it was never run, nor missed: {world.log.timed()} {world.log.standing()}")


def _come_and_kill(world: World, it: Timed, *, may_end: bool) -> None:
    def comes() -> None:
        _reach(world, it.at)
        if world.random.random() < 0.5:
            time.sleep(world.random.expovariate(1 / 0.3))
            return
        deadline = time.monotonic() + _RUN_SECONDS
        with suppress(SqliteError):
            while _state(world, it) == "waiting" and time.monotonic() < deadline:
                time.sleep(0.002)

    if world.random.random() < 0.3:
        in_console(world, child=True, may_end=may_end, meanwhile=comes)
        return
    with world.drtui.started("sync", "--watch") as process:
        time.sleep(world.random.uniform(0.0, 1.0))
        comes()
        kill(world, process, "watch at a set time", signal.SIGKILL)
        wait(process)


def _pass(world: World, at: float) -> None:
    """Let a time pass: while nobody is up, or while there is no network."""
    world.end_all()
    late = at + _IN_TIME_SECONDS
    if world.random.random() < 0.5:
        _reach(world, late)
    else:
        with world.drtui.started("sync", "--watch") as process:
            lose_network(world)
            _reach(world, at)
            time.sleep(world.random.uniform(0.0, 1.0))
            _reach(world, late)
            kill(world, process, "watch at a set time", world.random.choice(DEATHS))
            wait(process)
            world.account.calm()
    with world.drtui.started("sync", "--watch") as process:
        time.sleep(world.random.uniform(0.2, 1.5))
        kill(world, process, "watch after a set time", signal.SIGKILL)
        wait(process)
    deliver(world)


def _see_that_it_asks(world: World, it: Timed, before: int) -> None:
    if _state(world, it) != "missed" or world.log.newest() != before:
        world.figures.doubled += world.log.newest() - before
        raise LostError(f"it is over and was not missed: {world.log.timed()}")
    told = world.drtui("operations", "list").err
    assert ": run or drop" in told, told


def _run_by_hand(world: World, it: Timed, before: int) -> None:
    """Run one that was missed; whoever does it may be killed, and it cannot be run again."""
    arguments = ("operations", "scheduled", "run", str(_number(world, it)), *QUIETLY)
    number = give_and_be_killed(world, arguments)
    if number is None and world.log.newest() == before:
        number = give(world, arguments)
    refused = world.drtui(*arguments, code=None)
    assert "does not wait for an answer" in refused.err, refused.err
    it.by_hand = True
    world.figures.timed["missed, and run by hand"] += 1
    confirmed(world, it.asked, before, number, ", missed and run by hand")
