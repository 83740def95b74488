"""How far an operation is, in words: its state, its rate, the time left, and the pace."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from drtui.domain.admin_calls import AdminCalls
from drtui.domain.durations import rounded_up, rounded_up_text
from drtui.domain.operations import (
    ON_THE_WAY,
    Hold,
    ItemState,
    Operation,
    OperationState,
    Undoing,
)

WINDOW_SECONDS: Final = 10.0
"""The rate is that of so many seconds past."""

_SHORTEST: Final = 1.0  # what came in within one group says nothing of the rate yet
_NO_PACE: Final = 100_000.0  # from here on nothing is held back
_POOL_QUOTA: Final = 120.0  # a second, unless the sponsor had it raised (DeepRacer API facts)
_NAMED: Final = (  # beside what is done, where there is any
    *(ItemState.FAILED, ItemState.CONFLICT, ItemState.DOUBTFUL, ItemState.CANCELLED),
    ItemState.ALREADY_SO,
)
_ENDED: Final = (OperationState.DONE.value, OperationState.NEEDS_A_HAND.value)
_STEP: Final = 10  # seconds; a line that counted every one of them would be written all the time


def rate_of(count: int, first: datetime, now: datetime) -> float:
    """Return how many items a second are settled.

    Args:
        count: How many were, within the window.
        first: When the first of them was.
        now: The end of the window.
    """
    return count / max(_SHORTEST, (now - first).total_seconds())


def to_deliver(operation: Operation) -> int:
    """Return how many changes an operation has to deliver: what was so already is none."""
    return operation.total - operation.count(ItemState.ALREADY_SO)


def progress_text(operation: Operation) -> str:
    """Return how far an operation is: `298 of 300 done · 2 failed · 5 already so`."""
    done = f"{operation.count(ItemState.DONE):,} of {to_deliver(operation):,} done"
    named = [
        f"{count:,} {state.value.replace('_', ' ')}"
        for state in _NAMED
        if (count := operation.count(state))
    ]
    return " · ".join([done, *named])


def seconds_left(
    operation: Operation, per_second: float, pace: float | None = None
) -> float | None:
    """Return how long an operation takes yet; None where nobody can say.

    Args:
        operation: The operation.
        per_second: How many of its items a second are settled.
        pace: Changes a second that the engine sends at the most at present; None is unknown. A
            rate of the past that is above it does not last.
    """
    rate = per_second if pace is None else min(per_second, pace)
    if operation.state is not OperationState.DELIVERING or rate <= 0:
        return None
    return operation.count(*ON_THE_WAY) / rate


def paced_seconds_left(left: float | None, first: float, last: float) -> float | None:
    """Return how long an operation takes yet whose targets have to wait for their turns.

    Args:
        left: How long it takes at the present rate; None where nobody can say.
        first: In how many seconds the next of them may begin; 0 is now.
        last: The same of the last.
    """
    if first > 0 or left is None:  # what was settled in a burst says nothing of the rate
        return last or None
    return max(left, last)


def rate_text(per_second: float) -> str:
    """Return a rate: `118/s`, `0.4/s`, and `0/s` only where there is none."""
    if per_second >= 10 or per_second == 0:
        return f"{per_second:,.0f}/s"
    return f"{max(per_second, 0.1):.1f}/s"


def hold_text(hold: Hold) -> str:
    """Return why something waits: `waiting: offline`."""
    if hold is Hold.LATE:
        return "late: waiting for your word"
    return "waiting behind a conflict" if hold is Hold.CONFLICT else f"waiting: {hold.value}"


def late_text(numbers: Sequence[int]) -> str:
    """Return which operations are late: `operation 7 is late, and waits for your word`."""
    which = ", ".join(f"{number}" for number in numbers)
    if len(numbers) == 1:
        return f"operation {which} is late, and waits for your word"
    return f"operations {which} are late, and wait for your word"


def state_text(operation: Operation) -> str:
    """Return where an operation stands: `delivering`, `waiting: offline`, `undone by 43`."""
    return state_texts(operation)[0]


def state_texts(operation: Operation) -> tuple[str, ...]:
    """Return the same in fewer and fewer words, the longest first."""
    if operation.state is OperationState.WAITING:
        assert operation.hold is not None
        return (hold_text(operation.hold),)
    moving = operation.state is OperationState.DELIVERING
    undoing = operation.undoing
    if undoing is not None and not moving and not operation.count(ItemState.CONFLICT):
        return _undoing_texts(undoing)
    return (operation.state.value,)


def outcome_text(operation: Operation) -> str:
    """Return where it stands; of what has ended how much was cancelled: `done · 32 cancelled`."""
    return outcome_texts(operation)[0]


def outcome_texts(operation: Operation) -> tuple[str, ...]:
    """Return the same in fewer and fewer words, the longest first."""
    texts, cancelled = state_texts(operation), f"{operation.count(ItemState.CANCELLED):,} cancelled"
    if not operation.count(ItemState.CANCELLED) or texts[0] not in _ENDED:
        return texts
    both = f"{texts[0]} · {cancelled}"
    return (both, cancelled, "part done") if texts[0] == _ENDED[0] else (both, *texts)


def _undoing_texts(undoing: Undoing) -> tuple[str, ...]:
    if not undoing.settled:
        return f"being undone by {undoing.by}", f"undoing ({undoing.by})"
    if undoing.whole:
        return (f"undone by {undoing.by}",)
    part = f"undone in part by {undoing.by}"
    return f"{part} ({undoing.targets:,} of {undoing.total:,})", part, "partly undone"


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


def pacer_text(pace: float | None, ceiling: float | None, calls: AdminCalls, now: datetime) -> str:
    """Return what the pacer lets through: such as `/admin/ calls 78 of 90 per 5 min free`.

    Empty where nothing was sent yet.

    Args:
        pace: Changes a second that the engine sends at the most at present.
        ceiling: The same while the deployment does not ask for less.
        calls: The calls that a firewall counts.
        now: By the store's clock.
    """
    parts = []
    if pace is not None and ceiling is not None:
        parts.append(_changes_text(pace, ceiling))
    free = calls.free(now)
    if calls.used(now):
        parts.append(f"/admin/ calls {free} of {calls.allowed} per 5 min free")
    if not free and (slot := calls.next_slot(now)):
        left = (slot - now).total_seconds()
        parts.append(f"next slot in {rounded_up_text(_STEP * rounded_up(left, _STEP))}")
    return " · ".join(parts)


def _changes_text(pace: float, ceiling: float) -> str:
    if ceiling >= _NO_PACE and pace >= _NO_PACE:
        return "changes as fast as they go"
    most = f"{ceiling:,.0f}" if ceiling >= 10 else f"{ceiling:.1f}"
    text = f"changes {rate_text(pace).removesuffix('/s')} of {most}/s"
    if ceiling > _POOL_QUOTA:
        text += f", above a user pool's usual {_POOL_QUOTA:.0f}"
    return text
