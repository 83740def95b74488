"""Plans: what an action will do to each selected target, before anything is done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.actions import Action, Change, Restore, TargetState, applied
from drtui.domain.errands import Errand, Service, service_of
from drtui.domain.operations import (
    ACCOUNT_FIELDS,
    ALIAS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    ROLE_NAME,
    Item,
    OperationKind,
    Values,
    deletes,
    text_in,
)
from drtui.domain.quota_actions import while_paused
from drtui.domain.quotas import CannotChangeError
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.sponsorship import is_alias
from drtui.domain.wording import role_text

YOURSELF: Final = "yourself"
"""Why whoever is signed in is left out."""

_ROLE_UNREAD: Final = "its role is not known"
_ADMIN_FIRST: Final = "sync as an admin first"


@dataclass(frozen=True, slots=True)
class Target:
    """A selected profile, with the state it will be in once what is on its way has arrived.

    Attributes:
        profile_id: Of an errand, `Errand.target`.
        named: Whether the admin named it on its own, not by a filter or with all others.
        email: None is unknown.
        on_the_way: Whether something is on its way for it.
        waits: Whether what is planned for it waits behind something that is not settled.
        confirmed: Its state without what is on its way; None where that is all there is.
        paused_by: The operation on its way that pauses it; None where none does, or it is
            resumed after that.
        minutes: Used and queued this month; None is unknown.
        models: Created this month; None is unknown.
    """

    profile_id: str
    alias: str
    role: Role
    state: TargetState
    named: bool = False
    email: str | None = None
    on_the_way: bool = False
    waits: bool = False
    confirmed: TargetState | None = None
    paused_by: int | None = None
    minutes: int | None = None
    models: int | None = None

    @property
    def now(self) -> TargetState:
        """The state that it is in now, as far as is known."""
        return self.state if self.confirmed is None else self.confirmed

    @property
    def by_name(self) -> bool:
        """Whether nothing but its name was ever read, so that its role is not known."""
        return self.role is Role.UNKNOWN and self.state.role_name is None


class Outcome(StrEnum):
    """What a plan says of one target."""

    CHANGE = "change"
    ALREADY_SO = "already so"
    LEFT_OUT = "left out"
    CANNOT = "cannot"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """One row of a plan.

    Attributes:
        change: The values before and after; None where nothing will be submitted.
        theirs: What the target has instead of what an undo expected, in a conflict.
        reason: Why it is left out, cannot, conflicts, or what else there is to know.
        expires_at: See `Errand.expires_at`.
    """

    target: Target
    outcome: Outcome
    change: Change | None = None
    theirs: Values | None = None
    reason: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen, target by target, when it is submitted.

    Attributes:
        kind: What the operation will be.
        what: One line, such as `Pause sponsorship`.
        params: The action as texts, as `Action.params`; empty for an undo.
        rows: One per selected target, in the order of selection.
        unmatched: What of the selection matched nobody.
        position: The newest operation's id when the plan was made.
        undoes: The operation it undoes.
        ambiguous: Of those that are named, the profile ids whose alias does not tell who they
            are: others have it too, or it cannot be shown as it is.
    """

    kind: OperationKind
    what: str
    rows: tuple[PlannedTarget, ...]
    position: int
    params: Mapping[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    undoes: int | None = None
    ambiguous: frozenset[str] = frozenset()

    @property
    def users(self) -> list[PlannedTarget]:
        """The rows that are about users, and not errands."""
        return [row for row in self.rows if service_of(row.target.profile_id) is None]

    @property
    def errands(self) -> dict[Service, list[PlannedTarget]]:
        """The rows that are errands, by who carries them out."""
        found: dict[Service, list[PlannedTarget]] = {}
        for row in self.rows:
            service = service_of(row.target.profile_id)
            if service is not None:
                found.setdefault(service, []).append(row)
        return found

    def count(self, outcome: Outcome) -> int:
        """How many targets have this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    def reasons(self, outcome: Outcome) -> list[tuple[str, int]]:
        """The reasons given for an outcome, the most frequent first."""
        return Counter(row.reason for row in self.rows if row.outcome is outcome).most_common()

    @property
    def to_submit(self) -> list[PlannedTarget]:
        """The rows that become items of the operation."""
        kept = (Outcome.CHANGE, Outcome.ALREADY_SO, Outcome.CONFLICT)
        return [row for row in self.rows if row.outcome in kept]

    @property
    def changes_something(self) -> bool:
        """Whether submitting it would do anything at all."""
        return any(row.outcome in (Outcome.CHANGE, Outcome.CONFLICT) for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether no selected target is left without what was asked for it."""
        return not self.unmatched and not self.count(Outcome.CANNOT)


def plan_target(action: Action, target: Target, me: str) -> PlannedTarget:
    """Plan an action on one target.

    Sponsored users are the racers: other roles are left out of bulk actions unless they are
    named on their own, and whoever is signed in is always left out. Of somebody who was read by
    name alone nothing can be planned that depends on what was not read; a deletion always does,
    by the role.

    Args:
        action: What to do.
        target: Whom to do it to.
        me: The profile id of whoever is signed in; empty when not known.
    """
    if reason := left_out(target, me):
        return PlannedTarget(target, Outcome.LEFT_OUT, reason=reason)
    try:
        change = applied(action, target.state)
    except CannotChangeError as error:
        reason = while_paused(str(error), target.paused_by)
        return PlannedTarget(target, Outcome.CANNOT, reason=reason)
    if target.by_name and (lacking := _unread(change)):
        return PlannedTarget(target, Outcome.CANNOT, reason=lacking)
    if change.already_so:
        return PlannedTarget(target, Outcome.ALREADY_SO, change)
    return PlannedTarget(target, Outcome.CHANGE, change, reason=_notes(change))


def left_out(target: Target, me: str) -> str:
    """Return why a target is left out of whatever is planned; empty where it is not.

    See `plan_target`, whose arguments these are.
    """
    if target.profile_id == me:
        return YOURSELF
    if target.role is not Role.RACER and not target.named:
        return _role_reason(target)
    return ""


def plan_errand(errand: Errand) -> PlannedTarget:
    """Return an errand as a row of a plan; its target bears the errand's and its label."""
    state = TargetState(NO_LIMITS)
    target = Target(errand.target, errand.label, Role.UNKNOWN, state, email=errand.email)
    change = Change(errand.before, errand.after, errand.note)
    if change.already_so:
        return PlannedTarget(target, Outcome.ALREADY_SO, change)
    return PlannedTarget(
        target, Outcome.CHANGE, change, reason=errand.note, expires_at=errand.expires_at
    )


def _role_reason(target: Target) -> str:
    if target.by_name:
        return _ROLE_UNREAD
    if target.role is Role.UNKNOWN:
        return "role that this version does not know"
    return role_text(target.role)


def _unread(change: Change) -> str:
    """Say what a change lacks of somebody who was read by name alone; empty when nothing."""
    if deletes(change.after):
        return f"{_ROLE_UNREAD}: {_ADMIN_FIRST}"
    unknown = any(change.before[name] is None for name in change.before if name in ACCOUNT_FIELDS)
    return f"what it has is not known: {_ADMIN_FIRST}" if unknown else ""


def _notes(change: Change) -> str:
    lost = _lost(change.before)
    warning = f"undo cannot bring back {lost}" if lost else ""
    return "; ".join(filter(None, (change.note, warning)))


def _lost(before: Values) -> str:
    """Return what an undo could not put back of some values; empty where it could all."""
    if any(before.get(name, 0) is None for name in (MINUTES_LIMIT, MODELS_LIMIT)):
        return "limits that were never set"
    if before.get(ROLE_NAME, "") is None:
        return "a role that was not known"
    if not is_alias(text_in(before, ALIAS) or "no-alias-among-them"):
        return "an alias that the deployment does not take"
    return ""


def plan_restore(item: Item, target: Target) -> PlannedTarget:
    """Plan the undo of one item: put its before-values back.

    A deletion cannot be undone, and an absent before-value cannot be put back; a target that was
    changed since is a conflict.
    """
    if deletes(item.after):
        return PlannedTarget(target, Outcome.CANNOT, reason="a deletion cannot be undone")
    if target.state.deleted:
        return PlannedTarget(target, Outcome.CANNOT, reason="is being deleted")
    lost = _lost(item.before)
    if lost:
        return PlannedTarget(target, Outcome.CANNOT, reason=f"cannot bring back {lost}")
    restore = Restore(expected=item.after, restored=item.before)
    try:
        change = restore.apply(target.state)
    except CannotChangeError as error:
        return in_conflict(item, target, str(error))
    if change.already_so:
        return PlannedTarget(target, Outcome.ALREADY_SO, change)
    return PlannedTarget(target, Outcome.CHANGE, change)


def in_conflict(item: Item, target: Target, reason: str) -> PlannedTarget:
    """Return the undo of an item whose target was changed since, for a reason."""
    now = target.state.values()
    return PlannedTarget(
        target,
        Outcome.CONFLICT,
        Change(item.after, item.before),
        theirs={name: now[name] for name in item.before},
        reason=reason,
    )
