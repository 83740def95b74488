"""Undo: put back what an operation replaced; one's own, unless another's is named."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drtui.commands import bulk
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.actions import TargetState
from drtui.domain.changes import RecordKind
from drtui.domain.errands import OF_DEPLOYMENT, service_of
from drtui.domain.handling import Handling, not_theirs, refusal
from drtui.domain.left_out import LeftOut, by_reason
from drtui.domain.operations import Item, ItemState, Operation, OperationKind, deletes
from drtui.domain.overtaken import overtaken_by
from drtui.domain.planning import (
    Outcome,
    Plan,
    PlannedTarget,
    Target,
    in_conflict,
    plan_restore,
)
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.text import clean
from drtui.domain.undo_errands import plan_put_back, present_of
from drtui.domain.wording import changed_since
from drtui.store import following, interventions, operation_log
from drtui.store.attribution import operations_of_change
from drtui.store.database import Transaction
from drtui.store.overtaking import authors, later_items
from drtui.store.settings import read_settings
from drtui.store.sign_in import read_sign_in
from drtui.store.targets import targets_by_profile
from drtui.store.undoing import targets_undone

_APPLIED: Final = (ItemState.DONE, ItemState.SENDING, ItemState.DOUBTFUL)
_AT_ONCE: Final = 20  # operations that are read at once, of which the first one mostly does


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing an operation will do.

    Attributes:
        undone: The operation to undo.
        plan: The targets that were changed, or may have been.
        not_sent: How many items have not been sent yet and will be cancelled.
        skipped: Which later operations of one's own are left out, and why, in sentences.
        of: Whose operation it is, where it is not one's own and they were named.
    """

    undone: Operation
    plan: Plan
    not_sent: int
    skipped: tuple[str, ...] = ()
    of: str = ""

    @property
    def changes_something(self) -> bool:
        """Whether submitting it would do anything at all."""
        return bool(self.not_sent) or self.plan.changes_something


def plan_undo(workspace: Workspace, operation_id: int | None = None, *, of: str = "") -> UndoPlan:
    """Plan to undo one's own operation, the last that can be undone unless another is named.

    Where none can, the plan is that of the last one, and says why.

    Args:
        workspace: Whose store.
        operation_id: The operation; None is one's own last one.
        of: Whose it is, where it is not one's own.

    Raises:
        NotAllowedError: Whoever is signed in has a role that may not put anything back; what has
            not been sent can still be cancelled.
        InvalidInputError: There is none, it is somebody else's, it is undone already, or nothing
            of it can be.
    """
    with workspace.database.read() as connection:
        if operation_id is not None:
            found = _operation(connection, workspace.who, operation_id, of)
            undo = replace(_plan(connection, found, workspace.who), of=of)
        elif of:
            raise InvalidInputError("Say which operation: another's is undone by its number.")
        else:
            undo = _plan_last(connection, workspace.who)
        _check_permission(connection, undo.plan)
    return undo


def next_to_undo(workspace: Workspace) -> Operation | None:
    """Return the operation that an undo would be for, by what the log says of it.

    It is planned only where it was undone in part, since nothing may be left to put back.
    """
    with workspace.database.read() as connection:
        return next(
            (
                candidate
                for candidate in _own(connection, workspace.who)
                if not refusal(Handling.UNDO, candidate)
                and (
                    candidate.undoing is None
                    or _plan(connection, candidate, workspace.who).changes_something
                )
            ),
            None,
        )


def submit_undo(workspace: Workspace, plan: UndoPlan) -> int | None:
    """Cancel what has not been sent, and write the undo of the rest to the operation log.

    Returns:
        The undo's number; None when nothing had been sent.

    Raises:
        PlanOutdatedError: It would come to something else than what the plan says by now.
        NotAllowedError: As of `plan_undo`.
        InvalidInputError: It has been undone meanwhile.
        StoreProblemError: The store cannot be written. Of all these nothing was changed.
    """
    database, author = workspace.database, workspace.author()
    operation_id = plan.undone.operation_id
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        undone = _operation(connection, workspace.who, operation_id, plan.of)
        now = database.clock()
        interventions.cancel_unsent(connection, operation_id, author, now)
        # What was on its way when the plan was made may have arrived since.
        anew = _plan(connection, undone, workspace.who)
        _check_as_shown(plan.plan, anew.plan)
        _check_permission(connection, anew.plan)
        if not anew.plan.changes_something:
            return None
        return operation_log.submit_in(connection, anew.plan, author, now)


def _check_as_shown(shown: Plan, now: Plan) -> None:
    """Refuse what comes to something else than the plan that was confirmed.

    Whoever was going to be cancelled and has been sent since is put back, and whoever was going
    to be put back and was not sent after all is cancelled: both have what they had before.

    Raises:
        PlanOutdatedError: It does.
    """
    before = {row.target.profile_id: row for row in shown.rows}
    as_shown = all(
        (row.outcome, row.change, row.theirs) == (was.outcome, was.change, was.theirs)
        if (was := before.get(row.target.profile_id)) is not None
        else row.outcome in (Outcome.CHANGE, Outcome.ALREADY_SO)
        for row in now.rows
    )
    if not as_shown or not set(now.unmatched) <= set(shown.unmatched):
        raise PlanOutdatedError(
            "What there is to put back has changed meanwhile: look at the plan again."
        )


def _check_permission(connection: Transaction, plan: Plan) -> None:
    """Refuse what the role of whoever is signed in may not put back.

    The sponsor's own AWS services do not ask for that role.

    Raises:
        NotAllowedError: It may not.
    """
    services = {
        service_of(row.target.profile_id)
        for row in plan.rows
        if row.outcome in (Outcome.CHANGE, Outcome.CONFLICT)
    }
    if any(service is None or service in OF_DEPLOYMENT for service in services):
        permissions.check(read_sign_in(connection).role, OperationKind.UNDO)


def _own(connection: Transaction, who: str) -> Iterator[Operation]:
    """Return one's own operations that are no undo, the newest first."""
    numbers = following.operations_to_undo(connection, who)
    for first in range(0, len(numbers), _AT_ONCE):
        part = numbers[first : first + _AT_ONCE]
        found = operation_log.operations_by_number(connection, part)
        yield from (found[number] for number in part)


def _plan_last(connection: Transaction, who: str) -> UndoPlan:
    skipped: list[UndoPlan] = []
    past = LeftOut()
    for candidate in _own(connection, who):
        if past.takes(candidate):
            continue
        undo = _plan(connection, candidate, who)
        if undo.changes_something:
            why = by_reason([(one.undone, _why_skipped(one.plan)) for one in skipped])
            return replace(undo, skipped=(*why, *past.told()))
        skipped.append(undo)
    if not skipped:
        told = ["There is no operation of yours to undo.", past.on_the_way()]
        raise InvalidInputError(" ".join(filter(None, told)))
    return replace(skipped[0], skipped=past.told())


def _why_skipped(plan: Plan) -> str:
    reasons = [reason for reason, _ in plan.reasons(Outcome.CANNOT) if reason]
    if reasons:
        return reasons[0]
    return "the users are not there any more" if plan.unmatched else "nothing is left to put back"


def _operation(connection: Transaction, who: str, operation_id: int, of: str) -> Operation:
    found = operation_log.operation(connection, operation_id)
    if found is None:
        raise InvalidInputError(f"There is no operation {operation_id}.")
    reason = not_theirs(Handling.UNDO, found, who, of) or refusal(Handling.UNDO, found)
    if reason:
        raise InvalidInputError(f"{reason[:1].upper()}{reason[1:]}.")
    return found


def _plan(connection: Transaction, undone: Operation, who: str) -> UndoPlan:
    items = operation_log.items(connection, undone.operation_id)
    came_about = [
        item
        for item in items
        if (item.state in _APPLIED or item.tried) and not item.cancel_requested
    ]
    applied = [item for item in came_about if item.service is None]
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
    rows = _overtaken(connection, applied, rows, who)
    errands = [item for item in came_about if item.service is not None]
    rows += _errands(connection, undone, errands, who)
    if undone.undoing is not None:
        settled = targets_undone(connection, undone.operation_id)
        rows = [_unless_settled(row, settled.get(row.target.profile_id)) for row in rows]
    whose = "" if undone.who == who else f" of {clean(undone.who)}"
    gone = tuple(_gone(item) for item in applied if item.target not in chosen)
    plan = Plan(
        kind=OperationKind.UNDO,
        what=f"Undo {undone.operation_id}{whose}: {_undone_deed(connection, undone)}",
        rows=tuple(rows),
        position=operation_log.newest_operation(connection),
        unmatched=gone,
        undoes=undone.operation_id,
    )
    plan = bulk.with_names(connection, plan)
    not_sent = sum(item.state is ItemState.PENDING and not item.tried for item in items)
    return UndoPlan(undone, plan, not_sent)


def _undone_deed(connection: Transaction, undone: Operation) -> str:
    """Return what an undo undoes; of the undo of an undo what is done again by that."""
    deed, again = undone, False
    while deed.undoes is not None:
        found = operation_log.operations_by_number(connection, [deed.undoes])
        if deed.undoes not in found:
            return undone.what
        deed, again = found[deed.undoes], not again
    return f"{deed.what}, again" if again else deed.what


def _unless_settled(row: PlannedTarget, by: int | None) -> PlannedTarget:
    """Leave out whom an undo has settled already, whatever was done to them since."""
    if by is None or row.outcome is Outcome.ALREADY_SO:
        return row
    return PlannedTarget(row.target, Outcome.LEFT_OUT, reason=f"settled already by operation {by}")


def _errands(
    connection: Transaction, undone: Operation, items: Sequence[Item], who: str
) -> list[PlannedTarget]:
    if not items:
        return []
    later = following.later_errands(connection, undone.operation_id)
    since = later_items(connection, undone.operation_id, items)
    numbers = {one.item.operation_id for several in since.values() for one in several}
    whose = _others(connection, numbers, who)
    settings, _ = read_settings(connection)
    return [
        plan_put_back(
            item,
            present_of(item, later.get(item.target, ()), settings),
            since.get(item.target, ()),
            whose,
        )
        for item in items
    ]


def _overtaken(
    connection: Transaction, items: Sequence[Item], rows: Sequence[PlannedTarget], who: str
) -> list[PlannedTarget]:
    """Make conflicts of those whom a later operation has set since, and say which one it was.

    That shows in their values, or in the log alone, where they have the same again.
    """
    by_target = {item.target: item for item in items}
    strange = [
        (by_target[row.target.profile_id], row.theirs) for row in rows if row.theirs is not None
    ]
    found: dict[str, Sequence[int]] = {
        item.target: operations
        for item, operations in operations_of_change(connection, strange, pending=True)
    }
    alike = [row.target for row in rows if row.outcome is Outcome.CHANGE]
    if alike:
        left = [by_target[target.profile_id] for target in alike]
        later = later_items(connection, left[0].operation_id, left)
        found |= {
            target.profile_id: overtaken_by(
                by_target[target.profile_id], target.state, later[target.profile_id]
            )
            for target in alike
            if target.profile_id in later
        }
    whose = _others(connection, {number for numbers in found.values() for number in numbers}, who)

    def planned(row: PlannedTarget) -> PlannedTarget:
        operations = found.get(row.target.profile_id)
        if not operations:
            return row
        item = by_target[row.target.profile_id]
        return in_conflict(item, row.target, changed_since(operations, whose))

    return [planned(row) for row in rows]


def _others(connection: Transaction, numbers: Collection[int], who: str) -> dict[int, str]:
    """Return who confirmed operations that are not one's own, by number."""
    return {number: other for number, other in authors(connection, numbers).items() if other != who}


def _gone(item: Item) -> str:
    return f"{item.label} (the profile no longer exists)"
