"""The deployment's settings: new-user defaults, the instance's limits, registration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from drtui.commands.bulk import plan_errands
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import OperationKind, Value
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.quotas import QuotaError, Unit, parse_quota
from drtui.domain.setting_keys import (
    VALUE,
    Registration,
    SettingKey,
    label_of,
    setting_errand,
    text_of,
    value_in,
)
from drtui.store.errands import on_the_way
from drtui.store.settings import read_settings


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands.

    Attributes:
        value: As last read; None is unknown.
        pending: What it is on its way to; None where it stays.
        as_of: When it was read; None when it never was.
    """

    key: SettingKey
    value: Value
    pending: Value
    as_of: datetime | None


def read_values(
    hours: str | None = None,
    models: str | None = None,
    *,
    instance_hours: str | None = None,
    instance_models: str | None = None,
    registration: Registration | None = None,
) -> dict[SettingKey, int | str]:
    """Read new settings as an admin writes them: `N` or `unlimited`; None or empty leaves one.

    Raises:
        InvalidInputError: A value cannot be read, or none is given.
    """
    typed = {
        SettingKey.NEW_USER_MINUTES: (hours, Unit.HOURS),
        SettingKey.NEW_USER_MODELS: (models, Unit.MODELS),
        SettingKey.INSTANCE_MINUTES: (instance_hours, Unit.HOURS),
        SettingKey.INSTANCE_MODELS: (instance_models, Unit.MODELS),
    }
    values: dict[SettingKey, int | str] = {
        key: _amount(text, unit) for key, (text, unit) in typed.items() if text
    }
    if registration is not None:
        values[SettingKey.REGISTRATION] = registration.value
    if not values:
        raise InvalidInputError("Say what to set: hours, models, registration, or several.")
    return values


def plan_settings(workspace: Workspace, values: Mapping[SettingKey, int | str]) -> Plan:
    """Plan to change settings; each is put on its own, so that nothing else is touched.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    changes = "  ".join(f"{label_of(key)} {text_of(key, value)}" for key, value in values.items())
    return plan_errands(
        workspace,
        OperationKind.CHANGE_SETTINGS,
        f"Change settings  {changes}",
        [setting_errand(settings, key, value) for key, value in values.items()],
    )


def settings_now(workspace: Workspace) -> list[Setting]:
    """Return every setting that drtui knows, with what is on its way."""
    with workspace.database.read() as connection:
        settings, as_of = read_settings(connection)
        coming = on_the_way(connection, Service.SETTINGS)
    return [
        Setting(key, value_in(settings, key), coming.get(key, {}).get(VALUE), as_of)
        for key in SettingKey
    ]


def _amount(text: str, unit: Unit) -> int:
    try:
        change = parse_quota(text, unit)
    except QuotaError as error:
        raise InvalidInputError(f"{error}.") from error
    if change.relative:
        raise InvalidInputError("Write N or unlimited: a setting is not changed by +N or -N.")
    return change.amount
