"""What setting quotas, pausing and resuming make of one target."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final

from drtui.domain.actions import Change, TargetState, change_of, limit_values, remembered_values
from drtui.domain.operations import (
    CLOSED,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    REMEMBERED_MINUTES,
    REMEMBERED_MODELS,
    OperationKind,
)
from drtui.domain.quotas import CannotChangeError, QuotaChange, limit_hours
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.wording import counted

_PAUSED: Final = "paused, and "


def while_paused(reason: str, by: int | None) -> str:
    """Return why quotas cannot be set, without calling somebody paused who is going to be.

    Args:
        reason: As the action said.
        by: The operation on its way that pauses them; None where they are paused now.
    """
    if by is None or not reason.startswith(_PAUSED):
        return reason
    return f"will be paused by operation {by}, and {reason.removeprefix(_PAUSED)}"


def _open(state: TargetState) -> dict[str, int | None]:
    """Whoever is paused or resumed on its own is not waiting for multi-user mode any more."""
    return {CLOSED: None} if state.closed else {}


@dataclass(frozen=True, slots=True)
class SetQuotas:
    """Change the training-minutes limit, the model-count limit, or both.

    On a paused racer the remembered limits change and the racer stays paused.

    Attributes:
        minutes: The change of the limit on minutes; None leaves it as it is.
        models: The change of the limit on models; None leaves it as it is.
    """

    kind: ClassVar[OperationKind] = OperationKind.SET_QUOTAS
    minutes: QuotaChange | None
    models: QuotaChange | None

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        if state.limits.paused:
            return self._apply_to_remembered(state)
        after: dict[str, int | None] = {}
        if self.minutes is not None:
            after[MINUTES_LIMIT] = self.minutes.apply(state.limits.minutes)
        if self.models is not None:
            after[MODELS_LIMIT] = self.models.apply(state.limits.models)
        if state.overlaid(after).limits.paused:
            # 0 and 0 is what paused means, so what it replaces is remembered as a pause would.
            after |= {MINUTES_LIMIT: 0, MODELS_LIMIT: 0, **remembered_values(state.limits)}
        return change_of(state, after)

    def _apply_to_remembered(self, state: TargetState) -> Change:
        after: dict[str, int | None] = {}
        if self.minutes is not None:
            after[REMEMBERED_MINUTES] = _of_remembered(self.minutes, state.remembered.minutes)
        if self.models is not None:
            after[REMEMBERED_MODELS] = _of_remembered(self.models, state.remembered.models)
        if state.overlaid(after).remembered.paused:
            raise CannotChangeError(f"{_PAUSED}0 and 0 cannot be remembered for resuming")
        return change_of(state, after)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {
            name: str(change)
            for name, change in (("minutes", self.minutes), ("models", self.models))
            if change is not None
        }

    def describe(self) -> str:
        """See `Action.describe`."""
        parts = ["Set usage quotas"]
        if self.minutes is not None:
            parts.append(f"hours {hours_text(self.minutes)}")
        if self.models is not None:
            parts.append(f"models {self.models}")
        return "  ".join(parts)


def _of_remembered(change: QuotaChange, limit: int | None) -> int:
    """Return what a change makes of a paused racer's remembered limit."""
    try:
        return change.apply(limit)
    except CannotChangeError as error:
        why = f"with the limit that is remembered {error}"
        if limit is None:
            why = "no limit is remembered that +N or -N could change"
        elif limit == UNLIMITED:
            why = "the limit that is remembered is unlimited, which +N or -N cannot change"
        raise CannotChangeError(f"{_PAUSED}{why}") from error


def hours_text(change: QuotaChange) -> str:
    """Return a change of the limit on minutes as hours are typed: `+2`, `7`, `unlimited`."""
    if not change.relative and change.amount == UNLIMITED:
        return "unlimited"
    hours = f"{abs(change.amount) / 60:.2f}".rstrip("0").rstrip(".")
    sign = ("-" if change.amount < 0 else "+") if change.relative else ""
    return f"{sign}{hours}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Set both limits to 0 and remember what they were."""

    kind: ClassVar[OperationKind] = OperationKind.PAUSE

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        if state.limits.paused:
            return change_of(state, {MINUTES_LIMIT: 0, MODELS_LIMIT: 0, **_open(state)})
        return change_of(
            state, {MINUTES_LIMIT: 0, MODELS_LIMIT: 0, **remembered_values(state.limits)}
        )

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        return {}

    def describe(self) -> str:
        """See `Action.describe`."""
        return "Pause sponsorship"


class ResumeTo(StrEnum):
    """Which limits a resumed racer gets first."""

    REMEMBERED = "remembered"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Resume:
    """Give a paused racer limits again.

    Attributes:
        to: The remembered limits, or the new-user defaults for everyone.
        defaults: The new-user defaults as known when it was planned; they stand in for a limit
            that is not remembered, unless both are 0 (a closed event's).
        asked: What the admin answered for limits that neither gives.
    """

    kind: ClassVar[OperationKind] = OperationKind.RESUME
    to: ResumeTo = ResumeTo.REMEMBERED
    defaults: Limits = NO_LIMITS
    asked: Limits = NO_LIMITS

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`."""
        if not state.limits.paused:
            as_it_is = {**limit_values(state.limits), **remembered_values(state.remembered)}
            return change_of(state, as_it_is)
        remembered = state.remembered
        minutes = self._first(remembered.minutes, self.defaults.minutes, self.asked.minutes)
        models = self._first(remembered.models, self.defaults.models, self.asked.models)
        if minutes is None or models is None:
            raise CannotChangeError("nothing is remembered and the new-user defaults are unknown")
        if Limits(minutes, models).paused:
            raise CannotChangeError("nothing is remembered and the new-user defaults are 0 and 0")
        change = change_of(
            state,
            {
                MINUTES_LIMIT: minutes,
                MODELS_LIMIT: models,
                **remembered_values(NO_LIMITS),
                **_open(state),
            },
        )
        if self.to is ResumeTo.REMEMBERED:
            return replace(change, note=self._note(remembered, minutes, models))
        return change

    def _note(self, remembered: Limits, minutes: int, models: int) -> str:
        """Say which limits are not remembered, what stands in for them, and where that is from."""
        hours = "unlimited hours" if minutes == UNLIMITED else f"{limit_hours(minutes)} h"
        count = "unlimited models" if models == UNLIMITED else counted(models, "model")
        new: list[tuple[str, str, str]] = []
        if remembered.minutes is None:
            new.append(("hours", hours, self._source(self.defaults.minutes, self.asked.minutes)))
        if remembered.models is None:
            new.append(("models", count, self._source(self.defaults.models, self.asked.models)))
        if not new:
            return ""
        missing = "nothing" if len(new) > 1 else f"{new[0][0]} not"
        sources = {source for _, _, source in new}
        if len(sources) == 1:
            given = f"{' and '.join(text for _, text, _ in new)} ({sources.pop()})"
        else:
            given = " and ".join(f"{text} ({source})" for _, text, source in new)
        return f"{missing} remembered: {given}"

    def _source(self, default: int | None, asked: int | None) -> str:
        """Say where a limit is from that is not remembered; see `_first`."""
        by_default = asked is None or (default is not None and not self.defaults.paused)
        return "new-user defaults" if by_default else "as asked for"

    def _first(self, remembered: int | None, default: int | None, asked: int | None) -> int | None:
        candidates = [default, asked]
        if self.defaults.paused:
            candidates = [asked, default]
        if self.to is ResumeTo.REMEMBERED:
            candidates.insert(0, remembered)
        return next((limit for limit in candidates if limit is not None), None)

    def params(self) -> dict[str, str]:
        """See `Action.params`."""
        limits = {
            "default_minutes": self.defaults.minutes,
            "default_models": self.defaults.models,
            "asked_minutes": self.asked.minutes,
            "asked_models": self.asked.models,
        }
        known = {name: str(limit) for name, limit in limits.items() if limit is not None}
        return {"to": self.to.value, **known}

    def describe(self) -> str:
        """See `Action.describe`."""
        return f"Resume sponsorship  to {self.to.value}"
