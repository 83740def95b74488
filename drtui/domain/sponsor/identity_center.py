"""IAM Identity Center: participants by the organisation's own directory of people.

What somebody else made is used where it fits and never changed; what drtui made says so in its
description. People who are in the directory already are taken for who they are by their email.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY

PERMISSION_SET: Final = "DeepRacerParticipants"
GROUP: Final = "deepracer-participants"
MOST_HOURS: Final = 12
_NO_FAMILY_NAME: Final = "-"  # the directory wants one


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of Identity Center.

    Attributes:
        store_id: Of its identity store, where its users and groups are.
        owner: The account that it belongs to, 12 digits.
    """

    arn: str
    store_id: str
    owner: str


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """What members of a group may do in the accounts that it is assigned to.

    Attributes:
        relay_state: Where a sign-in leads; empty is the AWS console's home page.
        session: How long a sign-in lasts, as an ISO 8601 duration such as `PT8H`.
        ours: Whether drtui made it.
    """

    arn: str
    name: str
    relay_state: str
    session: str
    ours: bool


@dataclass(frozen=True, slots=True)
class StoreUser:
    """A user of the identity store.

    Attributes:
        emails: As they are stored.
    """

    id: str
    user_name: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ensured:
    """Something that is there now.

    Attributes:
        id: Its id, or its ARN where it has none.
        changed: Whether anything had to be made or changed.
    """

    id: str
    changed: bool


class AssignmentState(StrEnum):
    """How far an account assignment has come, in AWS's own words."""

    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Assignment:
    """An account assignment that is being made, or that is there.

    Attributes:
        changed: False when it was there already.
        request_id: To ask again with while it is in progress; empty when it was there already.
        reason: Why it failed; else empty. Text from outside, cleaned.
    """

    state: AssignmentState
    changed: bool
    request_id: str = ""
    reason: str = ""


class IdentityCenter(Protocol):
    """What drtui needs of Identity Center; every method may raise `SponsorError`.

    All may be repeated: each `ensure` looks first, and says whether it changed anything.
    """

    def instances(self) -> tuple[Instance, ...]:
        """The active instances in this region; empty when it is not enabled here."""

    def find_permission_set(self, instance: Instance, name: str) -> PermissionSet | None:
        """The permission set of this name."""

    def policies_of(self, instance: Instance, permission_set: str) -> tuple[str, ...]:
        """The ARNs of AWS's managed policies that a permission set, by its ARN, grants."""

    def ensure_permission_set(
        self,
        instance: Instance,
        name: str,
        *,
        relay_state: str,
        hours: int,
        policy: str = PARTICIPANT_POLICY,
    ) -> Ensured:
        """Make a permission set that grants one of AWS's managed policies, and no more.

        Accounts that have an older version of it are given the new one. `EXISTS` when there is
        one by this name that grants more, or that somebody else made and that lacks the policy;
        another's relay state and duration are left as they are.
        """

    def find_group(self, instance: Instance, name: str) -> str | None:
        """The id of the group with this display name."""

    def members_of(self, instance: Instance, group_id: str) -> Iterator[str]:
        """The ids of a group's users."""

    def ensure_group(self, instance: Instance, name: str) -> Ensured:
        """Make a group with this display name."""

    def find_user(self, instance: Instance, *, user_name: str, email: str) -> StoreUser | None:
        """The user with this email, or else with this name; the caller compares the rest."""

    def ensure_user(
        self, instance: Instance, *, user_name: str, email: str, given: str, family: str
    ) -> Ensured:
        """Make a user; `EXISTS` when the user name is that of a person with another email."""

    def ensure_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        """Put a user into a group."""

    def remove_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        """Take a user out of a group; False when it was not in it."""

    def ensure_assignment(
        self, instance: Instance, permission_set: str, group_id: str, account: str, *, tries: int
    ) -> Assignment:
        """Let a group use a permission set, by its ARN, in an account.

        Args:
            instance: Of both.
            permission_set: Its ARN.
            group_id: Whose members get it.
            account: 12 digits.
            tries: How often to ask, at once and without waiting, whether it is done.
        """

    def is_assigned(
        self, instance: Instance, permission_set: str, group_id: str, account: str
    ) -> bool:
        """Whether a group may use a permission set, by its ARN, in an account."""

    def assignment(self, instance: Instance, request_id: str) -> Assignment:
        """How far an assignment has come that was in progress."""


def split_name(name: str, email: str) -> tuple[str, str]:
    """Return a given and a family name, neither of them empty, as the directory wants them.

    The last word is the family name, which is a guess; without a name the email's part before
    the @ serves.
    """
    *given, family = name.split() or [email.partition("@")[0] or email]
    return (" ".join(given), family) if given else (family, _NO_FAMILY_NAME)
