"""Labels on users: teams and the like, for filters; drtui's own, never sent anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import TEAM, Tag, TagError, parse_new_tag, parse_tag
from drtui.store.tagging import TagGroup, change_tags, count_tags


@dataclass(frozen=True, slots=True)
class TagChange:
    """Labels that users have, and do not have, afterwards."""

    add: frozenset[Tag]
    remove: frozenset[Tag]


def read_tags(add: Sequence[str], remove: Sequence[str]) -> TagChange:
    """Read labels as they were typed.

    Raises:
        InvalidInputError: A label cannot be used, none is given, one is on both sides, or there
            are several teams to add.
    """
    try:
        added = frozenset(parse_new_tag(text) for text in add)
        removed = frozenset(parse_tag(text) for text in remove)
    except TagError as error:
        raise InvalidInputError(f"{error}.") from error
    if not added and not removed:
        raise InvalidInputError("Say which labels to add or to remove.")
    if added & removed:
        raise InvalidInputError(f"“{min(added & removed)}” cannot be both added and removed.")
    teams = sorted(str(tag) for tag in added if tag.key == TEAM)
    if len(teams) > 1:
        raise InvalidInputError(f"One team for a racer: add one of {', '.join(teams)}.")
    return TagChange(added, removed)


def tag_users(workspace: Workspace, selection: Selection, change: TagChange) -> int:
    """Put labels on the selected users and take others off; return how many users.

    Raises:
        StoreProblemError: The store cannot be written; nothing changed then.
    """
    group = TagGroup(selection.keys, change.add, change.remove)
    return change_tags(workspace.database, [group], workspace.author())


def told(change: TagChange, whom: str) -> str:
    """Say what was set and removed, such as `Set team:red, removed vip on 300 users`."""
    parts = [
        f"{verb} {' '.join(sorted(map(str, labels)))}"
        for verb, labels in (("set", change.add), ("removed", change.remove))
        if labels
    ]
    sentence = f"{', '.join(parts)} on {whom}."
    return f"{sentence[:1].upper()}{sentence[1:]}"


def known_labels(workspace: Workspace, keys: Sequence[int] | None = None) -> dict[str, int]:
    """Return every label with how many users have it, the most frequent first.

    Args:
        workspace: Of the account.
        keys: Of the users that count; None is everybody.
    """
    with workspace.database.read() as connection:
        counts = count_tags(connection, keys)
    return {str(tag): counts[tag] for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))}
