"""The deployment's settings, as last read."""

import json
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from drtui.domain.changes import RecordKind
from drtui.domain.records import AccountSettings
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table

_SETTINGS: Final = table("account_setting")


def write_settings(database: Database, settings: AccountSettings) -> None:
    """Store the settings, with the moment as their age."""
    now = database.clock()
    values = {
        "new_user_minutes": settings.new_user_minutes,
        "new_user_models": settings.new_user_models,
        "registration": settings.registration,
    }
    rows = [{"key": key, "value": json.dumps(value), "as_of": now} for key, value in values.items()]
    with database.write(RecordKind.ACCOUNT_SETTING) as connection:
        upsert(connection, _SETTINGS, rows, key=["key"], update=["value", "as_of"])


def read_settings(connection: Connection) -> tuple[AccountSettings, datetime | None]:
    """Return the settings and when they were read, None when they never were."""
    rows = connection.execute(select(_SETTINGS)).mappings().all()
    values = {row["key"]: json.loads(row["value"]) for row in rows}
    as_of = min((row["as_of"] for row in rows), default=None)
    return AccountSettings(**values), None if as_of is None else datetime.fromtimestamp(as_of, UTC)
