"""Planning an action for a selection, and submitting a confirmed plan."""

from collections.abc import Iterable
from dataclasses import replace

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.actions import Action
from drtui.domain.errands import Errand
from drtui.domain.naming import leading
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.store import operation_log
from drtui.store.bulk_planning import plan_users
from drtui.store.database import Transaction
from drtui.store.sign_in import read_sign_in
from drtui.store.targets import ambiguous


def plan_action(workspace: Workspace, action: Action, selection: Selection) -> Plan:
    """Return what an action will do to each selected user; nothing is changed yet.

    Raises:
        NotAllowedError: Whoever is signed in has a role that may not do it.
    """
    with workspace.database.read() as connection:
        plan = plan_users(connection, action, selection.keys, selection.named, selection.unmatched)
        return with_names(connection, plan)


def with_errands(plan: Plan, errands: Iterable[Errand]) -> Plan:
    """Return a plan that carries errands out too."""
    return replace(plan, rows=(*plan.rows, *map(plan_errand, errands)))


def plan_errands(
    workspace: Workspace,
    kind: OperationKind,
    what: str,
    errands: Iterable[Errand],
    unmatched: tuple[str, ...] = (),
) -> Plan:
    """Return a plan of nothing but errands.

    Raises:
        NotAllowedError: Whoever is signed in has a role that may not do it.
    """
    with workspace.database.read() as connection:
        permissions.check(read_sign_in(connection).role, kind)
        position = operation_log.newest_operation(connection)
    return with_errands(Plan(kind, what, (), position, unmatched=unmatched), errands)


def with_names(connection: Transaction, plan: Plan) -> Plan:
    """Return a plan that knows which of those it names need more than their alias."""
    named = [row.target.profile_id for row in leading(plan)]
    return replace(plan, ambiguous=ambiguous(connection, named))


def submit(workspace: Workspace, plan: Plan) -> int | None:
    """Write a confirmed plan to the operation log.

    Returns:
        The operation's number; None when there is nothing to change.

    Raises:
        PlanOutdatedError: Another operation on one of its targets came in since it was made.
        StoreProblemError: The store cannot be written; nothing was submitted.
    """
    if not plan.changes_something:
        return None
    return operation_log.submit(workspace.database, plan, workspace.author())
