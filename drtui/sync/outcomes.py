"""What the result of a call means for its item: done, failed for good, or another try."""

from collections.abc import Callable
from typing import Final

from drtui.domain.failures import FINAL, HALTING, DeploymentError, FailureKind
from drtui.domain.operations import (
    LONGEST_DELAY_SECONDS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    Item,
    ItemState,
)
from drtui.domain.records import Limits
from drtui.store.delivery import Settlement

INTERNAL: Final = "an internal error; see the log"
ATTEMPTS: Final = 10  # of an item that is answered with errors of its own, or not believably
_LOOK_UP_FROM: Final = 2
_FIRST_DELAY: Final = 0.5
_LONGEST_DELAY: Final = 20.0

# A number between 0 and 1; the jitter that keeps retries from coming all at once.
Jitter = Callable[[], float]


def backoff(attempt: int, jitter: Jitter) -> float:
    """Return the delay before the next attempt, in seconds: exponential, with full jitter."""
    return jitter() * min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(attempt, 16))


def delivered(item: Item, claim: int, answer: Limits) -> Settlement:
    """Return the settlement of a call that was answered with success."""
    known = {MINUTES_LIMIT: answer.minutes, MODELS_LIMIT: answer.models}
    confirmed = {name: value for name, value in known.items() if value is not None}
    if any(item.after.get(name) not in (None, value) for name, value in confirmed.items()):
        reason = "the deployment took the change, and answered with other limits"
        theirs = {name: confirmed.get(name, value) for name, value in item.before.items()}
        return Settlement(
            item, ItemState.CONFLICT, reason, claim=claim, confirmed=confirmed, theirs=theirs
        )
    return Settlement(item, ItemState.DONE, claim=claim, confirmed={**item.after, **confirmed})


def not_sent(item: Item, claim: int) -> Settlement:
    """Return the settlement of a call that was never made: as if it had not been claimed."""
    return Settlement(item, ItemState.PENDING, item.reason, claim=claim, counted=False)


def given_up(item: Item, claim: int, reason: str) -> Settlement:
    """Return the settlement of a call that was made and not waited for."""
    return Settlement(item, ItemState.DOUBTFUL, reason, claim=claim, counted=False)


def failed(
    item: Item, claim: int, error: DeploymentError, now: float, jitter: Jitter
) -> Settlement:
    """Return the settlement of a call that did not succeed.

    Args:
        item: As it was claimed.
        claim: The number of the claim.
        error: What the client made of the answer, or of its absence.
        now: Seconds since the epoch.
        jitter: Where the jitter comes from.
    """
    kind, attempt = error.kind, item.attempts + 1
    later = now + backoff(attempt, jitter)
    if kind in FINAL:
        return Settlement(item, ItemState.FAILED, error.message, claim=claim)
    if kind in HALTING:
        return Settlement(item, ItemState.PENDING, error.message, claim=claim, counted=False)
    if kind in (FailureKind.THROTTLED, FailureKind.UNREACHABLE):
        asked = min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS)
        due_at = max(later, now + asked)
        return Settlement(
            item, ItemState.PENDING, error.message, claim=claim, due_at=due_at, counted=False
        )
    if attempt >= ATTEMPTS:
        reason = f"given up after {attempt} attempts: {error.message}"
        return Settlement(item, ItemState.FAILED, reason, claim=claim)
    # An unknown profile is answered with a 500, so that a repeated one is looked up first.
    look_up = error.status == 500 and attempt >= _LOOK_UP_FROM
    return Settlement(
        item,
        ItemState.DOUBTFUL if kind is FailureKind.OUTCOME_UNKNOWN else ItemState.PENDING,
        error.message,
        claim=claim,
        due_at=later,
        look_up_after=now if look_up else None,
    )
