"""What was found out outside, by name: a JSON value and when it was found."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import moment

_FACTS: Final = table("deployment_fact")


def read_fact(connection: Connection, name: str) -> tuple[Any, datetime | None]:
    """Return a fact and when it was found out; None and None where it never was."""
    row = connection.execute(select(_FACTS).where(_FACTS.c.name == name)).mappings().first()
    return (None, None) if row is None else (json.loads(row["value"]), moment(row["as_of"]))


def write_fact(connection: Connection, name: str, value: object, now: float) -> None:
    """Note a fact, in a writing transaction.

    Args:
        connection: In a writing transaction.
        name: Under which it is found again; one that is there is replaced.
        value: Anything that JSON can say.
        now: Since when it is known, in seconds since the epoch.
    """
    row = {"name": name, "value": json.dumps(value), "as_of": now}
    upsert(connection, _FACTS, [row], key=["name"], update=["value", "as_of"])


def keep_fact(database: Database, name: str, value: object) -> None:
    """Note a fact as found out now; see `write_fact`.

    Raises:
        TypeError: JSON cannot say it.
    """
    with database.write(RecordKind.SYNC_STATE) as connection:
        write_fact(connection, name, value, database.clock())
