"""Signing in to a deployment: what it gives, what can go wrong, and the seam to who does it.

`drtui.aws.sign_in` implements the seam by Cognito. Secrets are held in memory only, in records
whose `repr` hides them; no error repeats one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from drtui.domain.problems import ProblemError
from drtui.domain.records import ROLE_OF_GROUP, Role
from drtui.domain.text import clean

_MOST_IN_A_TOKEN: Final = 65_536
MOST_SKEW_SECONDS: Final = 300  # further off, and AWS refuses every signature
_CLOCK: Final = "The clock of this machine is about"
KEYS_UNKNOWN: Final = "The deployment does not know these AWS credentials."
KEYS_EXPIRED: Final = "The sign-in has expired; sign in again or renew the AWS credentials."
RENEW_KEYS: Final = (
    "Renew those of the profile or role, and drtui takes them up; for those of the environment, "
    "restart it."
)
"""What helps where credentials of this machine sign the calls. Refused ones are looked for anew
(`aws.line`), which finds what files and providers have by then."""
_OF_KEYS: Final = {
    KEYS_UNKNOWN: KEYS_UNKNOWN,
    KEYS_EXPIRED: "The AWS credentials have expired.",  # there is no sign-in that could
}
_MOST_GROUPS: Final = 100
_STRONGEST_FIRST: Final = (Role.ADMIN, Role.FACILITATOR, Role.RACER)
Keys = TypeVar("Keys")  # what signs a call, which only the client knows


class SignInFailure(StrEnum):
    """Why a sign-in did not succeed, by what the admin can do."""

    WRONG_PASSWORD = "wrong password"
    NOT_CONFIRMED = "not confirmed"
    DISABLED = "disabled"
    RESET_REQUIRED = "password reset required"
    PASSWORD_REFUSED = "new password refused"
    WRONG_CODE = "wrong code"
    TOO_MANY_ATTEMPTS = "too many attempts"
    EXPIRED = "expired"
    UNKNOWN_CHALLENGE = "unknown challenge"
    NO_RIGHTS = "no rights"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"


# The same sign-in may well succeed later, so nothing is lost by these.
PASSING: Final = frozenset(
    {SignInFailure.TOO_MANY_ATTEMPTS, SignInFailure.UNREACHABLE, SignInFailure.UNAVAILABLE}
)


class SignInError(ProblemError):
    """A sign-in that did not succeed; the message is one sentence for the admin."""

    def __init__(self, kind: SignInFailure, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class SignInState(StrEnum):
    """Where an account stands with its sign-in, as its engine says in the store."""

    UNKNOWN = "unknown"  # no engine has looked yet
    NOT_NEEDED = "not needed"  # calls are signed by AWS credentials of this machine
    NEEDED = "needed"  # nobody is signed in, or the sign-in has ended
    UNDER_WAY = "under way"
    NEW_PASSWORD = "new password"
    CODE = "code"
    SIGNED_IN = "signed in"


class ChallengeKind(StrEnum):
    """What a sign-in may ask for after the password, as far as drtui can answer."""

    NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"
    CODE = "SOFTWARE_TOKEN_MFA"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question to be answered before the sign-in is complete; good for some minutes.

    Attributes:
        user: The name to answer under, which need not be the one that was typed.
        session: Opaque; as secret as a password.
    """

    kind: ChallengeKind
    user: str
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a completed sign-in gives.

    Attributes:
        id_token: Says who it is; good for an hour, and for temporary keys until then.
        refresh_token: Gives the next `id_token` without a password, for a day; None where a
            renewal left it as it was.
        clock_ahead: Seconds by which this machine's clock is ahead of AWS's; None when unknown.
    """

    id_token: str
    refresh_token: str | None
    clock_ahead: float | None = None

    def __repr__(self) -> str:
        return "Tokens(…)"


@dataclass(frozen=True, slots=True, repr=False)
class TemporaryKeys:
    """Keys that sign calls for about an hour.

    Attributes:
        expires_at: By this machine's clock, however far that is off.
    """

    access_key: str
    secret_key: str
    session_token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"TemporaryKeys(expires_at={self.expires_at:%Y-%m-%dT%H:%M:%SZ}, …)"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, as the token says; to be shown, the deployment decides what is allowed.

    Attributes:
        subject: The user's id in the pool.
        groups: All of the user's groups, those that this version does not know too.
        expires_at: When the token ends, by AWS's clock; None when it does not say.
    """

    subject: str
    user: str
    email: str | None
    groups: tuple[str, ...]
    expires_at: datetime | None = None

    @property
    def role(self) -> Role:
        """The strongest role that a known group gives; `UNKNOWN` when none is known."""
        roles = {ROLE_OF_GROUP.get(group) for group in self.groups}
        return next((role for role in _STRONGEST_FIRST if role in roles), Role.UNKNOWN)


class SignInService(Protocol):
    """Who signs in; every method may raise `SignInError` and nothing else, and never retries."""

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        """Begin a sign-in."""

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        """Go on with a sign-in: the new password, or the code that an app shows."""

    def refresh(self, refresh_token: str) -> Tokens:
        """Renew a sign-in without a password."""

    def keys_for(self, id_token: str) -> TemporaryKeys:
        """Exchange a token for temporary keys."""

    def revoke(self, refresh_token: str) -> None:
        """End a sign-in for good, so that its refresh token is of no use to anybody."""


class Secret(StrEnum):
    """What can be kept beyond the process."""

    REFRESH_TOKEN = "refresh token"
    PASSWORD = "password"


class SecretKeeper(Protocol):
    """Who keeps secrets by account and user; `drtui.keeping` implements it by a keyring."""

    def keep(self, account: str, user: str, secret: Secret, value: str) -> bool:
        """Keep a secret in place of the one before; return whether it outlives the process."""

    def find(self, account: str, user: str, secret: Secret) -> str | None:
        """Return a secret that was kept; None when there is none."""

    def forget(self, account: str, user: str) -> None:
        """Delete all that was kept of a user.

        Raises:
            ProblemError: Something may still be kept.
        """

    def take_notice(self) -> str:
        """Return why nothing outlives the process, as a sentence, once; empty otherwise."""


class RenewedKeys(Protocol[Keys]):
    """The keys of one sign-in, renewed before they end; `drtui.aws.renewal` implements it."""

    @property
    def identity(self) -> Identity | None:
        """Who is signed in, as the latest token says; None before the first one."""

    @property
    def notice(self) -> str:
        """What the admin has to be told: a lost sign-in, or a clock that is off; else empty."""

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in to renew; keys may still be good for a while when not."""

    def __call__(self) -> Keys:
        """Return keys that are good now; raises `DeploymentError` when there are none."""

    def rejected(self, keys: Keys) -> bool:
        """Take note that the deployment refuses keys; return whether there are other ones."""


class KeyMaker(Protocol[Keys]):
    """Makes the keys of a sign-in."""

    def __call__(
        self,
        refresh_token: str | None,
        *,
        id_token: str | None = None,
        user: str = "",
        password: str | None = None,
        clock_ahead: float | None = None,
        on_refresh_token: Callable[[str], None] | None = None,
        on_password_refused: Callable[[], None] | None = None,
    ) -> RenewedKeys[Keys]:
        """Return the keys of a sign-in; nothing is sent yet."""


def clock_notice(clock_ahead: float | None) -> str:
    """Return what to say of this machine's clock; empty while it is right, or not known.

    Args:
        clock_ahead: Seconds by which it is ahead of AWS's clock.
    """
    if clock_ahead is None or abs(clock_ahead) <= MOST_SKEW_SECONDS:
        return ""
    minutes = round(abs(clock_ahead) / 60)
    side = "ahead of" if clock_ahead > 0 else "behind"
    return (
        f"{_CLOCK} {minutes} minutes {side} AWS's: set it right, since "
        "AWS refuses calls that are signed more than 5 minutes off."
    )


def with_renewal(reason: str) -> str:
    """Return a reason with what to renew, where it is about credentials of this machine."""
    found = _OF_KEYS.get(reason)
    return reason if found is None else f"{found} {RENEW_KEYS}"


def is_of_the_clock(reason: str) -> bool:
    """Whether a reason is a `clock_notice`, which no sign-in mends."""
    return reason.startswith(_CLOCK)


def read_identity(id_token: str) -> Identity | None:
    """Read the claims of an id token, without checking its signature; None when it has none.

    The token came over TLS from the user pool itself, and what it says is only shown.
    """
    claims = _claims(id_token)
    subject = _text(claims.get("sub"))
    if subject is None:
        return None
    groups = claims.get("cognito:groups")
    named = [_text(group) for group in groups[:_MOST_GROUPS]] if isinstance(groups, list) else []
    return Identity(
        subject=subject,
        user=_text(claims.get("cognito:username")) or subject,
        email=_text(claims.get("email")),
        groups=tuple(group for group in named if group is not None),
        expires_at=_moment(claims.get("exp")),
    )


def _claims(id_token: str) -> Mapping[str, object]:
    parts = id_token.split(".")
    if len(parts) != 3 or len(id_token) > _MOST_IN_A_TOKEN:
        return {}
    try:
        padded = parts[1].encode("ascii") + b"=" * (-len(parts[1]) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
