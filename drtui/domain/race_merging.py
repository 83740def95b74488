"""Changing a race that somebody else has changed since: what goes together, and what does not."""

from dataclasses import replace
from typing import Final

from drtui.domain.race_fields import LABELS, changed_fields
from drtui.domain.races import Definition

_TOGETHER: Final = (
    frozenset({"opens_at", "closes_at"}),
    frozenset({"track", "direction"}),
    frozenset({"min_laps", "max_laps"}),
    frozenset({"race_type", "objects", "positions"}),
)
"""Fields whose values are only right together."""


def merged(was: Definition, wanted: Definition, found: Definition) -> Definition:
    """Return the definition that is there with what was to be changed of it.

    Args:
        was: What the change was planned on.
        wanted: What it was to become.
        found: What is there now.
    """
    fields = changed_fields(was, wanted)
    return replace(found, **{field: getattr(wanted, field) for field in fields})


def is_made(was: Definition, wanted: Definition, found: Definition) -> bool:
    """Whether all that was to be changed is so already; see `merged`."""
    return not set(changed_fields(was, wanted)) & set(changed_fields(found, wanted))


def clashes(was: Definition, wanted: Definition, found: Definition) -> str:
    """Say which fields were changed both here and there, to something else; empty is none.

    See `merged`.
    """
    ours, theirs = set(changed_fields(was, wanted)), set(changed_fields(was, found))
    differ = set(changed_fields(wanted, found))
    both = ours & theirs & differ
    for group in _TOGETHER:
        if ours & group and theirs & group & differ:
            both |= theirs & group & differ
    return ", ".join(label for field, label in LABELS.items() if field in both)
