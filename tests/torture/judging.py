"""Settling what trouble has left behind, as an admin does, and judging what came of it all."""

import signal
import time
from typing import Final

from tests.torture.delivering import wait
from tests.torture.expected import Racer, differences
from tests.torture.processes import wait_for_nobody
from tests.torture.world import LostError, World

_DOUBT_SECONDS: Final = 40.0
"""For which no different value follows one whose outcome is unknown, and a margin."""
_DAY_SECONDS: Final = 86_400.0
_WAITS_SECONDS: Final = 15.0
"""After which one that delivers nothing is taken to wait for time to pass."""
_UNSENT: Final = frozenset({"pending", "doubtful"})
_THERE: Final = frozenset({"done", "already_so"})
_TIMES: Final = 4
_UNCOUNTED: Final = "delete them again to count them"
_IN_TIME_SECONDS: Final = 600.0
"""As late as an operation for a set time may be begun."""


def settle(world: World) -> None:
    """Do what an admin does when the trouble is over, until nothing is open."""
    world.account.calm()
    world.clock.step(_DOUBT_SECONDS)
    in_vain = 0
    while in_vain < world.size.settle:
        before = world.log.undelivered()
        deliver(world)
        goes_on = _let_go_on(world)
        open_now = _take_in_hand(world) + world.log.undelivered()
        if not open_now:
            return
        in_vain = 0 if world.log.undelivered() < before else in_vain + 1
        if goes_on:  # now, or it is late again
            continue
        # Invitations are so many a day, and calls that a firewall counts so many in five minutes:
        # here that passes quickly; not for an engine that is left, which counts its own calls by a
        # clock that nobody sets.
        world.end_all()
        world.clock.step(_DAY_SECONDS)
    world.figures.lost += world.log.undelivered()
    raise LostError(f"never settled: {world.log.operations()[-1]} {world.log.standing()}")


def deliver(world: World) -> None:
    """Deliver, until it ends or waits for time to pass."""
    with world.drtui.started("sync") as process:
        left, since = world.log.undelivered(), time.monotonic()
        while process.poll() is None and time.monotonic() < since + _WAITS_SECONDS:
            time.sleep(0.05)
            if world.log.undelivered() != left:
                left, since = world.log.undelivered(), time.monotonic()
        process.send_signal(signal.SIGTERM)
        wait(process)


def _let_go_on(world: World) -> int:
    """Say to go on with what was for a set time and held up on its way; return how many."""
    open_now = {one.number for one in world.log.operations() if set(one.states) & _UNSENT}
    late = [it for it in world.log.timed() if it.state == "late" and it.operation in open_now]
    for it in late:
        world.tell(f"  scheduled {it.number} was held up on its way")
        world.drtui("operations", "scheduled", "run", str(it.number), "--yes", "--no-wait")
        world.figures.held_up += 1
    return len(late)


def _take_in_hand(world: World) -> int:
    """Send again what failed, and settle conflicts; return how many there were."""
    failed = conflicts = 0
    for one in world.log.operations():
        number = str(one.number)
        if one.number in world.taken_back:
            if one.states.get("conflict"):
                world.drtui("operations", "settle", number, "--keep", "theirs", "--yes")
            continue
        if one.states.get("failed"):
            failed += one.states["failed"]
            reasons = sorted(world.log.reasons(one.number, "failed"))
            world.tell(f"  {one.states['failed']} failed: {reasons}")
            _send_again(world, one.number)
        if one.states.get("conflict"):
            conflicts += one.states["conflict"]
            settling = ("operations", "settle", number, "--keep", "ours")
            world.drtui(*settling, "--yes", "--no-wait", code=None)
    world.figures.again += failed
    world.figures.conflicts += conflicts
    return failed + conflicts


def _send_again(world: World, number: int) -> None:
    """Send again what failed, or have another do it where that cannot: models nobody counted.

    What a later operation has done of it already is overtaken by that.
    """
    if any(_UNCOUNTED in reason for reason in world.log.reasons(number, "failed")):
        _count_again(world, number)
        return
    states = world.log.states(number)
    failed = {one for one, state in states.items() if state == "failed"}
    later = [world.log.states(each) for each in range(number + 1, world.log.newest() + 1)]
    overtaken = {one for one in failed if any(each.get(one) in _THERE for each in later)}
    if overtaken:
        world.expected.send_again(number, overtaken)
    world.drtui("operations", "retry", str(number), "--no-wait", code=None)


def _count_again(world: World, number: int) -> None:
    """Set aside what failed of a deletion, and delete the models of just those again, counted.

    Set aside first: what is still on its way can fail while the models are counted.
    """
    before = world.log.states(number)
    world.drtui("operations", "set-aside", str(number), "--yes")
    world.set_aside.add(number)
    after = world.log.states(number)
    gone = {one for one, state in after.items() if state == "cancelled"}
    people = sorted(one for one in gone if before[one] != "cancelled")
    names = "".join(f"{one}\n" for one in people).encode()
    deleting = ("users", "delete-models", "--from", "-", "--yes", "--no-wait", "--sync")
    newest = world.log.newest()
    for _ in range(_TIMES):
        world.drtui(*deleting, stdin=names, code=None)
        if world.log.newest() > newest:
            break
        world.clock.step(_IN_TIME_SECONDS)  # nothing to delete, by what could be listed so soon
    again = world.log.operations()[-1]
    if again.number == number or again.total != len(people):
        raise LostError(f"{again} has to delete the models of {len(people)}")
    world.figures.operations["delete_models, of whom nobody had counted all"] += 1
    world.figures.targets += len(people)


def judge(world: World) -> None:
    """Hold the account, the log and the journal against what was confirmed.

    Raises:
        LostError: Something is not what it has to be.
    """
    wait_for_nobody(world.home)
    world.drtui("sync")
    world.account.count()
    figures, expected = world.figures, world.expected
    figures.sent = world.account.sent
    figures.in_jobs = world.account.in_jobs
    found = world.account.limits()
    for profile_id in found.keys() - expected.racers.keys():
        # Who was invited is a racer from then on, with what new users get.
        expected.racers[profile_id] = Racer(found[profile_id])
    wrong = differences(expected.limits(), found, world.strangers)
    models = differences(expected.models, world.account.models())
    there = world.account.there()
    missing = expected.created - there
    twice = {one for one, times in world.account.created.items() if times > 1}
    figures.lost += len(wrong) + len(missing) + len(models)
    figures.doubled += len(twice)
    flaws = [*world.log.journal_flaws(), *world.log.integrity(), *_timed_flaws(world)]
    cancelled = {
        one.number: one.states["cancelled"]
        for one in world.log.operations()
        if one.states.get("cancelled") and one.number not in world.taken_back | world.set_aside
    }
    if wrong or models or missing or twice or flaws or cancelled:
        raise LostError(f"{wrong=} {models=} {missing=} {twice=} {flaws=} {cancelled=}")
    copied = world.log.copied_limits()
    copy = {one: limits for one, limits in copied.items() if one in found}
    if copy != found:
        raise LostError(f"the store is not what the account is: {differences(found, copy)}")
    _judge_strangers(world, found)
    logs = "".join(path.read_text() for path in (world.home / "logs").iterdir())
    assert "Traceback" not in logs, logs[logs.index("Traceback") - 300 :][:3000]


def _timed_flaws(world: World) -> list[str]:
    """Hold what was asked for set times against the log: run once, in time, or by hand."""
    found, flaws = world.log.timed(), []
    more = len(world.log.operations()) - world.figures.operations.total()
    if more > 0:
        world.figures.doubled += more
        flaws.append(f"{more} operations that nobody has confirmed")
    if len(found) != len(world.expected.timed):
        world.figures.lost += max(0, len(world.expected.timed) - len(found))
        flaws.append(f"{len(found)} for a set time, not {len(world.expected.timed)}")
    for wanted, one in zip(world.expected.timed, found, strict=False):
        if (one.at, one.state, one.operation) != (wanted.at, wanted.state, wanted.operation):
            world.figures.lost += 1
            flaws.append(f"{one} has to be {wanted}")
        late = (one.created_at or one.at) - one.at
        if not wanted.by_hand and not 0.0 <= late <= _IN_TIME_SECONDS:
            flaws.append(f"{one} was begun {late:.0f} s after its time, and nobody asked")
        if wanted.by_hand and not any("missed" in result for result in one.told):
            flaws.append(f"the journal does not say that {one} was missed")
    return flaws


def _judge_strangers(world: World, found: dict[str, tuple[int | None, int | None]]) -> None:
    """Whom somebody else changed has what was asked for last, or what that somebody gave."""
    for profile_id in world.strangers:
        asked = [after for state, after in world.log.afters(profile_id) if "done" in state]
        asked = [after for after in asked if "minutes_limit" in after]
        last = asked[-1]["minutes_limit"] if asked else None
        given = world.changed.get(profile_id)
        racer = world.expected.racers[profile_id]
        if found[profile_id][0] not in (last, given, racer.limits[0]):
            world.figures.lost += 1
            raise LostError(f"{profile_id} has {found[profile_id]}, not {last} or {given}")
        if found[profile_id] != (0, 0) or racer.limits != (0, 0):
            # From here on it is what it is.
            racer.limits = found[profile_id]
