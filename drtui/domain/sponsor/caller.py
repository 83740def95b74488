"""Who calls AWS, and whether they may administer DeepRacer there: the first two prerequisites."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

ADMIN_POLICY: Final = "AWSDeepRacerAccountAdminAccess"
ADMINISTRATOR_POLICY: Final = "AdministratorAccess"


class CallerKind(StrEnum):
    """What the credentials belong to."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    FEDERATED = "federated user"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials the sponsor's AWS profile holds.

    Attributes:
        account: 12 digits.
        arn: As AWS tells it.
        name: The user's or the role's, without its path; the federated user's; empty for root.
        session: What the session of a role calls itself, often a person's name; else empty.
    """

    account: str
    arn: str
    kind: CallerKind
    name: str
    session: str = ""


class Verdict(StrEnum):
    """The result of a check that AWS may not let us make."""

    OK = "ok"
    MISSING = "missing"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class AdminAccess:
    """Whether a policy that administers DeepRacer is attached to the caller.

    Policies are told by name: one of the organisation's own with the same rights is not seen, so
    that `MISSING` means "not attached", and not "may not".

    Attributes:
        policy: `ADMIN_POLICY` or, where that is not attached, `ADMINISTRATOR_POLICY`; empty
            when none was found, and for root, which needs none.
        through: What bears it, such as `group admins`; empty when none was found.
        permission: What would tell, such as `iam:ListAttachedGroupPolicies`; only where nobody
            `CANNOT_TELL`, and empty where no permission would.
    """

    verdict: Verdict
    policy: str = ""
    through: str = ""
    permission: str = ""


class Callers(Protocol):
    """Who the caller is; every method may raise `SponsorError`."""

    def who_am_i(self) -> Caller:
        """The owner of the credentials; AWS tells it to anyone whom it knows."""

    def admin_access(self, caller: Caller) -> AdminAccess:
        """Whether a policy that administers DeepRacer is attached to the caller.

        What AWS denies to tell is in the result, and no `SponsorError`.
        """
