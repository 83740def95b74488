"""Which deployment a store is a copy of, noted when its account is taken out of the configuration.

An account of the same name may be added later, and must not take up another deployment's copy.
"""

import json
from typing import Final

from sqlalchemy import Connection, select

from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table

_FACTS: Final = table("deployment_fact")
_API: Final = "api_url"


def note_origin(database: Database, api_url: str) -> None:
    """Note the API of the deployment that the store is a copy of."""
    row = {"name": _API, "value": json.dumps(api_url), "as_of": database.clock()}
    with database.write() as connection:
        upsert(connection, _FACTS, [row], key=["name"], update=["value", "as_of"])


def read_origin(connection: Connection) -> str:
    """Return the API of the deployment that the store is a copy of; empty when not noted."""
    value = connection.scalar(select(_FACTS.c.value).where(_FACTS.c.name == _API))
    return "" if value is None else str(json.loads(value))
