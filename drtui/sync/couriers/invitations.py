"""The deployment's own invitations: in jobs where it has them, else one by one; and again."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.deployment_setup import MOST_INVITEES, DeploymentSetup
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.invitation_errands import is_again, profile_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.participants import is_email
from drtui.sync.couriers.invitation_jobs import NOT_TAKEN, InvitationJobs
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.errand_outcomes import failed, perhaps_done

_VERIFIED: Final = "verified: it exists"
_EXISTS: Final = "it exists already"
_SIGNED_IN: Final = "has signed in already"
_TOO_OLD: Final = "the deployment cannot send an invitation again: this came with release 1.3"


class InvitationCourier:
    """Carries `Service.INVITATIONS` out; see `domain.invitation_errands`.

    Nobody is created twice: the deployment refuses, or skips, an address that exists, so that what
    may have been done is simply done again. Sending an invitation again is not repeated so.

    Args:
        setup: The deployment.
        has_bulk: Whether the deployment has what came with release 1.3; asked before each call.
        daily: How many invitations may be sent in 24 hours, None is no limit; asked before each
            call.
        exists: Whether somebody is known to have an address, in whatever case; asked where each
            is invited by itself, a job tells it at once. None knows nobody.
    """

    def __init__(
        self,
        setup: DeploymentSetup,
        *,
        has_bulk: Callable[[], bool],
        daily: Callable[[], int | None],
        exists: Callable[[str], bool] | None = None,
    ) -> None:
        self._setup = setup
        self._has_bulk = has_bulk
        self._daily = daily
        self._exists = exists
        self._jobs = InvitationJobs(setup)

    def terms(self) -> Terms:
        """See `Courier`."""
        batch = MOST_INVITEES if self._has_bulk() else 1
        return Terms(batch=batch, repeatable=_is_new, daily=self._daily())

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`; invitations to be sent again come by themselves."""
        again = [item for item in items if is_again(item)]
        if again:
            return one_by_one(again, self.terms(), self._send_again)
        if self._has_bulk():
            return self._jobs.carry_out(items, self.terms())
        return one_by_one(items, self.terms(), self._invite)

    def _invite(self, item: Item) -> Carried:
        email = subject_of(item)
        if not is_email(email):
            return NOT_TAKEN
        if self._exists is not None and self._exists(email):
            return _existing(item)
        try:
            created = self._setup.invite(email)
        except DeploymentError as error:
            # A refusal of what may be there can be just that, in an answer that was cut short.
            refused = error.kind is FailureKind.INVALID and item.unknown_at is not None
            if error.kind is not FailureKind.UNAVAILABLE and not refused:
                raise
            # A failure of the deployment's own says nothing of how far it came.
            passing = DeploymentError(FailureKind.UNAVAILABLE, error.message)
            return replace(failed(item, self.terms(), passing, random.random), unknown=True)
        return Carried(ItemState.DONE) if created else _existing(item)

    def _send_again(self, item: Item) -> Carried:
        if not self._has_bulk():
            return Carried(ItemState.FAILED, _TOO_OLD)
        try:
            self._setup.resend_invite(profile_of(item))
        except DeploymentError as error:
            if error.kind is FailureKind.CONFLICT:
                return Carried(ItemState.ALREADY_SO, _SIGNED_IN)
            if error.kind is FailureKind.UNAVAILABLE:
                # A failure of the deployment's own can come after the email.
                return perhaps_done(error.message)
            raise
        return Carried(ItemState.DONE)


def _is_new(item: Item) -> bool:
    """Whether an errand creates a user, which the deployment does once, and sends no other mail."""
    return not is_again(item)


def _existing(item: Item) -> Carried:
    """Return what becomes of an errand whose address somebody has."""
    if item.unknown_at is not None:
        return Carried(ItemState.DONE, _VERIFIED)
    return Carried(ItemState.ALREADY_SO, _EXISTS)
