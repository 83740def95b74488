"""Racers in any number, in a store as a sweep would have left them."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from drtui.store.database import open_database
from drtui.store.sqlite import upsert
from drtui.store.sweeps import begin_sweep, complete_sweep
from drtui.store.users import USERS, search_text

FILTER: Final = "7@"  # matches every tenth racer, by the email
_BATCH: Final = 10_000


def alias(number: int) -> str:
    """The alias of a racer; in the order of the numbers."""
    return f"racer-{number:06d}"


def row(number: int, used: int, sweep: int = 1) -> dict[str, object]:
    """A racer as the store has it."""
    email = f"{alias(number)}@example.org"
    return {
        "profile_id": f"profile{number:08d}",
        "alias": alias(number),
        "email": email,
        "role_name": "dr-racers",
        "role": "racer",
        "status": "active",
        "minutes_used": used,
        "minutes_queued": 0,
        "minutes_limit": 600,
        "models": 3,
        "models_limit": 9,
        "storage_bytes": 115_343_360,
        "created_at": 1.79e9,
        "total_minutes": used,
        "carried_minutes": 0,
        "carried_models": 0,
        "search_text": search_text(alias(number), email, ""),
        "tags": "",
        "seen_sweep": sweep,
        "missed_sweeps": 0,
        "gone_at": None,
        "as_of": 1.79e9,
    }


def fill(path: Path, racers: int) -> Path:
    """Make a store with that many racers, read completely; return its path."""
    database = open_database(path)
    sweep, began = begin_sweep(database)
    rows: Iterator[dict[str, object]] = (
        row(number, 100 + number % 400, sweep) for number in range(racers)
    )
    names = [name for name in row(0, 0) if name != "profile_id"]
    while batch := list(islice(rows, _BATCH)):
        with database.write() as connection:
            upsert(connection, USERS, batch, key=["profile_id"], update=names)
    complete_sweep(database, sweep, began)
    database.close()
    return path
