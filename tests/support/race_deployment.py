"""Races of a deployment in memory that can be changed, for tests of what changes them.

calls = RaceDeployment(live_race(1))
calls.queue(1, queue_item(1, "a0"))
calls.failing["launch"] = [DeploymentError(...)]      # raised by the next calls of that name
calls.lost["create"] = [DeploymentError(...)]       # the same, after it took effect
calls.before["reorder"] = lambda: ...               # somebody else is quicker, once
calls.writes                                        # every change that was asked for, in order
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_order import in_order, pending_ids
from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.races import Definition, ListedRace, LiveStatus
from tests.support.race_calls import FakeRaceCalls
from tests.support.races import live_state, race_id


def refused(kind: FailureKind = FailureKind.CONFLICT, said: str = "No.") -> DeploymentError:
    """What the deployment answers where it refuses something."""
    status = {FailureKind.CONFLICT: 409, FailureKind.NOT_FOUND: 404, FailureKind.UNAVAILABLE: 500}
    return DeploymentError(kind, said, status=status.get(kind, 400))


def unanswered() -> DeploymentError:
    """A call whose answer was lost."""
    return DeploymentError(FailureKind.OUTCOME_UNKNOWN, "It did not answer in time.", status=504)


class RaceDeployment(FakeRaceCalls):
    """See the module."""

    def __init__(self, *races: ListedRace) -> None:
        super().__init__(*races)
        self.writes: list[tuple[str, Any]] = []
        self.failing: dict[str, list[DeploymentError]] = {}
        self.lost: dict[str, list[DeploymentError]] = {}
        self.before: dict[str, Callable[[], None]] = {}
        self.drops: frozenset[str] = frozenset()
        """The fields that an edit leaves as they were."""

    def queue(self, number: int, *items: QueueItem, **state: Any) -> None:
        """Let a live race have a queue, and stand in some way."""
        self.queues[race_id(number)] = items
        self.states[race_id(number)] = live_state(number, **state)

    def waiting(self, number: int) -> list[str]:
        return pending_ids(self.queues[race_id(number)])

    def create(self, definition: Definition) -> str:
        def act() -> str:
            made = race_id(900 + len(self.listed))
            self.listed.append(ListedRace(made, definition, 0))
            return made

        return str(self._write("create", definition.name, act))

    def edit(self, race_id: str, definition: Definition) -> ListedRace:
        def act() -> ListedRace:
            old = self._race(race_id)
            kept = {field: getattr(old.definition, field) for field in self.drops}
            return self._put(replace(old, definition=replace(definition, **kept)))

        found = self._write("edit", race_id, act)
        assert isinstance(found, ListedRace)
        return found

    def switch(
        self,
        race_id: str,
        *,
        auto_launch: bool | None = None,
        submissions_open: bool | None = None,
        live_at: datetime | None = None,
    ) -> None:
        def act() -> None:
            told = {"auto_launch": auto_launch, "submissions_open": submissions_open}
            given: dict[str, Any] = {name: one for name, one in told.items() if one is not None}
            if race_id in self.states:
                self.states[race_id] = replace(self.states[race_id], **given)
            old = self._race(race_id)
            at = live_at or old.definition.live_at
            self._put(replace(old, definition=replace(old.definition, live_at=at), **given))

        self._write("switch", race_id, act)

    def delete(self, race_id: str) -> None:
        def act() -> None:
            self.listed.remove(self._race(race_id))

        self._write("delete", race_id, act)

    def reorder(self, race_id: str, submission_id: str, after: str | None = None) -> QueueItem:
        def act() -> QueueItem:
            item = self._item(race_id, submission_id, QueueStatus.PENDING)
            order = [one for one in in_order(self.queues[race_id]) if one is not item]
            ids = [one.submission_id for one in order]
            if after is not None and after not in ids:
                raise refused(FailureKind.NOT_FOUND, "Item not found.")
            order.insert(ids.index(after) + 1 if after else 0, item)
            self.queues[race_id] = tuple(
                replace(one, position=f"a{number:03}") for number, one in enumerate(order)
            )
            return item

        found = self._write("reorder", (submission_id, after), act)
        assert isinstance(found, QueueItem)
        return found

    def remove(self, race_id: str, submission_id: str) -> None:
        def act() -> None:
            item = self._item(race_id, submission_id, QueueStatus.PENDING, QueueStatus.FAILED)
            self.queues[race_id] = tuple(one for one in self.queues[race_id] if one is not item)

        self._write("remove", submission_id, act)

    def reset_model(self, race_id: str, submission_id: str, reason: str = "") -> None:
        def act() -> None:
            running = (QueueStatus.FAILED, QueueStatus.IN_PROGRESS)
            try:
                item = self._item(race_id, submission_id, *running)
            except DeploymentError as error:
                if error.kind is FailureKind.CONFLICT:
                    raise refused(FailureKind.UNAVAILABLE, "The deployment failed.") from error
                raise
            self.status(race_id, submission_id, QueueStatus.PENDING, resets=item.resets + 1)

        self._write("reset", (submission_id, reason), act)

    def reset_all(self, race_id: str) -> None:
        def act() -> None:
            for one in self.queues[race_id]:
                self.status(race_id, one.submission_id, QueueStatus.PENDING, resets=0)
            self.states[race_id] = replace(self.states[race_id], rankings=(), winner="")

        self._write("reset all", race_id, act)

    def launch(self, race_id: str) -> None:
        def act() -> None:
            if any(one.status == QueueStatus.IN_PROGRESS for one in self.queues[race_id]):
                raise refused(said="An evaluation is already in progress.")
            waiting = pending_ids(self.queues[race_id])
            if not waiting or self.states[race_id].submissions_open:
                raise refused(FailureKind.INVALID, "Cannot launch.")
            self.status(race_id, waiting[0], QueueStatus.IN_PROGRESS)

        self._write("launch", race_id, act)

    def declare_winner(self, race_id: str) -> None:
        def act() -> None:
            state = self.states[race_id]
            if any(one.status == QueueStatus.IN_PROGRESS for one in self.queues[race_id]):
                raise refused(said="An evaluation is in progress.")
            if not state.rankings:
                raise refused(FailureKind.INVALID, "There are no rankings.")
            winner = state.rankings[0].alias
            done = replace(state, winner=winner, live_status=LiveStatus.COMPLETED)
            self.states[race_id] = done

        self._write("declare", race_id, act)

    def status(self, race_id: str, submission_id: str, status: str, **changes: Any) -> None:
        """Let a submission stand somewhere else."""
        self.queues[race_id] = tuple(
            replace(one, status=status, **changes) if one.submission_id == submission_id else one
            for one in self.queues[race_id]
        )

    def _write(self, name: str, what: object, act: Callable[[], object]) -> object:
        self.writes.append((name, what))
        if (somebody := self.before.pop(name, None)) is not None:
            somebody()
        if self.failing.get(name):
            raise self.failing[name].pop(0)
        found = act()
        if self.lost.get(name):
            raise self.lost[name].pop(0)
        return found

    def _race(self, race_id: str) -> ListedRace:
        for one in self.listed:
            if one.race_id == race_id:
                return one
        raise refused(FailureKind.NOT_FOUND, "Item not found.")

    def _put(self, race: ListedRace) -> ListedRace:
        self.listed = [race if one.race_id == race.race_id else one for one in self.listed]
        return race

    def _item(self, race_id: str, submission_id: str, *statuses: QueueStatus) -> QueueItem:
        for one in self.queues[race_id]:
            if one.submission_id == submission_id:
                if one.status not in statuses:
                    raise refused()
                return one
        raise refused(FailureKind.NOT_FOUND, "Item not found.")

    def live_state(self, race_id: str) -> LiveState:
        self._race(race_id)
        return super().live_state(race_id)

    def live_queue(self, race_id: str) -> tuple[QueueItem, ...]:
        self._race(race_id)
        return super().live_queue(race_id)
