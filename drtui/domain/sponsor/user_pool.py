"""The users of the deployment's pool: who was invited, who may sign in, and closing the door."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PoolStatus(StrEnum):
    """Where a user of the pool stands, in Cognito's own words."""

    CONFIRMED = "CONFIRMED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    RESET_REQUIRED = "RESET_REQUIRED"
    UNCONFIRMED = "UNCONFIRMED"
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"
    UNKNOWN = "UNKNOWN"  # and whatever Cognito may add


@dataclass(frozen=True, slots=True)
class PoolUser:
    """A user of the deployment's pool.

    Attributes:
        name: What the pool calls the user; calls name the user by it. Text from outside.
        email: None where the pool has none.
        enabled: Whether the user may sign in; None where the answer does not say.
    """

    name: str
    email: str | None
    status: PoolStatus
    enabled: bool | None

    @property
    def never_signed_in(self) -> bool:
        """Whether the user was invited and has not yet chosen a password (DeepRacer API facts)."""
        return self.status is PoolStatus.FORCE_CHANGE_PASSWORD


class UserPool(Protocol):
    """What drtui needs of the pool; every method may raise `SponsorError`.

    Nothing here looks at roles: who acts on many users leaves out the `members_of` the groups of
    admins and facilitators first. All writes may be repeated, except that each `reset_password`
    sends another email.
    """

    def users(self) -> Iterator[PoolUser]:
        """All users, page by page."""

    def members_of(self, group: str) -> Iterator[PoolUser]:
        """The users of one group, page by page; a group that is not there is `NOT_FOUND`."""

    def find_by_email(self, email: str) -> tuple[PoolUser, ...]:
        """The users with exactly this email, whatever its case; empty when there is none."""

    def disable(self, name: str) -> None:
        """Let a user not sign in any more; tokens already issued go on."""

    def enable(self, name: str) -> None:
        """Let a disabled user sign in again."""

    def sign_out(self, name: str) -> None:
        """Revoke a user's sign-ins everywhere; what was issued goes on for up to an hour."""

    def reset_password(self, name: str) -> None:
        """Let Cognito send a user a code with which to choose another password.

        `REFUSED` for a user who is disabled, never signed in, or has no verified email.
        """
