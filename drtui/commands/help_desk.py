"""The help desk: change an alias or a role, delete models or users."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from drtui.commands.bulk import plan_action
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import GROUP_OF_ROLE, Role
from drtui.domain.sponsorship import is_alias
from drtui.domain.text import clean
from drtui.store.known_models import KnownModels, known_models
from drtui.store.users import keys_matching

MODELS_CONSEQUENCES: Final = (
    "All their stored models are deleted, those that are being trained too; the deployment does "
    "not stop the jobs, which are billed to their end. The month's model count stays. It cannot "
    "be undone."
)
USER_CONSEQUENCES: Final = (
    "All their models are deleted first, and the users only once none is left; the deployment "
    "does not stop jobs that run, which are billed to their end. Their hours stay in the totals. "
    "It cannot be undone."
)
_SEVERAL: Final = "Delete users"
TAKEN: Final = "somebody else has this alias already"


def check_alias(text: str) -> str:
    """Return an alias as it was typed, without blanks around it.

    Raises:
        InvalidInputError: The deployment does not take it.
    """
    alias = text.strip()
    if not is_alias(alias):
        raise InvalidInputError(
            f"“{clean(alias, 40)}” cannot be an alias: write 2 to 64 letters from A to Z, digits, "
            "hyphens or underscores."
        )
    return alias


def plan_change_alias(workspace: Workspace, selection: Selection, alias: str) -> Plan:
    """Plan to give one user another alias.

    Raises:
        InvalidInputError: The deployment does not take the alias, or several users are selected:
            results name racers by their alias alone.
    """
    action = ChangeAlias(check_alias(alias))
    if len(selection.keys) > 1:
        raise InvalidInputError(
            f"{len(selection.keys):,} users cannot all be called {action.alias}: change the alias "
            "of one at a time."
        )
    plan = plan_action(workspace, action, selection)
    with workspace.database.read() as connection:
        others = set(keys_matching(connection, [action.alias])[action.alias])
    if others - set(selection.keys):
        return replace(plan, rows=tuple(map(_with_taken, plan.rows)))
    return plan


def _with_taken(row: PlannedTarget) -> PlannedTarget:
    if row.outcome is not Outcome.CHANGE:
        return row
    return replace(row, reason="; ".join(filter(None, (TAKEN, row.reason))))


def plan_change_role(workspace: Workspace, selection: Selection, role: Role) -> Plan:
    """Plan to move users to another role; never oneself.

    Raises:
        InvalidInputError: There is no such role to give.
    """
    if role not in GROUP_OF_ROLE:
        raise InvalidInputError("The roles to give are racer, facilitator and admin.")
    return plan_action(workspace, ChangeRole(role), selection)


def plan_delete_models(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to delete all stored models of users: of whom they are known, those and no others."""
    plan = plan_action(workspace, DeleteModels(), selection)
    with workspace.database.read() as connection:
        known = known_models(connection, [row.target.profile_id for row in plan.rows])
    return replace(plan, rows=tuple(meaning(row, known) for row in plan.rows))


def meaning(row: PlannedTarget, known: Mapping[str, KnownModels]) -> PlannedTarget:
    """Return the row of a deletion of all models of a racer with those that it means."""
    models = known.get(row.target.profile_id.rpartition(":")[2])
    if row.change is None or models is None:
        return row
    return replace(row, change=replace(row.change, meant=models.ids))


def plan_delete_users(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to delete users, their models first; never oneself."""
    plan = plan_action(workspace, DeleteUser(), selection)
    return plan if len(plan.rows) == 1 else replace(plan, what=_SEVERAL)
