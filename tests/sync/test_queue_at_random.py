"""Reviewing the queue at random: what arrives is what its order, as it was left, implies.

The model is a list of operations. Whatever is confirmed, moved, edited and cancelled while nobody
delivers, and while some of it is being sent, comes about or fails, the account then has what these
do to it one after the other, and nothing conflicts.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drtui.commands import offline, operations, queueing
from drtui.domain.operations import OPEN, Item, ItemState
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.delivery import exchange
from drtui.store.settlement import Settlement
from tests.support.deployments import racer_id
from tests.support.effort import times
from tests.sync.worlds import World

TARGETS: Final = 3
MODELS: Final = 3
FIRST_MINUTES: Final = 300
RACERS: Final = [racer_id(number) for number in range(TARGETS)]
SETTLED: Final = {ItemState.DONE, ItemState.ALREADY_SO, ItemState.CANCELLED, ItemState.FAILED}


@dataclass(frozen=True)
class Wanted:
    """New hours: so many, or so many more."""

    minutes: int
    more: bool

    @property
    def action(self) -> SetQuotas:
        return SetQuotas(QuotaChange(self.minutes, relative=self.more), None)

    def applied(self, minutes: int) -> int:
        return minutes + self.minutes if self.more else self.minutes


@dataclass
class Model:
    """The queue in its order: what each wants, and of whom.

    Attributes:
        targets: Those for whom it is on its way.
        already_so: Those who were so already, when each was looked at, with how much had come
            about for them until then.
        came_about: How many operations have come about for everybody.
        present: What everybody has now.
    """

    order: list[int] = field(default_factory=list)
    wanted: dict[int, Wanted] = field(default_factory=dict)
    targets: dict[int, set[int]] = field(default_factory=dict)
    already_so: dict[int, dict[int, int]] = field(default_factory=dict)
    came_about: list[int] = field(default_factory=lambda: [0] * TARGETS)
    present: list[int] = field(default_factory=lambda: [FIRST_MINUTES] * TARGETS)

    def account(self) -> list[int]:
        """What everybody has once all of it has arrived."""
        minutes = list(self.present)
        for number in self.order:
            for target in self.targets[number]:
                minutes[target] = self.wanted[number].applied(minutes[target])
        return minutes

    def settled(self, number: int, target: int, state: ItemState) -> None:
        """An operation was settled for somebody."""
        self.targets[number].remove(target)
        if state is ItemState.FAILED:
            return
        minutes = self.wanted[number].applied(self.present[target])
        assert (minutes == self.present[target]) is (state is ItemState.ALREADY_SO)
        self.present[target] = minutes
        self.came_about[target] += 1
        if state is ItemState.ALREADY_SO:
            self.already_so[number][target] = self.came_about[target]

    def edited(self, number: int, wanted: Wanted) -> None:
        """Who was so already counts again, unless something has come about for them since."""
        again = self.already_so[number]
        self.wanted[number] = wanted
        self.targets[number] |= {one for one in again if again[one] == self.came_about[one]}
        again.clear()


class Review:
    """A store that is offline on purpose, and the model of what is queued in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.model = Model()
        self._claims = 1_000_000
        offline.go_offline(world.workspace)

    def submit(self, wanted: Wanted, targets: set[int]) -> None:
        before = self.model.account()
        try:
            number = self.world.submit(wanted.action, *targets)
        except AssertionError:  # all of them have it already, and nothing is queued
            assert all(wanted.applied(before[one]) == before[one] for one in targets)
            return
        self.model.order.append(number)
        self.model.wanted[number] = wanted
        self.model.targets[number] = set(targets)
        self.model.already_so[number] = {}
        for item in self.world.items(number):
            if item.state not in OPEN:
                self.model.settled(number, RACERS.index(item.target), item.state)

    def move(self, which: int, before: int | None) -> None:
        order = self.model.order
        if not order:
            return
        number = order[which % len(order)]
        place = None if before is None else order[before % len(order)]
        done = self._done(lambda: queueing.move(self.world.workspace, number, place))
        if done and place != number:
            order.remove(number)
            order.insert(len(order) if place is None else order.index(place), number)

    def edit(self, which: int, wanted: Wanted) -> None:
        if not self.model.order:
            return
        number = self.model.order[which % len(self.model.order)]
        workspace, action = self.world.workspace, wanted.action

        def change() -> None:
            plan = queueing.plan_edit(workspace, number, action)
            queueing.edit(workspace, number, action, plan)

        if self._done(change):
            self.model.edited(number, wanted)
            kept = {one.target for one in self.world.items(number) if one.state in OPEN}
            assert kept == {RACERS[one] for one in self.model.targets[number]}

    def leave_out(self, which: int, target: int) -> None:
        if not self.model.order:
            return
        number = self.model.order[which % len(self.model.order)]
        if self._done(lambda: operations.cancel(self.world.workspace, number, [racer_id(target)])):
            self.model.targets[number].discard(target)

    def send(self, limit: int, fails: set[int], which: int, before: int | None) -> None:
        """Send some of it; while it is on its way the queue is given another order."""
        offline.go_online(self.world.workspace)
        claimed = self._exchange([], limit)
        offline.go_offline(self.world.workspace)
        self.move(which, before)
        settlements = [
            Settlement(item, ItemState.FAILED, "refused", claim=self._claims)
            if RACERS.index(item.target) in fails
            else Settlement(item, ItemState.DONE, claim=self._claims, confirmed=item.after)
            for item in claimed
        ]
        exchange(self.world.database, settlements, 0, 0)
        self._settled()
        for target, minutes in enumerate(self.model.present):
            self.world.deployment.somebody_sets(RACERS[target], Limits(minutes, MODELS))

    def _exchange(self, settlements: list[Settlement], limit: int) -> list[Item]:
        self._claims += 1
        claimed = exchange(self.world.database, settlements, limit, self._claims)
        self._settled()
        return claimed

    def _settled(self) -> None:
        """Tell the model what was settled, in order."""
        for number in self.model.order:
            for item in self.world.items(number):
                target = RACERS.index(item.target)
                if target in self.model.targets[number] and item.state not in OPEN:
                    self.model.settled(number, target, item.state)

    def _done(self, change: Callable[[], object]) -> bool:
        """Whether a change was taken; one that is refused changes nothing."""
        before = self._seen()
        try:
            change()
        except InvalidInputError:
            assert self._seen() == before
            return False
        return True

    def _seen(self) -> object:
        queue = [one.operation_id for one in queueing.queue(self.world.workspace)]
        items = [
            (item.target, item.before, item.after, item.state)
            for number in self.model.order
            for item in self.world.items(number)
        ]
        return queue, items

    def check_order(self) -> None:
        """The queue is the model's, but for those of which nobody is left."""
        queue = [one.operation_id for one in queueing.queue(self.world.workspace)]
        assert queue == [one for one in self.model.order if self.model.targets[one]]

    def deliver(self) -> None:
        offline.go_online(self.world.workspace)
        self.world.run()


wanted = st.builds(Wanted, st.sampled_from([240, 540, 600]), st.just(False)) | st.builds(
    Wanted, st.sampled_from([60, 120]), st.just(True)
)
a_place = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("submit"), wanted, st.sets(st.integers(0, TARGETS - 1), min_size=1)),
    st.tuples(st.just("move"), a_place, st.none() | a_place),
    st.tuples(st.just("edit"), a_place, wanted),
    st.tuples(st.just("leave_out"), a_place, st.integers(0, TARGETS - 1)),
    st.tuples(
        st.just("send"),
        st.integers(1, TARGETS),
        st.sets(st.integers(0, TARGETS - 1)),
        a_place,
        st.none() | a_place,
    ),
)


HOURS_9: Final = Wanted(540, more=False)
HOURS_10: Final = Wanted(600, more=False)
MOVED_WHILE_SENT: Final[list[tuple[object, ...]]] = [
    ("submit", HOURS_9, {2}),
    ("submit", HOURS_10, {0}),
    ("submit", Wanted(60, more=True), {0}),
    ("send", 3, {0}, 0, None),
]
"""The second fails; meanwhile the first was moved behind all, and the others have other places."""
EDITED_BEHIND_A_NEWER_ONE: Final[list[tuple[object, ...]]] = [
    ("submit", HOURS_9, {0}),
    ("send", 3, set[int](), 0, None),
    ("submit", HOURS_9, {0, 1}),
    ("submit", HOURS_10, {0}),
    ("move", 2, 1),
    ("send", 1, set[int](), 0, 0),
    ("edit", 2, Wanted(240, more=False)),
]
"""The first racer was so already, and has got something else since."""


@settings(
    max_examples=times(12),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(steps, min_size=3, max_size=12).map(
        lambda found: [("submit", Wanted(540, more=False), {0, 1}), *found]
    )
)
@example(MOVED_WHILE_SENT)
@example(EDITED_BEHIND_A_NEWER_ONE)
def test_what_arrives_is_what_the_order_implies(script: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "store.sqlite", TARGETS)
        try:
            review = Review(world)
            for name, *arguments in script:
                getattr(review, str(name))(*arguments)
                review.check_order()
            review.deliver()
            found = [world.deployment.limits(racer_id(one)) for one in range(TARGETS)]
            assert found == [Limits(minutes, MODELS) for minutes in review.model.account()]
            for number in review.model.order:
                assert set(world.states(number)) <= SETTLED
        finally:
            world.database.close()
