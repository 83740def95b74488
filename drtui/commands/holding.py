"""Calls beside the engine's, held back while an admin wants to be offline.

The engine closes its own gates; what a screen or a command asks AWS or the sign-in itself comes
through here.
"""

from typing import TYPE_CHECKING

from drtui.domain.problems import ProblemError
from drtui.domain.signing_in import (
    Challenge,
    SignInError,
    SignInFailure,
    SignInService,
    TemporaryKeys,
    Tokens,
)
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.offline import read_on_purpose

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor, SponsorServices


class HeldBackError(ProblemError):
    """Somebody wants to be offline, so that nothing was called."""


def check_may_call(database: Database) -> None:
    """See that nobody wants to be offline, or that the account may be read for a look.

    Raises:
        HeldBackError: Somebody does; the message names who, and how to come back.
        StoreProblemError: The store cannot be read.
    """
    with database.read() as connection:
        purpose = read_on_purpose(connection)
    if purpose is not None and not purpose.reads(database.clock()):
        by = f", by {clean(purpose.by, 60)}" if purpose.by else ""
        raise HeldBackError(
            f"Offline on purpose{by}: nothing was called; F in the console, or “drtui deliver”, "
            "comes back."
        )


def held_door(database: Database, open_sponsor: "OpenSponsor") -> "OpenSponsor":
    """Return what opens the second door only while nobody wants to be offline.

    It raises `HeldBackError` otherwise; whoever keeps what it opened goes on with it.
    """

    def opened() -> "SponsorServices":
        check_may_call(database)
        return open_sponsor()

    return opened


class HeldSignIn:
    """Signs in, renews and revokes only while nobody wants to be offline.

    It raises a `SignInError` otherwise, which says as little of the sign-in as a network that is
    away.

    Args:
        service: Who does it.
        database: Where admins say that they want to be offline.
    """

    def __init__(self, service: SignInService, database: Database) -> None:
        self._service = service
        self._database = database

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        """See `SignInService.with_password`."""
        self._check()
        return self._service.with_password(user, password)

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        """See `SignInService.answer`."""
        self._check()
        return self._service.answer(challenge, reply)

    def refresh(self, refresh_token: str) -> Tokens:
        """See `SignInService.refresh`."""
        self._check()
        return self._service.refresh(refresh_token)

    def keys_for(self, id_token: str) -> TemporaryKeys:
        """See `SignInService.keys_for`."""
        self._check()
        return self._service.keys_for(id_token)

    def revoke(self, refresh_token: str) -> None:
        """See `SignInService.revoke`."""
        self._check()
        self._service.revoke(refresh_token)

    def _check(self) -> None:
        try:
            check_may_call(self._database)
        except HeldBackError as problem:
            raise SignInError(SignInFailure.UNREACHABLE, str(problem)) from None
