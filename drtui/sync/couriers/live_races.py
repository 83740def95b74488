"""What a marshal does in a live race: sent once, at once, and explained where it is refused."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final

from drtui.domain.errands import Carried, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_outcomes import (
    LiveView,
    done_text,
    is_so,
    not_so,
    outdated,
    waits_still,
    why_refused,
)
from drtui.domain.live_races import QueueItem
from drtui.domain.operations import Item, ItemState, text_in
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_errands import DEED, LiveChange, LiveDeed, live_change
from drtui.store.database import Database
from drtui.store.errands import cancel_asked
from drtui.store.live_races import read_live, write_live
from drtui.store.races import forget_race, read_race
from drtui.sync.couriers.live_moves import REFUSED, UNSURE, LiveMoves
from drtui.sync.couriers.one_by_one import concerns_all, one_by_one

_TOGETHER: Final = 200
_TERMS: Final = Terms(batch=_TOGETHER)
_SECONDS: Final = 15.0  # from one of several to the next, all of which began in time
_LONGEST_BATCH: Final = 60.0
_GONE: Final = "the race is not there any more"
_INTERRUPTED: Final = "it was interrupted"
_LOOK: Final = "look before you do it again"
_WAITS: Final = "it waits already"
_SEVERAL: Final = (LiveDeed.REMOVE, LiveDeed.RESET)
_MOVING: Final = (LiveDeed.MOVE, LiveDeed.ORDER)
_SEEN_BEFORE: Final = (LiveDeed.RESET, LiveDeed.RESET_ALL, LiveDeed.DECLARE_WINNER)


@dataclass(slots=True)
class _Batch:
    """Errands that are carried out one right after the other, and looked at once.

    Attributes:
        last: The id of the last of them.
        before: The race as it was read before the first was sent; None where it was not.
    """

    last: int
    before: LiveView | None = None


class LiveCourier:
    """Carries `Service.LIVE` out, one thing at a time.

    What was sent is never sent again by itself: where no answer came, or an error that may hide a
    conflict, queue and state are read and tell what came of it. Where somebody else moves the queue
    meanwhile, an order and a move are planned anew on the queue as it is then, so that those moves
    are moved around; neither goes on for longer than seconds. What is to be reset or declared is
    compared with what was seen when it was asked for. Several that are removed or reset by one
    operation began with the first of them: they do not expire while they go on.

    Args:
        races: The deployment's calls.
        database: The store, which learns how the race stands after each.
        pause: Waits so many seconds.
        jitter: Keeps two marshals from ordering in step.
    """

    def __init__(
        self,
        races: DeploymentRaces,
        database: Database,
        *,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._races = races
        self._database = database
        self._moves = LiveMoves(races, database, self._view, pause=pause, jitter=jitter)

    def terms(self) -> Terms:
        """See `Courier`; what may have been done is only looked at."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        together = self._together(items)
        batch, began = _Batch(together[-1].item_id), self._database.clock()
        done_at = began

        def carry_out(item: Item) -> Carried:
            nonlocal done_at
            carried = self._do(item, batch)
            done_at = self._database.clock()
            return carried

        def in_time() -> Iterator[Item]:
            for item in together:
                now = self._database.clock()
                late = not (began <= now < min(done_at + _SECONDS, began + _LONGEST_BATCH))
                if item is not together[0] and (late or self._cancelled(item)):
                    return
                yield item

        return one_by_one(in_time(), _TERMS, carry_out)

    @staticmethod
    def _together(items: Sequence[Item]) -> Sequence[Item]:
        """Return the first of some errands, with what the same operation does to others."""
        first = items[0]
        if first.unknown_at is not None or text_in(first.after, DEED) not in _SEVERAL:
            return items[:1]
        return list(
            takewhile(
                lambda one: one.operation_id == first.operation_id and one.unknown_at is None,
                items,
            )
        )

    def _cancelled(self, item: Item) -> bool:
        with self._database.read() as connection:
            return cancel_asked(connection, item.item_id)

    def _do(self, item: Item, batch: _Batch) -> Carried:
        try:
            change = live_change(item)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        if item.unknown_at is not None:
            return self._looked_back(change, _INTERRUPTED)
        if change.deed in _MOVING:
            return self._moved(change, item)
        if carried := self._outdated(change, batch):
            return carried
        return self._done(change, looked_at=item.item_id == batch.last)

    def _done(self, change: LiveChange, *, looked_at: bool) -> Carried:
        try:
            self._send(change)
        except DeploymentError as error:
            if concerns_all(error):
                raise
            return self._explained(change, error)
        if not looked_at:
            return Carried(ItemState.DONE)
        try:
            view = self._view(change.race_id)
        except DeploymentError:
            return Carried(ItemState.DONE)  # the answer said so; how it stands is read again soon
        return Carried(ItemState.DONE, done_text(change, view))

    def _outdated(self, change: LiveChange, batch: _Batch) -> Carried | None:
        """Return why something is not sent: the race is not as it was when it was asked for.

        Raises:
            DeploymentError: How it is cannot be read, and nothing was sent.
        """
        if change.deed not in _SEEN_BEFORE:
            return None
        if batch.before is None:
            try:
                batch.before = self._view(change.race_id)
            except DeploymentError as error:
                if error.kind is not FailureKind.NOT_FOUND:
                    raise
                return Carried(ItemState.FAILED, self._lost(change))
        why = outdated(change, batch.before)
        return Carried(ItemState.FAILED, why) if why else None

    def _send(self, change: LiveChange) -> None:
        calls, race_id, submission_id = self._races, change.race_id, change.submission_id
        match change.deed:
            case LiveDeed.LAUNCH:
                calls.launch(race_id)
            case LiveDeed.RESET:
                calls.reset_model(race_id, submission_id, change.reason)
            case LiveDeed.RESET_ALL:
                calls.reset_all(race_id)
            case LiveDeed.REMOVE:
                calls.remove(race_id, submission_id)
            case LiveDeed.SWITCH:
                to = change.switches
                calls.switch(
                    race_id, auto_launch=to.auto_launch, submissions_open=to.submissions_open
                )
            case LiveDeed.DECLARE_WINNER:
                calls.declare_winner(race_id)

    def _explained(self, change: LiveChange, error: DeploymentError) -> Carried:
        """Return what became of a call that was not answered with success."""
        if error.kind not in REFUSED:
            unsure = error.kind in UNSURE
            # DeepRacer API facts, "Errors": a conflict on `resetModel` is answered with a 500.
            conflict = change.deed is LiveDeed.RESET and error.kind is FailureKind.UNAVAILABLE
            return self._looked_back(change, error.message, unknown=unsure, conflict=conflict)
        try:
            view = self._view(change.race_id)
        except DeploymentError as second:
            gone = second.kind is FailureKind.NOT_FOUND
            return Carried(ItemState.FAILED, self._lost(change) if gone else error.message)
        # That something runs is why a launch is refused, and not what it came to.
        if change.deed is not LiveDeed.LAUNCH and is_so(change, view):
            return Carried(ItemState.ALREADY_SO)
        return Carried(ItemState.FAILED, why_refused(change, view, self._now()) or error.message)

    def _looked_back(
        self, change: LiveChange, why: str, *, unknown: bool = True, conflict: bool = False
    ) -> Carried:
        """Return what became of a call whose answer tells nothing, as the race stands now.

        Args:
            change: What was asked for.
            why: Why its outcome is not known.
            unknown: Whether it may still come about.
            conflict: Whether it did not, where the race as it stands explains that it was refused.
        """
        before = self._as_known(change)
        try:
            view = self._view(change.race_id)
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return Carried(ItemState.FAILED, self._lost(change))
            return Carried(ItemState.FAILED, f"it may have been done: {why}", unknown=True)
        if change.deed is LiveDeed.RESET and waits_still(change, view, before):
            return Carried(ItemState.ALREADY_SO, _WAITS)
        if is_so(change, view, before):
            return Carried(ItemState.DONE, done_text(change, view))
        if reason := why_refused(change, view, self._now()):
            return Carried(ItemState.FAILED, reason, unknown=unknown and not conflict)
        told = f"{not_so(change, view)}: {_LOOK} ({why.rstrip('.')})"
        return Carried(ItemState.FAILED, told, unknown=unknown)

    def _as_known(self, change: LiveChange) -> QueueItem | None:
        """Return a submission as it was last read; None where it is about none, or not known."""
        with self._database.read() as connection:
            queue = read_live(connection, change.race_id).queue
        return next((one for one in queue if one.submission_id == change.submission_id), None)

    def _moved(self, change: LiveChange, item: Item) -> Carried:
        """Move what waits.

        Raises:
            DeploymentError: Nothing was sent, and nothing will be.
        """
        try:
            return self._moves.carry_out(change, item.expires_at)
        except DeploymentError as error:
            if concerns_all(error) or error.kind not in REFUSED:
                raise
            return self._explained(change, error)

    def _view(self, race_id: str) -> LiveView:
        """Read how a race stands, and let the store know.

        Raises:
            DeploymentError: It cannot be read.
        """
        began = self._database.clock()
        state = self._races.live_state(race_id)
        queue = self._races.live_queue(race_id)
        with suppress(StoreProblemError):
            write_live(self._database, race_id, state, queue, began)
        with self._database.read() as connection:
            stored = read_race(connection, race_id)
        return LiveView(state, queue, None if stored is None else stored.race.definition)

    def _lost(self, change: LiveChange) -> str:
        forget_race(self._database, change.race_id)
        return _GONE

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._database.clock(), UTC)
