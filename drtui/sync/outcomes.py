"""What the result of a call means for its item: done, failed for good, or another try."""

from collections.abc import Callable
from typing import Final

from drtui.domain.failures import FINAL, HALTING, DeploymentError, FailureKind
from drtui.domain.model_changes import uncounted_models
from drtui.domain.operations import (
    LONGEST_DELAY_SECONDS,
    Item,
    ItemState,
    Values,
    deletes_user,
)
from drtui.domain.wording import counted
from drtui.store.settlement import Settlement
from drtui.sync.calls import ModelsLeft

INTERNAL: Final = "an internal error; see the log"
ATTEMPTS: Final = 10  # of an item that is answered with errors of its own, or not believably
_LOOK_UP_FROM: Final = 2
_FIRST_DELAY: Final = 0.5
_LONGEST_DELAY: Final = 20.0
_LONGEST_LISTING_DELAY: Final = 30.0  # deletions of models take their time, and listing them counts

# A number between 0 and 1; the jitter that keeps retries from coming all at once.
Jitter = Callable[[], float]


def backoff(attempt: int, jitter: Jitter) -> float:
    """Return the delay before the next attempt, in seconds: exponential, with full jitter."""
    return jitter() * min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(attempt, 16))


def delivered(item: Item, claim: int, answer: Values) -> Settlement:
    """Return the settlement of a call that was answered with success.

    Args:
        item: As it was claimed.
        claim: The number of the claim.
        answer: What the account has now, by field; None where the answer left a field out.
    """
    confirmed = {name: value for name, value in answer.items() if value is not None}
    if any(item.after.get(name) not in (None, value) for name, value in confirmed.items()):
        reason = "the deployment took the change, and answered with other values"
        theirs = {name: confirmed.get(name, value) for name, value in item.before.items()}
        return Settlement(
            item, ItemState.CONFLICT, reason, claim=claim, confirmed=confirmed, theirs=theirs
        )
    return Settlement(item, ItemState.DONE, claim=claim, confirmed={**item.after, **confirmed})


def models_left(item: Item, claim: int, left: ModelsLeft, now: float) -> Settlement:
    """Return the settlement of a deletion after which models are still listed."""
    if left.uncounted:
        reason = uncounted_models(left.uncounted, left.count, asked=left.asked)
        return Settlement(item, ItemState.FAILED, reason, claim=claim)
    if left.made_since:
        made = counted(
            left.count, "model was made since, and stays", "models were made since, and stay"
        )
        return Settlement(item, ItemState.DONE, made, claim=claim, confirmed=item.after)
    attempt = item.attempts + 1
    remain = counted(left.count, "model remains", "models remain")
    if attempt >= ATTEMPTS:
        kept = ", so the user was not deleted" if deletes_user(item.after) else ""
        return Settlement(item, ItemState.FAILED, f"{remain}{kept}", claim=claim)
    delay = min(_LONGEST_LISTING_DELAY, 2.0 ** (attempt - 1))
    return Settlement(item, ItemState.PENDING, remain, claim=claim, due_at=now + delay)


def waiting(item: Item, claim: int, due_at: float) -> Settlement:
    """Return the settlement of an item that waits for the budget of calls that a firewall counts.

    Args:
        item: As it was claimed.
        claim: The number of the claim.
        due_at: Seconds since the epoch.
    """
    reason = "waits: the firewall lets only so many listings of models through in 5 minutes"
    return Settlement(item, ItemState.PENDING, reason, claim=claim, due_at=due_at, counted=False)


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
    if kind is FailureKind.NOT_FOUND and deletes_user(item.after):
        # Perhaps because it is gone, which is what was asked for.
        return Settlement(
            item, ItemState.PENDING, error.message, claim=claim, due_at=later, look_up_after=now
        )
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
    look_up = error.status == 500 and (attempt >= _LOOK_UP_FROM or deletes_user(item.after))
    return Settlement(
        item,
        ItemState.DOUBTFUL if kind is FailureKind.OUTCOME_UNKNOWN else ItemState.PENDING,
        error.message,
        claim=claim,
        due_at=later,
        look_up_after=now if look_up else None,
    )
