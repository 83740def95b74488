"""A campaign: operations are confirmed and delivered while everything is killed; then it is told
whether the account is what they imply."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.e2e.forking import Forks
from tests.torture.confirming import confirm
from tests.torture.delivering import deliver_and_kill, deliver_through_an_outage
from tests.torture.expected import Asked
from tests.torture.faults import LONG_OUTAGE, kinds, trouble
from tests.torture.figures import Figures
from tests.torture.judging import judge, settle
from tests.torture.taking_back import CANCEL, UNDO, hold_to, take_back
from tests.torture.timed import for_a_set_time
from tests.torture.world import NEWER, Size, make_world

_PLAIN, _TIMED, _MISSED = "plain", "timed", "missed"
_WAYS: Final = (_PLAIN, _TIMED, _MISSED, CANCEL, UNDO)
_THEN: Final = (*(_PLAIN for _ in range(5)), None)  # None is any of the others
_DAY_SECONDS: Final = 86_400.0


class Campaign:
    """What is done to one account and one store."""

    def __init__(
        self, folder: Path, size: Size, seed: int, forks: Forks, tell: Callable[[str], None]
    ) -> None:
        self.world = make_world(folder, size, seed, forks, tell)
        wishes = self.world.wishes
        self._others: list[Callable[[], Asked]] = [
            lambda: wishes.invitations(size.guests),
            lambda: wishes.deletions(size.guests),
            wishes.race,
        ]
        self.world.random.shuffle(self._others)
        self._kinds: list[str] = []
        self._ways = list(_WAYS)
        self.world.random.shuffle(self._ways)
        self._outages = 0

    @property
    def figures(self) -> Figures:
        """What happened so far."""
        return self.world.figures

    def run(self) -> Figures:
        """Torture until there were enough kills, and judge after every operation."""
        began = time.monotonic()
        size, figures = self.world.size, self.figures
        try:
            if size.release == NEWER:
                self.world.learn_release()
            else:
                self.world.drtui("sync")
            turn = 0
            while figures.in_bulk < size.kills or turn < size.operations:
                self.one_operation(turn)
                turn += 1
                figures.seconds = time.monotonic() - began
        except AssertionError:
            self.world.keep()
            raise
        finally:
            self.world.close()
        return figures

    def one_operation(self, turn: int) -> None:
        """Confirm one, deliver it in trouble, wait until it is settled, and judge."""
        world, figures = self.world, self.figures
        asked = self.wish(turn)
        world.bulk = asked.becomes is not None
        way = self.next_way() if world.bulk else _PLAIN
        if way in (_TIMED, _MISSED):
            for_a_set_time(world, asked, missed=way == _MISSED, next_fault=self.next_fault)
        else:
            confirm(world, asked, in_console=turn % 4 == 0)
        back = take_back(world, way) if way in (CANCEL, UNDO) else None
        for _ in range(world.size.bulk if world.bulk else world.size.small):
            self.one_round()
            if not world.log.undelivered():
                break
        settle(world)
        if back is not None:
            hold_to(world, back)
        judge(world)
        world.tell(
            f"operation {world.log.newest()} ({asked.kind}, {way}): {figures.kills.total()} kills, "
            f"{figures.in_bulk} in bulk, {figures.targets} targets, {figures.lost} lost, "
            f"{figures.doubled} doubled"
        )
        if asked.invites and world.account.release != NEWER:
            world.account.upgrade(NEWER)
            world.clock.step(_DAY_SECONDS)  # after which drtui asks again what it can do
            world.learn_release()

    def one_round(self) -> None:
        """Deliver once, in one kind of trouble."""
        world = self.world
        if world.bulk and self._outages < world.size.outages:
            self._outages += 1
            self.figures.faults[LONG_OUTAGE] += 1
            with trouble(LONG_OUTAGE, world):
                deliver_through_an_outage(world, world.size.outage)
            return
        kind = self.next_fault()
        with trouble(kind, world):
            deliver_and_kill(world, kind)

    def wish(self, turn: int) -> Asked:
        """Decide what is asked for; every second operation is one on all racers."""
        if turn % 2 == 0:
            return self.world.wishes.about_racers()
        return self._others[turn // 2 % len(self._others)]()

    def next_way(self) -> str:
        """One way after the other in a random order; then mostly plain, which lives longest."""
        if self._ways:
            return self._ways.pop()
        chance = self.world.random
        return chance.choice(_THEN) or chance.choice([way for way in _WAYS if way != _PLAIN])

    def next_fault(self) -> str:
        """One kind after the other in a random order, so that all have their turn; counted."""
        if not self._kinds:
            self._kinds = kinds(self.world)
            self.world.random.shuffle(self._kinds)
        kind = self._kinds.pop()
        self.figures.faults[kind] += 1
        return kind
