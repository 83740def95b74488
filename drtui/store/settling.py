"""Telling the journal what became of an operation, in the transaction that settles its last target.

An operation is told of once; what opens one of its targets again lets it be told of again.
"""

import functools
from collections import Counter
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, exists, func, insert, select, update

from drtui.domain.authors import Author
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.store.journal import journal_row
from drtui.store.tables import table

_OPERATIONS: Final = table("operation")
_ITEMS: Final = table("operation_item")
_JOURNAL: Final = table("journal")
_OF_IT: Final = _ITEMS.c.operation_id == _OPERATIONS.c.id
_WORDS: Final = {state: state.value.replace("_", " ") for state in ItemState} | {
    ItemState.CONFLICT: "in conflict",
}
SETTLED: Final = "settled: "
"""How the result of such a line begins."""


@functools.cache  # asked with each result that is written: building it takes longer than running it
def _untold() -> Select[Any]:
    return select(
        _OPERATIONS.c.id, _OPERATIONS.c.what, _OPERATIONS.c.who, _OPERATIONS.c.account_user
    ).where(
        _OPERATIONS.c.settled_at.is_(None),
        exists().where(_OF_IT),  # one that is planned later has no targets yet
        ~exists().where(and_(_OF_IT, _ITEMS.c.state.in_(sorted(ON_THE_WAY)))),
    )


def tell_settled(connection: Connection, now: float) -> None:
    """Write a line for each operation of which nothing is on its way any more.

    Args:
        connection: In a writing transaction, that of the change.
        now: Seconds since the epoch.
    """
    untold = connection.execute(_untold()).all()
    if not untold:
        return
    lines = [
        journal_row(
            now,
            Author(row.who, row.account_user),
            row.what,
            f"{SETTLED}{_result(connection, row.id)}",
            operation_id=row.id,
        )
        for row in untold
    ]
    connection.execute(insert(_JOURNAL), lines)
    connection.execute(
        update(_OPERATIONS)
        .where(_OPERATIONS.c.id.in_([row.id for row in untold]))
        .values(settled_at=now)
    )


def open_again(connection: Connection, operation_id: int) -> None:
    """Let the journal be told anew what becomes of an operation."""
    connection.execute(
        update(_OPERATIONS).where(_OPERATIONS.c.id == operation_id).values(settled_at=None)
    )


def _result(connection: Connection, operation_id: int) -> str:
    counts: Counter[ItemState] = Counter()
    rows = connection.execute(
        select(_ITEMS.c.state, func.count())
        .where(_ITEMS.c.operation_id == operation_id)
        .group_by(_ITEMS.c.state)
    )
    for state, number in rows:
        counts[ItemState(state)] = number
    return ", ".join(f"{counts[state]:,} {_WORDS[state]}" for state in ItemState if counts[state])
