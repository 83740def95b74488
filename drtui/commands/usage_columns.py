"""Which columns a table shows: remembered per account."""

from collections.abc import Collection, Sequence
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.store.preferences import read_preferences, write_preference

_NAME: Final = "{}.columns"
USAGE: Final = "usage"
"""The racers' table."""


def remembered_columns(
    workspace: Workspace, known: Collection[str], table: str = USAGE
) -> tuple[str, ...] | None:
    """Return the names of the columns to show, in order; None when none were chosen.

    Args:
        workspace: Of the account.
        known: The columns there are; names that are none of them are left out.
        table: Whose they are.
    """
    with workspace.database.read() as connection:
        chosen = read_preferences(connection).get(_NAME.format(table))
    if not isinstance(chosen, list):
        return None
    return tuple(dict.fromkeys(name for name in chosen if name in known)) or None


def remember_columns(workspace: Workspace, names: Sequence[str], table: str = USAGE) -> None:
    """Remember the columns to show; none at all goes back to the usual ones.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    write_preference(workspace.database, _NAME.format(table), list(names) or None)
