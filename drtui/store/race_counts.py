"""How many races there are that count against the guide's quota."""

from typing import Final

from sqlalchemy import Connection, func, select

from drtui.store.tables import table

# Not those of `races`, which brings along what the console's first screen does not need.
_RACES: Final = table("race")
_LISTING: Final = table("race_listing")


def open_or_future(connection: Connection, now: float) -> int | None:
    """Return how many races are open or to come; None where they were never listed.

    Args:
        connection: In a transaction.
        now: Seconds since the epoch.
    """
    if connection.scalar(select(_LISTING.c.read_at)) is None:
        return None
    counting = select(func.count()).select_from(_RACES)
    there = (_RACES.c.gone_at.is_(None), _RACES.c.closes_at >= now)
    return connection.scalar(counting.where(*there)) or 0
