"""Times in the store that lie in the future, because the system's clock was set back since.

Left alone, they would hold items back for as long as the clock was set back, pass a sweep of before
for one that looked after a call whose outcome is unknown, and have whatever is read now taken for
older than what is there.
"""

from typing import Final

from sqlalchemy import Connection, update

from drtui.domain.operations import LATE_REQUEST_SECONDS, LONGEST_DELAY_SECONDS, ROLE_LAG_SECONDS
from drtui.store.tables import table
from drtui.store.users import ITEMS, is_open

_STATE: Final = table("sync_state")
_EARLIER_SECONDS: Final = 0.001
# Until when what else is read was read; what is read earlier than that is left out.
_READINGS: Final = {
    "model": ("as_of",),
    "model_listing": ("read_at", "tried_at"),
    "model_detail": ("read_at", "tried_at"),
    "model_sweep": ("began_at", "ended_at", "all_read_at", "files_read_at"),
    "race": ("as_of", "written_at", "live_as_of"),
    "race_listing": ("read_at", "tried_at"),
    "ranking_listing": ("read_at", "tried_at"),
    "live_race": ("read_at", "tried_at"),
}


def mend_times(connection: Connection, now: float) -> None:
    """Make every time that cannot be right the present; in a writing transaction.

    Args:
        connection: In a writing transaction.
        now: Seconds since the epoch.
    """
    mend_sweeps(connection, now)
    # What settled did so before whatever begins now, so that it does not outdo a reading.
    for column, time in ((ITEMS.c.unknown_at, now), (ITEMS.c.settled_at, now - _EARLIER_SECONDS)):
        connection.execute(update(ITEMS).where(column > now).values({column: time}))
    furthest = {
        ITEMS.c.due_at: now + LONGEST_DELAY_SECONDS,
        ITEMS.c.look_up_after: now + LATE_REQUEST_SECONDS + ROLE_LAG_SECONDS,
    }
    for column, latest in furthest.items():
        connection.execute(update(ITEMS).where(is_open(), column > latest).values({column: now}))


def mend_sweeps(connection: Connection, now: float) -> None:
    """The same for when the last sweeps were, and for all that was read since the clock was right.

    Sweeps come so often that theirs tell whether it was set back; the rest is many rows.
    """
    set_back = False
    for column in (_STATE.c.swept_from, _STATE.c.swept_at, _STATE.c.sweep_started):
        late = connection.execute(update(_STATE).where(column > now).values({column: now}))
        set_back = set_back or late.rowcount > 0
    if not set_back:
        return
    for name, columns in _READINGS.items():
        of_it = table(name)
        for column in (of_it.c[each] for each in columns):
            connection.execute(update(of_it).where(column > now).values({column: now}))
