"""Taking back an operation that is on its way: cancelling what is not sent yet, or undoing it."""

import time
from typing import Final

from tests.torture.confirming import QUIETLY, give_and_be_killed
from tests.torture.delivering import kill, random_moment, wait
from tests.torture.log import OPEN
from tests.torture.world import DEATHS, LostError, World

CANCEL: Final = "cancelled"
UNDO: Final = "undone"
_TRIES: Final = 5
_SECONDS: Final = 3.0
"""For which an operation is delivered at the least, so that it is met on its way."""
_AT_ONCE: Final = 32
_LONGEST: Final = 1_000.0


def take_back(world: World, how: str) -> int:
    """Cancel or undo the newest operation while an engine delivers it, and kill that.

    Returns:
        The operation's number.

    Raises:
        LostError: It could not be.
    """
    number = world.log.newest()
    world.tell(f"  operation {number} is {how}")
    slow = 1_000.0 * _SECONDS * _AT_ONCE / world.size.racers
    world.account.control("latency", ms=min(_LONGEST, max(slow, world.size.latency)))
    with world.drtui.started("sync", "--watch") as process:
        random_moment(world, process)
        if how == CANCEL:
            _cancel(world, number)
        else:
            _undo(world, number)
        time.sleep(world.random.expovariate(1 / 0.2))
        kill(world, process, "watch", world.random.choice(DEATHS))
        wait(process)
    world.taken_back.add(number)
    world.figures.taken_back[how] += 1
    return number


def hold_to(world: World, number: int) -> None:
    """Take what was taken back as such, once all is settled; the account is judged by it.

    Raises:
        LostError: The log says of a target that it was cancelled, and that it was undone.
    """
    states = world.log.states(number)
    done = {one for one, state in states.items() if state == "done"}
    stays = done | {one for one, state in states.items() if state == "already_so"}
    cancelled = {one for one, state in states.items() if state == "cancelled"}
    world.figures.cancelled += len(cancelled)
    undo = world.log.newest()
    if undo == number:
        world.expected.take_back(states.keys() - stays)
        return
    undone, strangers = world.log.states(undo), set(world.strangers)
    # Where somebody else changed what was on its way, a conflict was settled with theirs.
    twice, left = (cancelled & undone.keys()) - strangers, done - undone.keys() - strangers
    if wrong := twice or left:
        world.figures.lost += len(wrong)
        told = {one: (states[one], undone.get(one)) for one in wrong}
        raise LostError(f"operation {undo} does not undo {number}: {told}")
    world.expected.take_back(states.keys())


def _cancel(world: World, number: int) -> None:
    arguments = ("operations", "cancel", str(number), "--yes")
    give_and_be_killed(world, arguments)
    world.drtui(*arguments)
    gone = {one for one, state in world.log.states(number).items() if state == "pending"}
    if gone:
        world.figures.lost += len(gone)
        raise LostError(f"operation {number} was cancelled, and is not for {len(gone)}")


def _undo(world: World, number: int) -> None:
    """Undo it; what is on its way changes, so that it may have to be asked for again."""
    arguments = ("operations", "undo", str(number), *QUIETLY)
    give_and_be_killed(world, arguments)
    for _ in range(_TRIES):
        if world.log.newest() > number or _nothing_left(world, number):
            break
        world.drtui(*arguments, code=None)
    newest = world.log.newest()
    if newest == number:
        if not _nothing_left(world, number):
            raise LostError(f"operation {number} could not be undone: {world.log.operations()[-1]}")
        return
    undo = world.log.operations()[-1]
    if newest != number + 1 or undo.kind != "undo":
        world.figures.doubled += newest - number - 1
        raise LostError(f"{undo} has to be the undo of {number}")
    world.figures.operations[undo.kind] += 1
    world.figures.targets += undo.total


def _nothing_left(world: World, number: int) -> bool:
    """Whether all of it was cancelled before anything was sent."""
    states = set(world.log.states(number).values())
    return not states & {"done", *OPEN}
