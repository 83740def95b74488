"""Offline on purpose: an admin's word to every engine of the store to leave the account alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, select, update

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.tables import table

_STATE: Final = table("sync_state")
_UNKNOWN: Final = "unknown"  # `Connectivity`, which builds on this module
_OFFLINE: Final = "Offline on purpose"
LONGEST_LOOK: Final = 120.0
"""Seconds for which the account may be read at the most, from when that was last allowed."""


@dataclass(frozen=True, slots=True)
class OnPurpose:
    """That an admin wants to be offline.

    Attributes:
        since: Since when.
        by: The system user who wants it.
        reads_until: Until when the account is read all the same, and nothing is sent; None is not.
    """

    since: datetime
    by: str
    reads_until: datetime | None = None

    def reads(self, now: float) -> bool:
        """Whether the account may be read at a moment, in seconds since the epoch.

        Never for longer than was allowed, though the clock be set back meanwhile.
        """
        if self.reads_until is None:
            return False
        return 0.0 < self.reads_until.timestamp() - now <= LONGEST_LOOK


def on_purpose(row: RowMapping) -> OnPurpose | None:
    """Return what a row of the engine's state says of it; None where nobody wants to be offline."""
    since, until = row["offline_since"], row["reads_until"]
    if since is None:
        return None
    return OnPurpose(
        datetime.fromtimestamp(since, UTC),
        row["offline_by"] or "",
        None if until is None else datetime.fromtimestamp(until, UTC),
    )


def read_on_purpose(connection: Connection) -> OnPurpose | None:
    """Return who wants to be offline since when; None where nobody does."""
    return on_purpose(connection.execute(select(_STATE)).mappings().one())


def go_offline(database: Database, author: Author) -> bool:
    """Tell every engine to leave the account alone; False where somebody has done so before.

    It survives a power loss: an event's day may depend on it.
    """
    return _switch(database, author, offline=True)


def go_online(
    database: Database, author: Author, check: Callable[[Connection], None] | None = None
) -> bool:
    """Let engines call the account again; False where they may already.

    What they found of the network until then is not known to be so any more.

    Args:
        database: The open store.
        author: Who wants it.
        check: Called in the same transaction before; what it raises leaves everything as it was.
    """
    return _switch(database, author, offline=False, check=check)


def allow_reading(database: Database, seconds: float) -> None:
    """Let engines read the account for so many seconds from now on, though not change it.

    It means something only while an admin wants to be offline; 0 ends it. More than
    `LONGEST_LOOK` is that. Where it begins, what was found of the network before is not known to
    be so any more.
    """
    now = database.clock()
    until = now + min(seconds, LONGEST_LOOK) if seconds > 0 else None
    with database.write(RecordKind.SYNC_STATE) as connection:
        purpose = read_on_purpose(connection)
        begins = until is not None and purpose is not None and not purpose.reads(now)
        anew = {"connectivity": _UNKNOWN, "connectivity_since": now, "trouble": ""}
        connection.execute(update(_STATE).values(reads_until=until, **(anew if begins else {})))


def _switch(
    database: Database,
    author: Author,
    *,
    offline: bool,
    check: Callable[[Connection], None] | None = None,
) -> bool:
    with database.write(RecordKind.SYNC_STATE, durable=True) as connection:
        if check is not None:
            check(connection)
        now = database.clock()
        is_now = _STATE.c.offline_since.is_not(None)
        anew = {"connectivity": _UNKNOWN, "connectivity_since": now}
        result = connection.execute(
            update(_STATE)
            .where(~is_now if offline else is_now)
            .values(
                offline_since=now if offline else None,
                offline_by=author.who if offline else None,
                reads_until=None,
                **({} if offline else anew),
            )
        )
        changed = bool(result.rowcount)
        if changed:
            write_journal(connection, now, author, _OFFLINE, "begun" if offline else "ended")
    return changed
