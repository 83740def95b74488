"""The deployment's settings that drtui changes: their keys, what they may be, how they are called.

Facts: DeepRacer API facts, "Settings". A leaf is put at a time, so that nothing else is touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Value
from drtui.domain.quotas import count_text, limit_hours
from drtui.domain.records import UNLIMITED, AccountSettings

VALUE: Final = "value"
"""The one field of a setting's errand."""


class Registration(StrEnum):
    """Who may make a profile."""

    INVITE_ONLY = "invite-only"
    SELF_SERVICE = "self-service"


class SettingKey(StrEnum):
    """A leaf of the settings document."""

    NEW_USER_MINUTES = "usageQuotas.newUser.newUserComputeMinutesLimit"
    NEW_USER_MODELS = "usageQuotas.newUser.newUserModelCountLimit"
    INSTANCE_MINUTES = "usageQuotas.global.globalComputeMinutesLimit"
    INSTANCE_MODELS = "usageQuotas.global.globalModelCountLimit"
    REGISTRATION = "registration.type"


@dataclass(frozen=True, slots=True)
class _About:
    name: str
    label: str


_ABOUT: Final[Mapping[SettingKey, _About]] = {
    SettingKey.NEW_USER_MINUTES: _About("new_user_minutes", "new users' training hours"),
    SettingKey.NEW_USER_MODELS: _About("new_user_models", "new users' models"),
    SettingKey.INSTANCE_MINUTES: _About("instance_minutes", "the instance's training hours"),
    SettingKey.INSTANCE_MODELS: _About("instance_models", "the instance's models"),
    SettingKey.REGISTRATION: _About("registration", "registration"),
}
NOT_ENFORCED: Final = "stored by the deployment, and not enforced by it"
"""What there is to know of the instance's limits."""

_UNLIMITED: Final = "unlimited"
_NOTES: Final = {
    SettingKey.INSTANCE_MINUTES: NOT_ENFORCED,
    SettingKey.INSTANCE_MODELS: NOT_ENFORCED,
}


def label_of(key: SettingKey) -> str:
    """Return what a setting is called, such as `new users' training hours`."""
    return _ABOUT[key].label


def stored_name(key: SettingKey) -> str:
    """Return the name of the field of `AccountSettings` that holds a setting."""
    return _ABOUT[key].name


def value_in(settings: AccountSettings, key: SettingKey) -> Value:
    """Return a setting as it was last read; None is unknown."""
    value: Value = getattr(settings, stored_name(key))
    return value


def text_of(key: SettingKey, value: Value) -> str:
    """Return a setting's value for the admin: `5 h`, `3`, `unlimited`, `invite-only`."""
    if value is None:
        return "?"
    if isinstance(value, str):
        return value
    if key in (SettingKey.NEW_USER_MINUTES, SettingKey.INSTANCE_MINUTES):
        return _UNLIMITED if value == UNLIMITED else f"{limit_hours(value)} h"
    return _UNLIMITED if value == UNLIMITED else count_text(value)


def setting_errand(settings: AccountSettings, key: SettingKey, value: int | str) -> Errand:
    """Return the errand that changes one setting.

    Args:
        settings: As last read.
        key: Which.
        value: Whole minutes or models, -1 is unlimited; or a `Registration`.

    Raises:
        ValueError: The deployment takes no such value.
    """
    if key is SettingKey.REGISTRATION:
        value = Registration(str(value)).value
    elif not isinstance(value, int) or value < -1:
        raise ValueError("a limit is a whole number, -1 or more")
    return Errand(
        Service.SETTINGS,
        key.value,
        label_of(key),
        {VALUE: value_in(settings, key)},
        {VALUE: value},
        _NOTES.get(key, ""),
    )
