"""Remembered limits as a whole, for taking them elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import REMEMBERED_MINUTES, REMEMBERED_MODELS
from drtui.domain.records import Limits
from drtui.domain.wording import counted
from drtui.store.confirming import confirm
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.users import USERS, remembered_of, rows_by_profile


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of one user."""

    profile_id: str
    alias: str
    email: str | None
    limits: Limits


def read_remembered(connection: Connection) -> list[Remembered]:
    """Return everything that is remembered, by profile id."""
    rows = connection.execute(
        select(USERS)
        .where(
            USERS.c.gone_at.is_(None),
            or_(USERS.c.remembered_minutes.is_not(None), USERS.c.remembered_models.is_not(None)),
        )
        .order_by(USERS.c.profile_id)
    ).mappings()
    return [
        Remembered(row["profile_id"], row["alias"], row["email"], remembered_of(row))
        for row in rows
    ]


def write_remembered(
    database: Database, limits: Mapping[str, Limits], author: Author
) -> tuple[int, tuple[str, ...]]:
    """Remember limits by profile id; return how many, and the ids that are not in the store."""
    with database.write(RecordKind.SPONSORED_USER, durable=True) as connection:
        now = database.clock()
        there = rows_by_profile(connection, list(limits))
        confirm(
            connection,
            {
                profile_id: {
                    REMEMBERED_MINUTES: limits[profile_id].minutes,
                    REMEMBERED_MODELS: limits[profile_id].models,
                }
                for profile_id in there
            },
            now,
        )
        result = counted(len(there), "user")
        write_journal(connection, now, author, "Import remembered limits", result)
    return len(there), tuple(profile_id for profile_id in limits if profile_id not in there)
