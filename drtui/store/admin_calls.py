"""The calls that a firewall counts, of every process that works on this store."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from drtui.domain.admin_calls import HELD_SECONDS, AdminCalls
from drtui.domain.changes import RecordKind
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.tables import table

_CALLS: Final = table("admin_call")


def claim_calls(database: Database, count: int, most: int, held: float) -> bool:
    """Count calls that are about to be made; False, and none is counted, where that is too many.

    A call from the future, since the clock was set back, counts from now on: that may be longer
    than it should, and is never shorter.

    Args:
        database: The open store.
        count: How many.
        most: How many may count at a time, these included.
        held: Seconds for which a call counts.
    """
    with database.write() as connection:
        now = database.clock()
        connection.execute(delete(_CALLS).where(_CALLS.c.at <= now - held))
        connection.execute(update(_CALLS).where(_CALLS.c.at > now).values(at=now))
        used = connection.execute(select(func.count()).select_from(_CALLS)).scalar_one()
        if used + count > most:
            return False
        connection.execute(insert(_CALLS), [{"at": now}] * count)
        changed(connection, RecordKind.SYNC_STATE)
        return True


def counted_calls(connection: Connection, now: float, held: float) -> list[float]:
    """Return when the calls were made that count, the earliest first, none later than now.

    Args:
        connection: A transaction.
        now: By the store's clock, in seconds since the epoch.
        held: Seconds for which a call counts.
    """
    found = connection.execute(
        select(_CALLS.c.at).where(_CALLS.c.at > now - held).order_by(_CALLS.c.at)
    )
    return [min(at, now) for at in found.scalars()]


def read_admin_calls(connection: Connection, now: float, allowed: int) -> AdminCalls:
    """Return the calls that count, for whoever looks at them; see `counted_calls`."""
    made = counted_calls(connection, now, HELD_SECONDS)
    return AdminCalls(allowed, tuple(datetime.fromtimestamp(at, UTC) for at in made))
