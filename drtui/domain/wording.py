"""How the fields of operations are called, and how their values read: one place for everybody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from drtui.domain.operations import (
    ALIAS,
    CLOSED,
    LOCAL_FIELDS,
    MEANT_MODELS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    REMEMBERED_MINUTES,
    REMEMBERED_MODELS,
    ROLE_NAME,
    STORED_MODELS,
    USER,
    Value,
    Values,
)
from drtui.domain.quotas import count_text, limit_hours
from drtui.domain.records import ROLE_OF_GROUP, Role
from drtui.domain.text import clean

CHANGED_MEANWHILE: Final = "changed by somebody else meanwhile"
"""Why a target is in conflict where none of our own operations accounts for what it has."""
NOT_KNOWN_THEN: Final = "what it had was not known when this was planned"
"""Why a target is in conflict of which the plan knew no value."""

_NOBODYS: Final[Mapping[int, str]] = {}
_LABELS: Final = {
    MINUTES_LIMIT: "hours",
    MODELS_LIMIT: "models",
    ALIAS: "alias",
    ROLE_NAME: "role",
    STORED_MODELS: "stored models",
    MEANT_MODELS: "models counted",
    USER: "user",
    REMEMBERED_MINUTES: "remembered hours",
    REMEMBERED_MODELS: "remembered models",
    CLOSED: "stopped by the mode:",
    "sign_in": "sign-in",
}
_NUMBERS: Final[Mapping[str, Callable[[int | None], str]]] = {
    MINUTES_LIMIT: limit_hours,
    MODELS_LIMIT: count_text,
    REMEMBERED_MINUTES: limit_hours,
    REMEMBERED_MODELS: count_text,
}
_ROLES: Final = {
    Role.ADMIN: "admin",
    Role.FACILITATOR: "race facilitator",
    Role.RACER: "racer",
    Role.UNKNOWN: "unknown",
}


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital at its beginning; the rest stays as it is."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def noun(number: int | None, one: str, several: str = "") -> str:
    """Return what so many are called: `user` of one, `users` of any other number.

    Args:
        number: How many; None is unknown.
        one: What one of them is called.
        several: What several are called, and none; where it is not told, the same with an `s`.
    """
    return one if number == 1 else several or f"{one}s"


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with what it counts: `1 user`, `2,000 users`; see `noun`."""
    return f"{number:,} {noun(number, one, several)}"


def listed(names: Sequence[str], most: int = 0) -> str:
    """Return names as they stand in a sentence: `1`, `1 and 2`, `1, 2 and 4 more`.

    Args:
        names: At least one.
        most: How many to name where they are more than one above that; 0 is all of them.
    """
    shown, more = list(names), len(names) - most
    if most and more > 1:
        shown[most:] = [f"{more:,} more"]
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last


def changed_since(operations: Sequence[int], whose: Mapping[int, str] = _NOBODYS) -> str:
    """Return why a target is in conflict with later operations of this store, by their numbers.

    Args:
        operations: At least one.
        whose: Who confirmed those that are to be told with a name.
    """
    which = [
        f"{number} of {clean(whose[number])}" if number in whose else f"{number}"
        for number in operations
    ]
    return f"changed since by {noun(len(operations), 'operation')} {listed(which)}"


def field_label(name: str) -> str:
    """Return what a field of an operation is called, such as `hours`."""
    return _LABELS.get(name, clean(name))


def value_text(name: str, value: Value) -> str:
    """Return a field's value for the admin, safe to show: `1.5`, `∞`, `?`, `racer`, `deleted`."""
    if name == CLOSED:
        return "yes" if value else "no"
    if value is None:
        return "nothing" if name in LOCAL_FIELDS else "?"
    if isinstance(value, int):
        return _NUMBERS.get(name, count_text)(value)
    if name == ROLE_NAME and value in ROLE_OF_GROUP:
        return role_text(ROLE_OF_GROUP[value])
    if name == MEANT_MODELS:
        return count_text(len(value.split()))
    return clean(value)


def values_text(values: Values) -> str:
    """Return values for the admin: `hours 5 · models ∞ · remembered hours nothing`."""
    return " · ".join(
        f"{field_label(name)} {value_text(name, value)}" for name, value in values.items()
    )


def role_text(role: Role) -> str:
    """Return a role for the admin, such as `race facilitator`."""
    return _ROLES[role]
