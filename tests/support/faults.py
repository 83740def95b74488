"""The failures that a test scripts for a deployment in memory, and which call meets which."""

from dataclasses import dataclass
from typing import Final

from drtui.domain.failures import DeploymentError, FailureKind

# What the client says where the deployment answered; the other kinds have no status.
_STATUS: Final = {
    FailureKind.NOT_SIGNED_IN: 403,
    FailureKind.ROLE_NOT_ALLOWED: 403,
    FailureKind.BLOCKED: 403,
    FailureKind.THROTTLED: 429,
    FailureKind.UNAVAILABLE: 500,
    FailureKind.INVALID: 400,
    FailureKind.NOT_FOUND: 404,
    FailureKind.CONFLICT: 409,
}


@dataclass
class Fault:
    """A failure that the next `times` calls of that name meet, of that target or of any."""

    error: DeploymentError | Exception
    call: str
    times: int
    target: str | None
    applied: bool


class Faults:
    """Those that were scripted and not met yet; the lock of their deployment guards them."""

    def __init__(self) -> None:
        self._left: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let it be met after those that there are."""
        self._left.append(fault)

    def clear(self) -> None:
        """Forget those that nobody met."""
        self._left.clear()

    def meet(self, call: str, target: str | None) -> Fault | None:
        """The first one for such a call, used up by one."""
        for fault in self._left:
            if fault.call == call and fault.target in (None, target):
                fault.times -= 1
                if fault.times <= 0:
                    self._left.remove(fault)
                return fault
        return None


def scripted(
    kind: FailureKind, *, status: int | None = None, retry_after: float | None = None
) -> DeploymentError:
    """A failure as the client raises it."""
    return DeploymentError(
        kind,
        f"scripted: {kind.value}",
        status=status or _STATUS.get(kind),
        retry_after=retry_after,
    )
