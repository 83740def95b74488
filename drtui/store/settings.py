"""The deployment's settings, as last read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from drtui.domain.changes import RecordKind
from drtui.domain.operations import Value
from drtui.domain.records import AccountSettings
from drtui.domain.setting_keys import SettingKey, stored_name
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table

_SETTINGS: Final = table("account_setting")


def write_settings(database: Database, settings: AccountSettings) -> None:
    """Store the settings, with the moment as their age."""
    now = database.clock()
    with database.write(RecordKind.ACCOUNT_SETTING) as connection:
        _write(connection, asdict(settings), now)


def confirm_setting(connection: Connection, key: SettingKey, value: Value, now: float) -> None:
    """Store one setting as it is known to be now, in a writing transaction."""
    _write(connection, {stored_name(key): value}, now)
    changed(connection, RecordKind.ACCOUNT_SETTING)


def _write(connection: Connection, values: Mapping[str, Value], now: float) -> None:
    rows = [{"key": key, "value": json.dumps(value), "as_of": now} for key, value in values.items()]
    upsert(connection, _SETTINGS, rows, key=["key"], update=["value", "as_of"])


def read_settings(connection: Connection) -> tuple[AccountSettings, datetime | None]:
    """Return the settings and when they were read, None when they never were."""
    rows = connection.execute(select(_SETTINGS)).mappings().all()
    values = {row["key"]: json.loads(row["value"]) for row in rows}
    as_of = min((row["as_of"] for row in rows), default=None)
    known = {one.name: values.get(one.name) for one in fields(AccountSettings)}
    return AccountSettings(**known), None if as_of is None else datetime.fromtimestamp(as_of, UTC)
