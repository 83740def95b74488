"""Labels on users: teams and the like, for filters; drtui's own, never sent anywhere."""

from collections.abc import Sequence

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import Tag, TagError, parse_tag
from drtui.store.tagging import change_tags


def tag_users(
    workspace: Workspace, selection: Selection, add: Sequence[str], remove: Sequence[str]
) -> int:
    """Add and remove labels on the selected users; return how many users.

    Raises:
        InvalidInputError: A label cannot be used, or none is given.
    """
    added, removed = _tags(add), _tags(remove)
    if not added and not removed:
        raise InvalidInputError("Say which labels to add or to remove.")
    if added & removed:
        raise InvalidInputError(f"“{min(added & removed)}” cannot be both added and removed.")
    return change_tags(workspace.database, selection.keys, added, removed, workspace.author())


def _tags(texts: Sequence[str]) -> set[Tag]:
    try:
        return {parse_tag(text) for text in texts}
    except TagError as error:
        raise InvalidInputError(f"{error}.") from error
