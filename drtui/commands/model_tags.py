"""Labels on models: for filters; drtui's own, never sent anywhere."""

from collections import Counter
from collections.abc import Sequence

from drtui.commands.tags import TagChange
from drtui.commands.workspace import Workspace
from drtui.domain.tags import Tag, other_values
from drtui.store.model_tagging import change_model_tags, count_model_tag_sets, count_model_tags


def tag_models(workspace: Workspace, keys: Sequence[int], change: TagChange) -> int:
    """Put labels on models and take others off; return how many models.

    Args:
        workspace: The account's.
        keys: Of the models.
        change: From `tags.read_tags`.

    Raises:
        StoreProblemError: The store cannot be written; nothing changed then.
    """
    remove = change.remove
    if change.instead:
        present = model_label_sets(workspace, keys)
        remove = remove.union(other_values(present, change.add, remove).labels)
    return change_model_tags(workspace.database, keys, change.add, remove, workspace.author())


def model_label_sets(workspace: Workspace, keys: Sequence[int]) -> Counter[frozenset[Tag]]:
    """Return which labels models have together, and how many have exactly these."""
    with workspace.database.read() as connection:
        return count_model_tag_sets(connection, keys)


def known_model_labels(workspace: Workspace) -> dict[str, int]:
    """Return every label on models with how many have it, the most frequent first."""
    with workspace.database.read() as connection:
        counts = count_model_tags(connection)
    return {str(tag): counts[tag] for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))}
