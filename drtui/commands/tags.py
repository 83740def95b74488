"""Labels on users: teams and the like, for filters; drtui's own, never sent anywhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import (
    PLAIN,
    TEAM,
    OtherValues,
    Tag,
    TagError,
    other_values,
    parse_new_tag,
    parse_tag,
)
from drtui.store.tagging import TagGroup, change_tags, count_tag_sets, count_tags


@dataclass(frozen=True, slots=True)
class TagChange:
    """Labels that users have, and do not have, afterwards.

    Attributes:
        add: The labels that all of them have.
        remove: The labels that none of them has.
        instead: Whether what is added takes the place of the other labels with its key.
    """

    add: frozenset[Tag]
    remove: frozenset[Tag]
    instead: bool = False


def read_tags(add: Sequence[str], remove: Sequence[str], *, instead: bool = False) -> TagChange:
    """Read labels as they were typed.

    Raises:
        InvalidInputError: A label cannot be used, none is given, one is on both sides, there are
            several teams to add, or nothing that is added can take another label's place.
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
    if instead and all(tag.key == PLAIN for tag in added):
        raise InvalidInputError(
            "Only a label with a key, such as team:red, takes the place of another: add one."
        )
    return TagChange(added, removed, instead)


def tag_users(workspace: Workspace, selection: Selection, change: TagChange) -> int:
    """Put labels on the selected users and take others off; return how many users.

    Raises:
        StoreProblemError: The store cannot be written; nothing changed then.
    """
    remove = change.remove
    if change.instead:
        present = label_sets(workspace, selection)
        remove = remove.union(other_values(present, change.add, remove).labels)
    group = TagGroup(selection.keys, change.add, remove)
    return change_tags(workspace.database, [group], workspace.author())


def label_sets(workspace: Workspace, selection: Selection) -> Counter[frozenset[Tag]]:
    """Return which labels the selected users have together, and how many have exactly these."""
    with workspace.database.read() as connection:
        return count_tag_sets(connection, selection.keys)


def told(change: TagChange, whom: str, others: OtherValues) -> str:
    """Say what was set and removed: “Set team:red, removed vip on 300 users”, and a full stop.

    Args:
        change: What was done.
        whom: To whom.
        others: What they had beside it, before; a replacement names it.
    """
    parts = [
        f"{verb} {' '.join(sorted(map(str, labels)))}"
        for verb, labels in (("set", change.add), ("removed", change.remove))
        if labels
    ]
    replaced = f", instead of {others}" if change.instead and others.users else ""
    sentence = f"{', '.join(parts)} on {whom}{replaced}."
    return f"{sentence[:1].upper()}{sentence[1:]}"


def known_labels(workspace: Workspace) -> dict[str, int]:
    """Return every label with how many users have it, the most frequent first."""
    with workspace.database.read() as connection:
        counts = count_tags(connection)
    return {str(tag): counts[tag] for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))}
