"""What actions make of one target; here: set quotas, pause, resume, undo.

An action is applied to a target's state when it is planned, and once more when an earlier
operation on the same target did not come about and the plan has to be re-based.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Protocol

from drtui.domain.operations import (
    ALIAS,
    CLOSED,
    DELETED,
    MEANT_MODELS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    PRESENT,
    REMEMBERED_MINUTES,
    REMEMBERED_MODELS,
    ROLE_NAME,
    STORED_MODELS,
    USER,
    OperationKind,
    Value,
    Values,
    deletes,
    limits_in,
    number_in,
    text_in,
)
from drtui.domain.quotas import CannotChangeError, QuotaChange, limit_hours
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from drtui.domain.wording import counted


@dataclass(frozen=True, slots=True)
class TargetState:
    """What one target will be once everything on its way has arrived.

    Attributes:
        limits: The account's limits.
        remembered: The limits that a pause replaced; both None when nothing is remembered.
        alias: As the account has it.
        role_name: The user-pool group; None when it is not known.
        models_deleted: Whether a deletion of all stored models is on its way.
        deleted: Whether a deletion of the user is on its way.
        closed: Whether its limits are 0 because multi-user mode was disabled.
    """

    limits: Limits
    remembered: Limits = NO_LIMITS
    alias: str = ""
    role_name: str | None = None
    models_deleted: bool = False
    deleted: bool = False
    closed: bool = False

    def values(self) -> dict[str, Value]:
        """Return the state as values by field name."""
        return {
            **_limits(self.limits),
            **_remembering(self.remembered),
            ALIAS: self.alias,
            ROLE_NAME: self.role_name,
            STORED_MODELS: DELETED if self.models_deleted else PRESENT,
            USER: DELETED if self.deleted else PRESENT,
            CLOSED: 1 if self.closed else None,
        }

    def has(self, values: Values) -> bool:
        """Whether these are its values."""
        present = self.values()
        return all(present[name] == value for name, value in values.items() if name != MEANT_MODELS)

    def overlaid(self, after: Values) -> "TargetState":
        """Return this state with the values of an item on its way laid over it."""
        values = {**self.values(), **after}
        return TargetState(
            limits=limits_in(values),
            remembered=Limits(
                number_in(values, REMEMBERED_MINUTES), number_in(values, REMEMBERED_MODELS)
            ),
            alias=text_in(values, ALIAS) or "",
            role_name=text_in(values, ROLE_NAME),
            models_deleted=values[STORED_MODELS] == DELETED,
            deleted=values[USER] == DELETED,
            closed=bool(values[CLOSED]),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """The values of the fields that an action touches, before and after (the same keys).

    Attributes:
        note: What the admin has to know before confirming it; empty when there is nothing.
        meant: Of a deletion of all models, the ids of those that are known; None where they were
            never read.
    """

    before: Values
    after: Values
    note: str = ""
    meant: frozenset[str] | None = None

    @property
    def already_so(self) -> bool:
        """Whether nothing would change."""
        return dict(self.before) == dict(self.after)


def planned_on(change: Change, state: TargetState) -> dict[str, Value]:
    """Return what an item was planned on: of a deletion also the role, which decides whose it is.

    And of one of all models those that it means.

    Args:
        change: What the item does.
        state: Of its target, as planned on.
    """
    role = {ROLE_NAME: state.role_name} if deletes(change.after) else {}
    meant = {} if change.meant is None else {MEANT_MODELS: " ".join(sorted(change.meant))}
    return {**change.before, **role, **meant}


class Applicable(Protocol):
    """Whatever can be applied to a target."""

    def apply(self, state: TargetState) -> Change:
        """Return what it changes on a target.

        Raises:
            CannotChangeError: It has no meaning for this target; the message says why.
        """


class Action(Applicable, Protocol):
    """An action that can be applied to any target, stored, and read back."""

    kind: ClassVar[OperationKind]

    def params(self) -> dict[str, str]:
        """Return the action as texts, for `action_from`."""

    def describe(self) -> str:
        """Return the action in one line, with the guide's label first."""


def applied(action: Applicable, state: TargetState) -> Change:
    """Return what an action changes on a target that may be on its way out.

    Raises:
        CannotChangeError: It has no meaning for this target, or the user is being deleted.
    """
    if state.deleted:
        raise CannotChangeError("is being deleted")
    return action.apply(state)


def change_of(state: TargetState, after: Values, note: str = "") -> Change:
    """Return the change from a state to some values of it."""
    before = state.values()
    return Change({name: before[name] for name in after}, dict(after), note)


def _limits(limits: Limits) -> dict[str, int | None]:
    return {MINUTES_LIMIT: limits.minutes, MODELS_LIMIT: limits.models}


def _open(state: TargetState) -> dict[str, int | None]:
    """Whoever is paused or resumed on its own is not waiting for multi-user mode any more."""
    return {CLOSED: None} if state.closed else {}


def _remembering(limits: Limits) -> dict[str, int | None]:
    return {REMEMBERED_MINUTES: limits.minutes, REMEMBERED_MODELS: limits.models}


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
            after |= {MINUTES_LIMIT: 0, MODELS_LIMIT: 0, **_remembering(state.limits)}
        return change_of(state, after)

    def _apply_to_remembered(self, state: TargetState) -> Change:
        after: dict[str, int | None] = {}
        if self.minutes is not None:
            after[REMEMBERED_MINUTES] = _of_remembered(self.minutes, state.remembered.minutes)
        if self.models is not None:
            after[REMEMBERED_MODELS] = _of_remembered(self.models, state.remembered.models)
        if state.overlaid(after).remembered.paused:
            raise CannotChangeError("paused, and 0 and 0 cannot be remembered for resuming")
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
            parts.append(f"hours {_hours_change(self.minutes)}")
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
        raise CannotChangeError(f"paused, and {why}") from error


def _hours_change(change: QuotaChange) -> str:
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
        return change_of(state, {MINUTES_LIMIT: 0, MODELS_LIMIT: 0, **_remembering(state.limits)})

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
            as_it_is = {**_limits(state.limits), **_remembering(state.remembered)}
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
                **_remembering(NO_LIMITS),
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


@dataclass(frozen=True, slots=True)
class Restore:
    """Put the before-values of an undone operation's item back.

    Attributes:
        expected: What the undone item asked for; anything else has been changed since.
        restored: The values to put back; the same keys.
    """

    expected: Values
    restored: Values

    def apply(self, state: TargetState) -> Change:
        """See `Applicable.apply`; a target that somebody changed since cannot be restored."""
        now = state.values()
        present = {name: now[name] for name in self.restored}
        if present == dict(self.restored):
            return Change(present, present)
        if present != dict(self.expected):
            raise CannotChangeError("changed since by somebody else")
        return Change(present, dict(self.restored))
