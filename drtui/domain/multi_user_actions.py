"""What disabling and enabling multi-user mode make of one racer.

Both are a layer of their own beside pausing: whoever was paused before the mode was disabled is
paused after it is enabled again, since only those whom the mode itself stopped are marked for it.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from drtui.domain.actions import Change, TargetState, change_of
from drtui.domain.operations import CLOSED, MINUTES_LIMIT, MODELS_LIMIT, OperationKind, Values
from drtui.domain.quota_actions import Pause, Resume, ResumeTo
from drtui.domain.records import NO_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Close:
    """Set both limits to 0, remember what they were, and that it was the mode that did it."""

    kind: ClassVar[OperationKind] = OperationKind.DISABLE_MULTI_USER

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`; who is paused stays so, by the mode or before it."""
        if state.limits.paused:
            return change_of(state, {MINUTES_LIMIT: 0, MODELS_LIMIT: 0})
        return _with_mark(Pause().apply(replace(state, closed=False)), state, closed=1)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {}

    def describe(self) -> str:
        """See `Action.describe`."""
        return "Disable multi-user mode"


@dataclass(frozen=True, slots=True)
class Reopen:
    """Give those whom the mode stopped their remembered limits again.

    Attributes:
        defaults: The new-user limits that come with the mode; they stand in for a limit that is
            not remembered.
    """

    kind: ClassVar[OperationKind] = OperationKind.ENABLE_MULTI_USER
    defaults: Limits = NO_LIMITS

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`.

        Raises:
            CannotChangeError: Nothing is remembered, and the new-user limits are not known or 0.
        """
        if not state.closed:
            return change_of(state, {CLOSED: None})
        if not state.limits.paused:  # somebody gave limits again meanwhile
            return change_of(state, {CLOSED: None})
        resume = Resume(to=ResumeTo.REMEMBERED, defaults=self.defaults)
        return _with_mark(resume.apply(state), state, closed=None)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        limits = {"default_minutes": self.defaults.minutes, "default_models": self.defaults.models}
        return {name: str(limit) for name, limit in limits.items() if limit is not None}

    def describe(self) -> str:
        """See `Action.describe`."""
        return "Enable multi-user mode"


def _with_mark(change: Change, state: TargetState, *, closed: int | None) -> Change:
    after: Values = {**change.after, CLOSED: closed}
    return change_of(state, after, change.note)
