"""What the admin arranged for an account: columns, saved filters, and the like, by name."""

import json
from typing import Final

from sqlalchemy import Connection, delete, select

from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table

_PREFERENCES: Final = table("preference")


def read_preferences(connection: Connection) -> dict[str, object]:
    """Return every preference by name; the values are what JSON can say."""
    rows = connection.execute(select(_PREFERENCES.c.name, _PREFERENCES.c.value))
    return {name: json.loads(value) for name, value in rows}


def write_preference(database: Database, name: str, value: object) -> None:
    """Keep a preference.

    Args:
        database: The account's store.
        name: Under which it is found again.
        value: Anything that JSON can say.

    Raises:
        TypeError: JSON cannot say it.
    """
    with database.write(RecordKind.PREFERENCE) as connection:
        write_preference_in(connection, name, value)


def write_preference_in(connection: Connection, name: str, value: object) -> None:
    """Keep a preference as `write_preference` does, in a writing transaction that is there."""
    row = {"name": name, "value": json.dumps(value)}
    upsert(connection, _PREFERENCES, [row], key=["name"], update=["value"])


def write_preference_entry(database: Database, name: str, key: str, value: object) -> None:
    """Keep one value of a preference that has several; the others stay as they are by then.

    Args:
        database: The account's store.
        name: The preference's.
        key: The value's in it.
        value: Anything that JSON can say; None forgets it.

    Raises:
        TypeError: JSON cannot say it.
    """
    with database.write(RecordKind.PREFERENCE) as connection:
        kept = read_preferences(connection).get(name)
        others = {one: kept[one] for one in kept if one != key} if isinstance(kept, dict) else {}
        write_preference_in(connection, name, others if value is None else {**others, key: value})


def delete_preference(database: Database, name: str) -> None:
    """Forget a preference; one that is not there is none to forget."""
    with database.write(RecordKind.PREFERENCE) as connection:
        connection.execute(delete(_PREFERENCES).where(_PREFERENCES.c.name == name))
