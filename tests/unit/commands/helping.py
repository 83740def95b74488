"""Looking at a workspace, in the tests of commands."""

from drtui.commands.bulk import submit
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import Selection
from drtui.commands.usage import list_users
from drtui.commands.workspace import Workspace
from drtui.domain.operations import Item
from drtui.domain.records import SponsoredUser
from drtui.store import operation_log


def ids(workspace: Workspace, selection: Selection) -> list[str]:
    """The profile ids of a selection."""
    return [user.profile.profile_id for user in list_users(workspace, selection)]


def user(workspace: Workspace, profile_id: str) -> SponsoredUser:
    """One user."""
    from drtui.commands.selection import select_by_name

    return list_users(workspace, select_by_name(workspace, [profile_id]))[0]


def items(workspace: Workspace, operation_id: int) -> dict[str, Item]:
    """An operation's items by profile id."""
    with workspace.database.read() as connection:
        found = operation_log.items(connection, operation_id)
    return {item.target: item for item in found}


def more_hours(workspace: Workspace, selection: Selection, hours: str = "+2") -> int:
    """Give more hours; return the operation's number."""
    operation_id = submit(workspace, plan_set_quotas(workspace, selection, hours, None))
    assert operation_id is not None
    return operation_id
