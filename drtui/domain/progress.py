"""How far an operation is, in words: its state, its rate, the time left, and the pace."""

from datetime import datetime
from typing import Final

from drtui.domain.operations import (
    ON_THE_WAY,
    Hold,
    ItemState,
    Operation,
    OperationState,
)

WINDOW_SECONDS: Final = 10.0
"""The rate is that of so many seconds past."""

_SHORTEST: Final = 1.0  # what came in within one group says nothing of the rate yet
_NO_PACE: Final = 100_000.0  # from here on nothing is held back
_UNITS: Final = (("h", 3_600), ("min", 60))


def rate_of(count: int, first: datetime, now: datetime) -> float:
    """Return how many items a second are settled.

    Args:
        count: How many were, within the window.
        first: When the first of them was.
        now: The end of the window.
    """
    return count / max(_SHORTEST, (now - first).total_seconds())


def seconds_left(operation: Operation, per_second: float) -> float | None:
    """Return how long an operation takes yet at a rate; None where nobody can say."""
    if operation.state is not OperationState.DELIVERING or per_second <= 0:
        return None
    return operation.count(*ON_THE_WAY) / per_second


def duration_text(seconds: float) -> str:
    """Return a duration, rounded up, in its largest unit: `7 s`, `3 min`, `2 h`."""
    whole = _up(seconds, 1)
    for unit, size in _UNITS:
        if whole >= size:
            return f"{_up(whole, size):,} {unit}"
    return f"{whole} s"


def _up(amount: float, size: int) -> int:
    return max(1, int(-(-amount // size)))


def rate_text(per_second: float) -> str:
    """Return a rate: `118/s`, `0.4/s`, and `0/s` only where there is none."""
    if per_second >= 10 or per_second == 0:
        return f"{per_second:,.0f}/s"
    return f"{max(per_second, 0.1):.1f}/s"


def hold_text(hold: Hold) -> str:
    """Return why something waits: `waiting: offline`."""
    return "waiting behind a conflict" if hold is Hold.CONFLICT else f"waiting: {hold.value}"


def state_text(operation: Operation) -> str:
    """Return where an operation stands: `delivering`, `waiting: offline`, `undone by 43`."""
    if operation.state is OperationState.WAITING:
        assert operation.hold is not None
        return hold_text(operation.hold)
    moving = operation.state is OperationState.DELIVERING
    if operation.undone_by is not None and not moving and not operation.count(ItemState.CONFLICT):
        return f"undone by {operation.undone_by}"
    return operation.state.value


def pace_text(pace: float | None, ceiling: float | None) -> str:
    """Return how fast changes may be sent at present; empty where nothing is known of it.

    Args:
        pace: Changes a second that the engine sends at the most at present.
        ceiling: The same while the deployment does not ask for less.
    """
    if pace is None or ceiling is None:
        return ""
    if round(min(pace, _NO_PACE)) < round(min(ceiling, _NO_PACE)):
        return f"slowed down to {rate_text(pace)} by the deployment"
    return "" if pace >= _NO_PACE else f"pace {rate_text(pace)}"
