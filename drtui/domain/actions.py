"""What actions make of one target; here: undo. See `quota_actions` for quotas and sponsorship.

An action is applied to a target's state when it is planned, and once more when an earlier
operation on the same target did not come about and the plan has to be re-based.
"""

from dataclasses import dataclass
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
from drtui.domain.quotas import CannotChangeError
from drtui.domain.records import NO_LIMITS, Limits


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
            **limit_values(self.limits),
            **remembered_values(self.remembered),
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


def limit_values(limits: Limits) -> dict[str, int | None]:
    """Return limits as values by field name."""
    return {MINUTES_LIMIT: limits.minutes, MODELS_LIMIT: limits.models}


def remembered_values(limits: Limits) -> dict[str, int | None]:
    """Return limits to be remembered as values by field name."""
    return {REMEMBERED_MINUTES: limits.minutes, REMEMBERED_MODELS: limits.models}


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
