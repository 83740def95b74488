"""How the fields of operations are called, and how their values read: one place for everybody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from drtui.domain.errands import Service, service_of
from drtui.domain.operations import (
    ACCOUNT_FIELDS,
    ALIAS,
    CLOSED,
    LOCAL_FIELDS,
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
from drtui.domain.setting_keys import VALUE as SETTING_VALUE
from drtui.domain.setting_keys import SettingKey
from drtui.domain.setting_keys import text_of as setting_text
from drtui.domain.text import clean

CHANGED_MEANWHILE: Final = "changed by somebody else meanwhile"
"""Why a target is in conflict where none of our own operations accounts for what it has."""
NOT_KNOWN_THEN: Final = "what it had was not known when this was planned"
"""Why a target is in conflict of which the plan knew no value."""

_LABELS: Final = {
    MINUTES_LIMIT: "hours",
    MODELS_LIMIT: "models",
    ALIAS: "alias",
    ROLE_NAME: "role",
    STORED_MODELS: "stored models",
    USER: "user",
    REMEMBERED_MINUTES: "remembered hours",
    REMEMBERED_MODELS: "remembered models",
    CLOSED: "stopped by multi-user mode",
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


def changed_since(operations: Sequence[int]) -> str:
    """Return why a target is in conflict with our own later operations, by their numbers."""
    *others, last = [f"{number}" for number in operations]
    which = f"operations {', '.join(others)} and {last}" if others else f"operation {last}"
    return f"changed since by {which}"


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
    return clean(value)


def values_text(values: Values) -> str:
    """Return values for the admin: `hours 5 · models ∞ · remembered hours nothing`."""
    return " · ".join(
        f"{field_label(name)} {value_text(name, value)}" for name, value in values.items()
    )


def told_fields(target: str, before: Values, after: Values) -> list[str]:
    """Return the fields that a change is told by.

    Of a profile they are the account's, where there are any; of an errand those that change, since
    the others only say how it is carried out.

    Args:
        target: An item's.
        before: Its values before.
        after: Its values after.
    """
    if service_of(target) is not None:
        told = [name for name in after if before.get(name) != after[name]]
    else:
        told = [name for name in after if name in ACCOUNT_FIELDS]
    return told or list(after)


def label_in(target: str, name: str) -> str:
    """Return what a field of a target is called; empty where the target's own name says it."""
    return "" if _is_setting(target, name) else field_label(name)


def text_in_target(target: str, name: str, value: Value) -> str:
    """Return the value of a target's field for the admin: `value_text`, or a setting's `5 h`."""
    if not _is_setting(target, name):
        return value_text(name, value)
    return clean(setting_text(SettingKey(target.partition(":")[2]), value))


def texts_in(target: str, values: Values) -> str:
    """Return a target's values for the admin: `values_text`, or an errand's."""
    return " · ".join(
        f"{label_in(target, name)} {text_in_target(target, name, value)}".strip()
        for name, value in values.items()
    )


def _is_setting(target: str, name: str) -> bool:
    service, _, key = target.partition(":")
    return service == Service.SETTINGS and name == SETTING_VALUE and key in list(SettingKey)


def role_text(role: Role) -> str:
    """Return a role for the admin, such as `race facilitator`."""
    return _ROLES[role]
