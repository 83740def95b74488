"""Which deployment a store is a copy of, noted when its account is taken out of the configuration.

An account of the same name may be added later, and must not take up another deployment's copy.
"""

from typing import Final

from sqlalchemy import Connection

from drtui.store.database import Database
from drtui.store.facts import read_fact, write_fact

_API: Final = "api_url"


def note_origin(database: Database, api_url: str) -> None:
    """Note the API of the deployment that the store is a copy of."""
    with database.write() as connection:
        write_fact(connection, _API, api_url, database.clock())


def read_origin(connection: Connection) -> str:
    """Return the API of the deployment that the store is a copy of; empty when not noted."""
    api_url = read_fact(connection, _API)[0]
    return "" if api_url is None else str(api_url)
