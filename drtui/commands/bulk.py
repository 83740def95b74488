"""Planning an action for a selection, and submitting a confirmed plan."""

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.planning import Plan, plan_target
from drtui.store import operation_log
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import targets


def plan_action(workspace: Workspace, action: Action, selection: Selection) -> Plan:
    """Return what an action will do to each selected user; nothing is changed yet."""
    with workspace.database.read() as connection:
        me = read_sync_state(connection).caller_profile
        position = operation_log.newest_operation(connection)
        chosen = targets(connection, selection.keys, selection.named)
    return Plan(
        kind=action.kind,
        what=action.describe(),
        rows=tuple(plan_target(action, target, me) for target in chosen),
        position=position,
        params=action.params(),
        unmatched=selection.unmatched,
    )


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
