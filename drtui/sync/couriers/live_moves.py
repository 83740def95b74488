"""Moving what waits in a live race: anew where somebody else moves it, and never for long."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drtui.domain.errands import Carried
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_order import Move, plan_moves, plan_placing
from drtui.domain.live_outcomes import LiveView, done_text, is_so, placing_of, why_refused
from drtui.domain.live_races import QueueItem
from drtui.domain.operations import ItemState
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_errands import MADE, LiveChange, LiveDeed
from drtui.domain.wording import counted
from drtui.store.database import Database

UNSURE: Final = (FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE)
REFUSED: Final = (FailureKind.CONFLICT, FailureKind.INVALID, FailureKind.NOT_FOUND)
_ROUNDS: Final = 16
_LEAST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 1.5
_SECONDS: Final = 15.0  # where it does not expire
_GRACE_SECONDS: Final = 5.0  # for what began in time
_TURN_SECONDS: Final = 4.0
_TURN_LEAST: Final = 2.0  # it has to be claimed again before it expires
_TURN_PAUSE: Final = 0.2
_LATE: Final = "a move was not answered in time: look at the queue again in half a minute"
_ANOTHER: Final = "somebody else moves the queue at the same time: look at it, and order it again"
_NO_TIME: Final = "it takes too long: look at the queue, and order it again"


@dataclass(slots=True)
class _Doing:
    """A change that is brought about.

    Attributes:
        turn_at: From when on others of the race go first, by the store's clock, as all times here.
        turn_until: From when on they do not any more: it would expire meanwhile.
        ends_at: When nothing more is sent.
        made: The moves so far.
        why: Why it was not done yet.
        met: Whether the last round met trouble, or somebody else.
        sent: Whether the last round sent all that it had planned.
    """

    change: LiveChange
    turn_at: float
    turn_until: float
    ends_at: float
    made: int
    why: str = _ANOTHER
    met: bool = False
    sent: bool = False


class LiveMoves:
    """Carries orders and moves out; see `LiveCourier`, whose arguments are the same.

    Args:
        races: The deployment's calls.
        database: Whose clock says how long it goes on.
        view: Reads how a race stands, and lets the store know.
        pause: Waits so many seconds.
        jitter: Keeps two marshals from ordering in step.
    """

    def __init__(
        self,
        races: DeploymentRaces,
        database: Database,
        view: Callable[[str], LiveView],
        *,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._races = races
        self._database = database
        self._view = view
        self._pause = pause
        self._jitter = jitter

    def carry_out(self, change: LiveChange, expires_at: datetime | None) -> Carried:
        """Bring an order or a move about, anew whenever the queue is not as it was planned on.

        Raises:
            DeploymentError: Nothing was sent, and nothing will be.
        """
        now = self._database.clock()
        until = now + _SECONDS if expires_at is None else expires_at.timestamp()
        doing = _Doing(
            change, now + _TURN_SECONDS, until - _TURN_LEAST, until + _GRACE_SECONDS, change.made
        )
        for _ in range(_ROUNDS):
            if doing.met:
                self._pause(_LEAST_PAUSE + (_LONGEST_PAUSE - _LEAST_PAUSE) * self._jitter())
            if carried := self._round(doing):
                return carried
        return self._not_all(doing)

    def _round(self, doing: _Doing) -> Carried | None:
        """Plan it on the queue as it is, and send that; None where it has to be planned anew."""
        change, sent, doing.met = doing.change, doing.sent, True
        try:
            moves = _planned(change, self._races.live_queue(change.race_id))
        except DeploymentError as error:
            if error.kind is not FailureKind.UNAVAILABLE:
                return _cut_short(doing, error)
            doing.why = error.message
            return self._in_time(doing)
        if not moves:
            return self._in_place(doing)
        if sent:  # all of it, and yet it is not so: somebody else moves it, too
            doing.sent, doing.why = False, _ANOTHER
            return None
        return self._all_sent(doing, moves)

    def _all_sent(self, doing: _Doing, moves: Sequence[Move]) -> Carried | None:
        doing.met = False
        for move in moves:
            if doing.met:
                return None
            if carried := self._in_time(doing) or self._sent(doing, move):
                return carried
        doing.sent = not doing.met
        return None

    def _sent(self, doing: _Doing, move: Move) -> Carried | None:
        """Send one move; None where it is gone on, or planned anew where it met somebody else."""
        try:
            self._races.reorder(doing.change.race_id, move.submission_id, move.after)
        except DeploymentError as error:
            if error.kind in UNSURE:
                return self._unanswered(doing, error)
            if error.kind not in (FailureKind.CONFLICT, FailureKind.NOT_FOUND):
                return _cut_short(doing, error)
            doing.why, doing.met = _ANOTHER, True
            return None
        doing.made += 1
        return None

    def _in_time(self, doing: _Doing) -> Carried | None:
        """Return None where the next move may be sent; else what becomes of it all."""
        now = self._database.clock()
        if now >= doing.ends_at:
            doing.why = _NO_TIME
            return self._not_all(doing)
        if not doing.turn_at <= now < doing.turn_until:
            return None
        # Others of the race go first, and it is gone on with right after.
        why = f"what is left after {counted(doing.made, 'move')}"
        return Carried(ItemState.PENDING, why, {MADE: doing.made}, delay=_TURN_PAUSE, counted=False)

    def _not_all(self, doing: _Doing) -> Carried:
        with suppress(DeploymentError):
            self._view(doing.change.race_id)
        return Carried(ItemState.FAILED, f"{_so_far(doing)}: {doing.why}")

    def _unanswered(self, doing: _Doing, error: DeploymentError) -> Carried:
        """Return what became of a move that was not answered; it may come late: none follows it."""
        try:
            view = self._view(doing.change.race_id)
        except DeploymentError:
            return Carried(ItemState.FAILED, f"{_so_far(doing)}: {error.message}", unknown=True)
        if is_so(doing.change, view):
            told = done_text(doing.change, view) or counted(doing.made + 1, "move")
            return Carried(ItemState.DONE, told)
        return Carried(ItemState.FAILED, f"{_so_far(doing)}: {_LATE}", unknown=True)

    def _in_place(self, doing: _Doing) -> Carried:
        """Return what became of it when there is nothing left to move."""
        change = doing.change
        try:
            view = self._view(change.race_id)
        except DeploymentError:
            return Carried(ItemState.DONE if doing.made else ItemState.ALREADY_SO)
        if change.deed is LiveDeed.MOVE and (
            why := why_refused(change, view, datetime.fromtimestamp(self._database.clock(), UTC))
        ):
            return Carried(ItemState.FAILED, why)
        if not doing.made:
            return Carried(ItemState.ALREADY_SO)
        return Carried(ItemState.DONE, done_text(change, view) or counted(doing.made, "move"))


def _planned(change: LiveChange, queue: Sequence[QueueItem]) -> list[Move]:
    if change.deed is LiveDeed.ORDER:
        return plan_moves(queue, change.order)
    return plan_placing(queue, placing_of(change))


def _cut_short(doing: _Doing, error: DeploymentError) -> Carried:
    if not doing.made:
        raise error
    return Carried(ItemState.FAILED, f"{_so_far(doing)}: {error.message}")


def _so_far(doing: _Doing) -> str:
    return f"{counted(doing.made, 'move')} made" if doing.made else "nothing was moved"
