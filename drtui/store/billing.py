"""What errands have made of billing alerts since these were last read."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from drtui.domain.errands import Service
from drtui.domain.operations import SETTLED_WELL, Values
from drtui.store.users import ITEMS


def alerts_since(connection: Connection, since: float) -> dict[str, tuple[Values, datetime]]:
    """Return what each alert is by the last errand of it that came about since a moment.

    Args:
        connection: In a transaction.
        since: Seconds since the epoch; 0 is from the beginning.

    Returns:
        The values, and when they came about, by subject; the oldest change first.
    """
    rows = connection.execute(
        select(ITEMS.c.target, ITEMS.c.after, ITEMS.c.settled_at)
        .where(
            ITEMS.c.service == Service.BILLING,
            ITEMS.c.state.in_(sorted(SETTLED_WELL)),
            ITEMS.c.settled_at >= since,
        )
        .order_by(ITEMS.c.settled_at, ITEMS.c.id)
    )
    return {
        target.partition(":")[2]: (after, datetime.fromtimestamp(settled, UTC))
        for target, after, settled in rows
    }
