"""What a failure means for an errand: done for good, another try, or a hand. Pure."""

from typing import Final

from drtui.domain.errands import Carried, Terms
from drtui.domain.failures import FINAL, HALTING, DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState
from drtui.domain.problems import LocalFileError, OneFileError
from drtui.domain.sponsor.failures import PASSING, SponsorError, SponsorFailure
from drtui.store.settlement import PERHAPS_DONE
from drtui.sync.outcomes import ATTEMPTS, Jitter, backoff

# What needs a hand outside drtui is looked at again so often.
SHUT_SECONDS: Final = 60.0
_AFTER_OTHERS: Final = 2 * SHUT_SECONDS
SHUT: Final = frozenset({SponsorFailure.NO_CREDENTIALS, SponsorFailure.DENIED})
_UNKNOWN: Final = frozenset({FailureKind.OUTCOME_UNKNOWN, SponsorFailure.OUTCOME_UNKNOWN})
_UNREACHABLE: Final = frozenset({FailureKind.UNREACHABLE, SponsorFailure.UNREACHABLE})
_WORTH_ANOTHER: Final = frozenset({*PASSING, *_UNKNOWN, *set(FailureKind) - FINAL - HALTING})
_LEAST_DELAY: Final = 0.1


def failed(
    item: Item,
    terms: Terms,
    error: DeploymentError | SponsorError | LocalFileError,
    jitter: Jitter,
) -> Carried:
    """Return what becomes of an errand whose call did not succeed.

    Args:
        item: As it was claimed.
        terms: Of its service.
        error: What the call met.
        jitter: Where the jitter comes from.
    """
    if isinstance(error, OneFileError):
        return Carried(ItemState.FAILED, str(error))
    if isinstance(error, LocalFileError):
        # Later than the others of its operation, so that it does not meet the same before them.
        return Carried(ItemState.PENDING, str(error), delay=_AFTER_OTHERS, counted=False)
    return _call_failed(item, terms, error, jitter)


def _call_failed(
    item: Item, terms: Terms, error: DeploymentError | SponsorError, jitter: Jitter
) -> Carried:
    kind, attempt, message = error.kind, item.attempts + 1, error.message
    delay = max(_LEAST_DELAY, backoff(attempt, jitter))
    if kind in HALTING:
        return Carried(ItemState.PENDING, message, counted=False)
    if kind in SHUT or kind in _UNREACHABLE:
        delay = SHUT_SECONDS if kind in SHUT else delay
        return Carried(ItemState.PENDING, message, delay=delay, counted=False)
    if kind in _UNKNOWN and not terms.repeatable(item):
        return perhaps_done(message)
    if kind not in _WORTH_ANOTHER:
        return Carried(ItemState.FAILED, message)
    if attempt >= ATTEMPTS:
        return Carried(ItemState.FAILED, f"given up after {attempt} attempts: {message}")
    state = ItemState.DOUBTFUL if kind in _UNKNOWN else ItemState.PENDING
    return Carried(state, message, delay=delay)


def without_carrying(item: Item, terms: Terms) -> Carried | None:
    """Return what becomes of a claimed errand that is not to be carried out; None where it is."""
    if item.cancel_requested:
        return Carried(ItemState.CANCELLED, PERHAPS_DONE, counted=False)
    if item.state is ItemState.DOUBTFUL and not terms.repeatable(item):
        return perhaps_done(item.reason)
    return None


def perhaps_done(why: str) -> Carried:
    """Return what becomes of an errand that may have been done, and must not be done twice."""
    reason = f"it may have been done: {why}" if why else "it may have been done"
    return Carried(ItemState.FAILED, f"{reason.rstrip('.')}; a retry does it again", unknown=True)
