"""What happened to one profile: its usage as sweeps found it, and the operations on it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from drtui.domain.operations import Item
from drtui.domain.usage import Usage
from drtui.store.operation_log import item_of
from drtui.store.tables import table
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS

_SAMPLES: Final = table("usage_sample")


@dataclass(frozen=True, slots=True)
class Touch:
    """An operation that touched a profile, with what became of it there.

    Attributes:
        what: One line that says what the operation does.
        who: The system user who confirmed it.
        at: When.
        item: The profile's part of it.
    """

    what: str
    who: str
    at: datetime
    item: Item


def usage_readings(connection: Connection, key: int) -> list[Usage]:
    """Return a user's readings, the oldest first: one for each change of its usage."""
    rows = connection.execute(
        select(_SAMPLES.c.minutes_used, _SAMPLES.c.models, _SAMPLES.c.at)
        .where(_SAMPLES.c.user_id == key)
        .order_by(_SAMPLES.c.at, _SAMPLES.c.id)
    )
    return [Usage(minutes, models, datetime.fromtimestamp(at, UTC)) for minutes, models, at in rows]


def touches(connection: Connection, profile_id: str, limit: int) -> list[Touch]:
    """Return the newest operations that touched a profile, the newest first."""
    rows = connection.execute(
        select(ITEMS, OPERATIONS.c.what, OPERATIONS.c.who, OPERATIONS.c.created_at)
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .where(ITEMS.c.target == profile_id)
        .order_by(ITEMS.c.operation_id.desc(), ITEMS.c.id.desc())
        .limit(limit)
    ).mappings()
    return [
        Touch(
            what=row["what"],
            who=row["who"],
            at=datetime.fromtimestamp(row["created_at"], UTC),
            item=item_of(row),
        )
        for row in rows
    ]
