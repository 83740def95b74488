"""What can go wrong with a call to the deployment, as the rest of drtui sees it.

The client turns every error shape of the deployment, its gateway and its firewall into one of
these; nobody else reads status codes.
"""

from enum import StrEnum


class FailureKind(StrEnum):
    """The kinds of failure, by what follows from them.

    `NOT_SIGNED_IN`, `ROLE_NOT_ALLOWED` and `BLOCKED` concern every call, so delivery halts and no
    item fails. `THROTTLED` and `UNAVAILABLE` are worth another try. `UNREACHABLE` was never
    sent; `OUTCOME_UNKNOWN` may have taken effect, now or up to half a minute later. With
    `LINK_EXPIRED`, a link to a file is not good any more, and a new one is worth asking for. The
    rest are the item's own and final.
    """

    NOT_SIGNED_IN = "not signed in"
    ROLE_NOT_ALLOWED = "role not allowed"
    BLOCKED = "blocked by a firewall"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    OUTCOME_UNKNOWN = "outcome unknown"
    LINK_EXPIRED = "link expired"
    INVALID = "invalid"
    NOT_FOUND = "not found"
    CONFLICT = "conflict"


HALTING = frozenset({FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED, FailureKind.BLOCKED})
FINAL = frozenset({FailureKind.INVALID, FailureKind.NOT_FOUND, FailureKind.CONFLICT})


class DeploymentError(Exception):
    """A call to the deployment that did not succeed.

    Attributes:
        kind: What follows from it.
        message: One line for the admin, cleaned of control characters and free of secrets.
        status: The HTTP status; None when there was no answer.
        code: The error type as sent, such as `BadRequestError`; empty when there was none.
        retry_after: Seconds after which the deployment asked to be called again; None when it
            did not.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def genuine(self) -> bool:
        """Whether the deployment, or what stands in front of it, answered with an error.

        A success that was not believed is none: a captive portal answers so. Nor is a proxy's
        refusal to let a call through.
        """
        refused = self.status is not None and self.status >= 400
        return refused and self.kind is not FailureKind.UNREACHABLE
