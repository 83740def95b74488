"""Undo: put back what one of one's own operations replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drtui.commands import bulk
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.actions import TargetState
from drtui.domain.handling import Handling, refusal
from drtui.domain.operations import Item, ItemState, Operation, OperationKind, deletes
from drtui.domain.planning import Outcome, Plan, PlannedTarget, Target, plan_restore
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.text import clean
from drtui.domain.wording import CHANGED_MEANWHILE
from drtui.store import interventions, operation_log
from drtui.store.attribution import reasons_of_change
from drtui.store.database import Transaction
from drtui.store.sign_in import read_sign_in
from drtui.store.targets import targets_by_profile

_APPLIED = (ItemState.DONE, ItemState.SENDING, ItemState.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing an operation will do.

    Attributes:
        undone: The operation to undo.
        plan: The targets that were changed, or may have been.
        not_sent: How many items have not been sent yet and will be cancelled.
        skipped: Later operations of one's own that cannot be undone, a sentence each.
    """

    undone: Operation
    plan: Plan
    not_sent: int
    skipped: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether submitting it would do anything at all."""
        return bool(self.not_sent) or self.plan.changes_something


def plan_undo(workspace: Workspace, operation_id: int | None = None) -> UndoPlan:
    """Plan to undo one's own operation, the last that can be undone unless another is named.

    Where none can, the plan is that of the last one, and says why.

    Raises:
        NotAllowedError: Whoever is signed in has a role that may not put anything back; what has
            not been sent can still be cancelled.
        InvalidInputError: There is none, it is somebody else's, or it is undone already.
    """
    with workspace.database.read() as connection:
        if operation_id is not None:
            undo = _plan(connection, _own_operation(connection, workspace.who, operation_id))
        else:
            undo = _plan_last(connection, workspace.who)
        if undo.plan.changes_something:
            permissions.check(read_sign_in(connection).role, OperationKind.UNDO)
    return undo


def next_to_undo(workspace: Workspace) -> Operation | None:
    """Return the operation that an undo would be for, by what the log says of it, unplanned."""
    with workspace.database.read() as connection:
        return next(
            (
                candidate
                for candidate in _candidates(connection, workspace.who)
                if not refusal(Handling.UNDO, candidate, workspace.who)
            ),
            None,
        )


def submit_undo(workspace: Workspace, plan: UndoPlan) -> int | None:
    """Cancel what has not been sent, and write the undo of the rest to the operation log.

    Returns:
        The undo's number; None when nothing had been sent.

    Raises:
        PlanOutdatedError: Another operation on one of its targets came in since.
        StoreProblemError: The store cannot be written.
    """
    operation_id = plan.undone.operation_id
    interventions.cancel(workspace.database, operation_id, workspace.author(), unsent_only=True)
    with workspace.database.read() as connection:
        # What was on its way when the plan was made may have arrived since.
        anew = _plan(connection, plan.undone)
    return bulk.submit(workspace, anew.plan)


def _candidates(connection: Transaction, who: str) -> Iterator[Operation]:
    """Return one's own operations of which something came about, or will, the newest first."""
    for candidate in operation_log.operations(connection):
        own = candidate.who == who and candidate.kind is not OperationKind.UNDO
        effective = candidate.count(*_APPLIED, ItemState.PENDING)
        if own and effective and candidate.undone_by is None:
            yield candidate


def _plan_last(connection: Transaction, who: str) -> UndoPlan:
    skipped: list[UndoPlan] = []
    for candidate in _candidates(connection, who):
        undo = _plan(connection, candidate)
        if undo.changes_something:
            return replace(undo, skipped=tuple(map(_why_skipped, skipped)))
        skipped.append(undo)
    if not skipped:
        raise InvalidInputError("There is no operation of yours to undo.")
    return skipped[0]


def _why_skipped(undo: UndoPlan) -> str:
    plan = undo.plan
    reasons = [reason for reason, _ in plan.reasons(Outcome.CANNOT) if reason]
    why = "nothing of it is left to put back"
    if reasons:
        why = reasons[0]
    elif plan.unmatched:
        why = "its users are not there any more"
    return f"Operation {undo.undone.operation_id} is left out ({undo.undone.what}): {why}."


def _own_operation(connection: Transaction, who: str, operation_id: int) -> Operation:
    found = operation_log.operation(connection, operation_id)
    if found is None:
        raise InvalidInputError(f"There is no operation {operation_id}.")
    if found.who != who:
        raise InvalidInputError(
            f"Operation {operation_id} is {clean(found.who)}'s: only they undo it."
        )
    if found.undone_by is not None:
        raise InvalidInputError(
            f"Operation {operation_id} has been undone already, by operation {found.undone_by}."
        )
    return found


def _plan(connection: Transaction, undone: Operation) -> UndoPlan:
    items = operation_log.items(connection, undone.operation_id)
    applied = [item for item in items if item.state in _APPLIED and not item.cancel_requested]
    chosen = targets_by_profile(connection, [item.target for item in applied])
    # Of a deletion there is nobody left, but something to say.
    chosen |= {
        item.target: Target(item.target, item.label, Role.UNKNOWN, TargetState(NO_LIMITS))
        for item in applied
        if item.target not in chosen and deletes(item.after)
    }
    rows: list[PlannedTarget] = [
        plan_restore(item, chosen[item.target]) for item in applied if item.target in chosen
    ]
    rows = _attributed(connection, applied, rows)
    gone = tuple(_gone(item) for item in applied if item.target not in chosen)
    plan = Plan(
        kind=OperationKind.UNDO,
        what=f"Undo {undone.operation_id}: {undone.what}",
        rows=tuple(rows),
        position=operation_log.newest_operation(connection),
        unmatched=gone,
        undoes=undone.operation_id,
    )
    plan = bulk.with_names(connection, plan)
    return UndoPlan(undone, plan, sum(item.state is ItemState.PENDING for item in items))


def _attributed(
    connection: Transaction, items: Sequence[Item], rows: Sequence[PlannedTarget]
) -> list[PlannedTarget]:
    """Say of what was changed since which later operation of ours did it, where one did."""
    by_target = {item.target: item for item in items}
    changed = [
        (by_target[row.target.profile_id], row.theirs) for row in rows if row.theirs is not None
    ]
    reasons = {
        item.target: reason
        for item, reason in reasons_of_change(connection, changed, pending=True)
        if reason != CHANGED_MEANWHILE
    }
    return [
        replace(row, reason=reasons.get(row.target.profile_id, row.reason))
        if row.theirs is not None
        else row
        for row in rows
    ]


def _gone(item: Item) -> str:
    return f"{item.label} (the profile no longer exists)"
