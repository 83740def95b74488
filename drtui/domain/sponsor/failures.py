"""What can go wrong with a call to one of AWS's own services, as the rest of drtui sees it."""

from enum import StrEnum


class SponsorFailure(StrEnum):
    """The kinds of failure, by what follows from them.

    `NO_CREDENTIALS` and `DENIED` concern every call of the kind and wait for a hand outside drtui.
    `THROTTLED`, `UNAVAILABLE` and `UNREACHABLE` are worth another try, and nothing has happened.
    `OUTCOME_UNKNOWN` may have taken effect. The rest are the call's own and final.
    """

    NO_CREDENTIALS = "no AWS credentials"
    DENIED = "not allowed"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    OUTCOME_UNKNOWN = "outcome unknown"
    NOT_FOUND = "not found"
    EXISTS = "exists already"
    REFUSED = "refused"


PASSING = frozenset(
    {SponsorFailure.THROTTLED, SponsorFailure.UNAVAILABLE, SponsorFailure.UNREACHABLE}
)


class SponsorError(Exception):
    """A call to one of AWS's services that did not succeed.

    Attributes:
        kind: What follows from it.
        message: One line for the admin, cleaned of control characters and free of secrets.
        permission: What the caller lacks, such as `iam:CreateUser`; only where it was `DENIED`.
        code: The error type as sent, such as `EntityAlreadyExists`; empty where there was none.
    """

    def __init__(
        self, kind: SponsorFailure, message: str, *, permission: str = "", code: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.permission = permission
        self.code = code
