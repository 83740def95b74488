"""Plans: what an action will do to each selected target, before anything is done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from drtui.domain.actions import Action, Change, Restore, TargetState, applied
from drtui.domain.operations import (
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
from drtui.domain.quotas import CannotChangeError
from drtui.domain.records import Role
from drtui.domain.sponsorship import is_alias
from drtui.domain.wording import counted, role_text

_ACTS: Final[Mapping[OperationKind, str]] = {
    OperationKind.SET_QUOTAS: "get new quotas",
    OperationKind.PAUSE: "be paused",
    OperationKind.RESUME: "be resumed",
    OperationKind.UNDO: "get back what they had",
    OperationKind.CHANGE_ALIAS: "be renamed",
    OperationKind.CHANGE_ROLE: "change role",
    OperationKind.DELETE_MODELS: "lose their models",
    OperationKind.DELETE_USERS: "be deleted",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A selected profile, with the state it will be in once what is on its way has arrived.

    Attributes:
        named: Whether the admin named it on its own, not by a filter or with all others.
        email: None is unknown.
    """

    profile_id: str
    alias: str
    role: Role
    state: TargetState
    named: bool = False
    email: str | None = None


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
    """

    target: Target
    outcome: Outcome
    change: Change | None = None
    theirs: Values | None = None
    reason: str = ""


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
    named on their own, and whoever is signed in is always left out.

    Args:
        action: What to do.
        target: Whom to do it to.
        me: The profile id of whoever is signed in; empty when not known.
    """
    if target.profile_id == me:
        return PlannedTarget(target, Outcome.LEFT_OUT, reason="yourself")
    if target.role is not Role.RACER and not target.named:
        return PlannedTarget(target, Outcome.LEFT_OUT, reason=_role_reason(target.role))
    try:
        change = applied(action, target.state)
    except CannotChangeError as error:
        return PlannedTarget(target, Outcome.CANNOT, reason=str(error))
    if change.already_so:
        return PlannedTarget(target, Outcome.ALREADY_SO, change)
    return PlannedTarget(target, Outcome.CHANGE, change, reason=_notes(change))


def _role_reason(role: Role) -> str:
    if role is Role.UNKNOWN:
        return "role that this version does not know"
    return role_text(role)


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
        now = target.state.values()
        return PlannedTarget(
            target,
            Outcome.CONFLICT,
            Change(item.after, item.before),
            theirs={name: now[name] for name in item.before},
            reason=str(error),
        )
    if change.already_so:
        return PlannedTarget(target, Outcome.ALREADY_SO, change)
    return PlannedTarget(target, Outcome.CHANGE, change)


def act_line(plan: Plan, whose: str = "") -> str:
    """Return what a plan will do, in a line: `1,997 of 2,000 marked users will be paused`.

    Args:
        plan: What will happen, target by target.
        whose: How the targets were chosen, such as `marked`; empty where that goes without
            saying.
    """
    users = counted(len(plan.rows), f"{whose} user".strip())
    return f"{plan.count(Outcome.CHANGE):,} of {users} will {_ACTS[plan.kind]}"


def stay_paused(number: int) -> str:
    """Say what new quotas do to so many paused users, in a line."""
    who = counted(number, "is paused and stays", "are paused and stay")
    return f"{who} paused: the new quota is remembered for them"


def _paused(plan: Plan) -> int:
    """How many of those who change are paused."""
    return sum(
        row.outcome is Outcome.CHANGE and row.target.state.limits.paused for row in plan.rows
    )


def summary_lines(plan: Plan, whose: str = "") -> Sequence[str]:
    """Return the plan in numbers, one line an outcome, the reasons behind it; see `act_line`."""
    lines = [act_line(plan, whose)]
    if plan.kind is OperationKind.SET_QUOTAS and (paused := _paused(plan)):
        lines.append(stay_paused(paused))
    words = {
        Outcome.ALREADY_SO: "already so",
        Outcome.LEFT_OUT: "left out",
        Outcome.CANNOT: "cannot",
        Outcome.CONFLICT: "in conflict",
    }
    for outcome, word in words.items():
        count = plan.count(outcome)
        if count:
            reasons = " · ".join(
                f"{reason} ({number:,})" for reason, number in plan.reasons(outcome) if reason
            )
            lines.append(f"{count:,} {word}" + (f": {reasons}" if reasons else ""))
    if plan.unmatched:
        lines.append(f"{len(plan.unmatched):,} matched nobody, or more than one")
    return lines
