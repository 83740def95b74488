"""Carrying errands out one after the other, for services that take one at a time."""

import random
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from threading import Event
from typing import Final

from drtui.domain.errands import Carried, Terms
from drtui.domain.failures import HALTING, DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.sync.errand_outcomes import SHUT, failed

_OF_ALL: Final = frozenset(
    {
        *HALTING,
        *SHUT,
        FailureKind.UNREACHABLE,
        FailureKind.THROTTLED,
        SponsorFailure.UNREACHABLE,
        SponsorFailure.THROTTLED,
    }
)


ENDS: Final[ContextVar[Event | None]] = ContextVar("ENDS", default=None)
"""Set once nothing more is to be called: of the call that the present thread carries out."""


def concerns_all(error: DeploymentError | SponsorError) -> bool:
    """Whether a failure says nothing of the errand that met it, but stops every call."""
    return error.kind in _OF_ALL


def one_by_one(
    items: Iterable[Item], terms: Terms, carry_out: Callable[[Item], Carried]
) -> dict[int, Carried]:
    """Carry errands out until one has to be tried again.

    The errands after that one are left out, and so come back at once: whether they meet the same
    is found out by them, and they lose no attempt by another's failure. So do those that were not
    begun when nothing more was to be called.

    Args:
        items: As they were claimed.
        terms: Of the service.
        carry_out: Carries one out.

    Raises:
        DeploymentError: It concerns all, and the first errand met it.
        SponsorError: The same.
    """
    found: dict[int, Carried] = {}
    ends = ENDS.get()
    for item in items:
        if ends is not None and ends.is_set():
            break
        try:
            found[item.item_id] = carry_out(item)
        except (DeploymentError, SponsorError) as error:
            if concerns_all(error):
                if not found:
                    raise
                break
            carried = found[item.item_id] = failed(item, terms, error, random.random)
            if carried.state is not ItemState.FAILED:
                break
    return found
