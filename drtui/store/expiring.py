"""Errands that expire: what could not be sent in time is settled, and never sent late.

Their time begins when they were submitted: where the clock was set back behind that, nobody knows
how much of it has gone by, and they count as expired.
"""

from typing import Final

from sqlalchemy import ColumnElement, case, func, literal, or_, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.operations import ItemState
from drtui.store.database import Database
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, is_open

NOT_SENT: Final = "not sent: "
"""How the reason of what was not sent in time begins."""
_LATE: Final = "it was for at once, and could not be sent in time"
PERHAPS_SENT: Final = "interrupted while it was sent; it may have been done"
_READY: Final = (ItemState.PENDING, ItemState.DOUBTFUL)
_SLACK_SECONDS: Final = 1.0  # a clock that is kept right goes back by less


def expired(now: float) -> ColumnElement[bool]:
    """The condition that an errand which expires is not to be sent any more.

    Args:
        now: Seconds since the epoch.
    """
    submitted = (
        select(OPERATIONS.c.created_at)
        .where(OPERATIONS.c.id == ITEMS.c.operation_id)
        .scalar_subquery()
    )
    return or_(ITEMS.c.expires_at <= now, submitted > now + _SLACK_SECONDS)


def settle_expired(database: Database) -> float | None:
    """Settle what has expired, whoever was to send it.

    All of it is cancelled. Of what was sent, the outcome is not known any more; it is not sent
    again, and the next reading of the race tells.

    Returns:
        When the next one expires, in seconds since the epoch; None where none does.
    """
    open_ = (is_open(), ITEMS.c.expires_at.is_not(None), ITEMS.c.state.in_(_READY))
    next_ = select(func.min(ITEMS.c.expires_at)).where(*open_)
    now = database.clock()
    with database.read() as connection:
        first: float | None = connection.scalar(next_)
        late = first is not None and connection.scalar(
            select(func.count()).where(*open_, expired(now))
        )
    if not late:
        return first
    over = (*open_, expired(now))
    unsent = (ITEMS.c.state == ItemState.PENDING, ITEMS.c.unknown_at.is_(None))
    why = case((ITEMS.c.reason == "", _LATE), else_=ITEMS.c.reason)
    with database.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(ITEMS)
            .where(*over, *unsent)
            .values(state=ItemState.CANCELLED.value, reason=literal(NOT_SENT) + why, settled_at=now)
        )
        connection.execute(
            update(ITEMS)
            .where(*over)
            .values(
                state=ItemState.CANCELLED.value,
                reason=PERHAPS_SENT,
                settled_at=now,
                cancel_requested=False,
            )
        )
        left: float | None = connection.scalar(next_)
        return left
