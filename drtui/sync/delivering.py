"""Delivering: claiming what is due, handing it to the workers, writing what became of it."""

import random
import time
from collections.abc import Callable
from typing import Final

from drtui.domain.admin_calls import bulk_share
from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError
from drtui.domain.operations import LONGEST_DELAY_SECONDS, Item
from drtui.store.database import Database
from drtui.store.delivery import exchange, renew_doubt
from drtui.store.due import next_due, sweep_wanted_from
from drtui.store.settlement import Settlement
from drtui.sync.calls import ModelsLeft, listings_of
from drtui.sync.events import CallEnded, Events
from drtui.sync.outcomes import delivered, failed, models_left, waiting
from drtui.sync.pace_note import PaceNote
from drtui.sync.pacing import AdminBudget, Ceiling, Pacer
from drtui.sync.workers import Workers

_GROUP: Final = 8.0
_GROUP_SECONDS: Final = 0.1
_LEAST_SECONDS: Final = 0.02
_NEVER: Final = float("inf")


class Deliverer:
    """The operation log's reader and writer; used by the engine's loop alone.

    Args:
        database: The open store.
        deployment: Where changes go.
        events: Where workers report.
        concurrency: Calls at once.
        changes_per_second: The pace, and the most calls that begin in any one second.
        admin_budget: Of the calls that a firewall counts; deletions verify by one each. The
            store's own by default.
        clock: Seconds that never go backwards, for pace and groups.
    """

    def __init__(
        self,
        database: Database,
        deployment: Deployment,
        events: Events,
        *,
        concurrency: int,
        changes_per_second: float,
        admin_budget: AdminBudget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pacer = Pacer(changes_per_second, clock)
        self._pace_note = PaceNote(database, self._pacer, clock)
        self._admin_budget = admin_budget or AdminBudget(database)
        self._listings_at = float("-inf")  # wall clock; the turn of the last one that waits
        ceiling = Ceiling(changes_per_second)
        self._workers = Workers(deployment, concurrency, events, begin=ceiling.wait)
        self._settlements: list[Settlement] = []
        self._claim = 0
        self._exchanged_at = float("-inf")
        self._look = True
        self._could_call = False
        self._due_at = float("-inf")  # wall clock; when the log is to be looked at next
        self._sweep_wanted: float | None = None

    @property
    def under_way(self) -> int:
        """How many items have been claimed and not come back."""
        return self._workers.under_way

    @property
    def restless(self) -> bool:
        """Whether there is something to do as soon as the pace allows."""
        return bool(self._settlements) or self._look

    @property
    def more_to_come(self) -> bool:
        """Whether something is under way, or due now or later without a sweep."""
        return self.restless or bool(self.under_way) or self._due_at != _NEVER

    @property
    def sweep_wanted(self) -> float | None:
        """The moment (wall clock) from which a sweep would let something go on, None if none."""
        return self._sweep_wanted

    def oldest_call(self) -> float | None:
        """When the oldest call in flight was made (monotonic), None when there is none."""
        return self._workers.oldest_call()

    def look(self) -> None:
        """Look at the operation log in the next turn."""
        self._look = True

    def seconds_until_due(self) -> float:
        """How long until the log has to be looked at, below 0 when that has passed."""
        return self._due_at - self._database.clock()

    def seconds_until_group(self) -> float:
        """How long until results are written again, below 0 when that has passed.

        In groups: a transaction per call would cost more than the calls.
        """
        group = min(_GROUP_SECONDS, max(_LEAST_SECONDS, _GROUP / self._pacer.rate))
        return self._exchanged_at + group - self._clock()

    def throttled(self) -> None:
        """Slow down, since the deployment asked for it."""
        self._pacer.throttled()

    def deliver(self, *, calls: bool) -> None:
        """Write results and start what is due.

        Args:
            calls: Whether calls can be made; otherwise only what needs none is settled.
        """
        if calls and not self._could_call:
            self.look()  # whoever let it, as an admin at another console may have
        self._could_call = calls
        if self.seconds_until_group() > 0:
            return
        self._exchanged_at = self._clock()
        due = self._look or self._due_at <= self._database.clock()
        room = self._workers.room if due else 0
        if calls and room:
            room = self._pacer.take(room)
        if not room and not self._settlements:
            return
        self._claim += 1
        settlements, self._settlements = self._settlements, []
        items = exchange(self._database, settlements, room, self._claim, calls=calls)
        started = self._within_budget(items)
        self._workers.start(started, self._claim)
        if started:
            self._pace_note.renew()
        if calls:
            self._pacer.give_back(room - len(started))
        if room and len(items) < room:
            self._plan_ahead(calls=calls)
        # What was put off just now is due again later, and only written in the next turn.
        self._look = self._look or bool(self._settlements)

    def ended(self, event: CallEnded) -> bool:
        """Take a call's result; False when the call had been given up."""
        if not self._workers.ended(event):
            return False
        item, claim, result = event.item, event.claim, event.result
        now = self._database.clock()
        if isinstance(result, DeploymentError):
            settlement = failed(item, claim, result, now, random.random)
        elif isinstance(result, ModelsLeft):
            settlement = models_left(item, claim, result, now)
        else:
            settlement = delivered(item, claim, result)
        self._settlements.append(settlement)
        self._look = True
        return True

    def hold_back(self) -> None:
        """Take back what was claimed and is not being sent yet."""
        self._settlements += self._workers.hold_back()

    def give_up(self, reason: str) -> None:
        """Take back what is not being sent yet, and stop waiting for the rest."""
        self._settlements += self._workers.give_up(reason)

    def renew_doubt(self) -> None:
        """Before a sweep: a call that was given up and still runs can be applied later yet."""
        renew_doubt(self._database, self._workers.abandoned())

    def finish(self) -> None:
        """Give everything up and write it."""
        self.give_up("interrupted while it was being sent")
        settlements, self._settlements = self._settlements, []
        exchange(self._database, settlements, 0, 0)

    def _within_budget(self, items: list[Item]) -> list[Item]:
        """Leave out the items that have to wait for the budget; each is told when to come back."""
        started: list[Item] = []
        for item in items:
            # Where a setting allows for fewer than one deletion takes, it must not wait for ever.
            listings = min(listings_of(item), bulk_share(self._admin_budget.calls))
            if not listings or self._admin_budget.take(listings, bulk=True):
                started.append(item)
                continue
            # One after the other, so that they do not all come back for the next token.
            now = self._database.clock()
            first = now + self._admin_budget.seconds_until(listings, bulk=True)
            turn = max(first, self._listings_at + self._admin_budget.interval)
            self._listings_at = min(turn, now + LONGEST_DELAY_SECONDS)
            self._settlements.append(waiting(item, self._claim, self._listings_at))
        return started

    def _plan_ahead(self, *, calls: bool) -> None:
        """Nothing more is due: find out when something will be, and what waits for a sweep."""
        self._look = False
        with self._database.read() as connection:
            due = next_due(connection) if calls else None
            wanted = sweep_wanted_from(connection)
        # Where no calls can be made, it is looked at again once they can.
        self._due_at = _NEVER if due is None else due.timestamp()
        self._sweep_wanted = None if wanted is None else wanted.timestamp()
