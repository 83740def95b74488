"""Which kinds of record have changed: a counter each, moved with the change."""

import functools
from typing import Final

from sqlalchemy import Connection, Update, bindparam, select, update

from drtui.domain.changes import RecordKind
from drtui.store.tables import table

_COUNTER: Final = "change_counter"


def changed(connection: Connection, *kinds: RecordKind) -> None:
    """Move the counters of kinds of record, in the transaction that changes them.

    `Database.write` does it for the kinds that it is given; this is for those of which only the
    block itself knows whether they change.
    """
    rows = [{"changed": kind.value} for kind in kinds]
    if rows:
        connection.execute(_counting(), rows)


@functools.cache  # part of each transaction that writes: building it takes longer than running it
def _counting() -> Update:
    counter = table(_COUNTER)
    return (
        update(counter)
        .where(counter.c.kind == bindparam("changed"))
        .values(value=counter.c.value + 1)
    )


def counters(connection: Connection, *kinds: RecordKind) -> tuple[int, ...]:
    """Return the change counters of kinds of record: while they stay, so do these records."""
    found = {row.kind: row.value for row in connection.execute(select(table(_COUNTER)))}
    return tuple(found.get(kind.value, 0) for kind in kinds)
