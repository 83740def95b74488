"""Which operation keeps others of the same targets waiting, until an admin says a word."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.store.late import held
from drtui.store.users import ITEMS, is_open

_EARLIER: Final = ITEMS.alias("earlier")


def behind(connection: Connection, operation_id: int) -> int | None:
    """Return the first operation whose conflict holds back an item of another, None if none does.

    Args:
        connection: In a transaction.
        operation_id: The operation that waits.
    """
    return _first(connection, operation_id, _EARLIER.c.state == ItemState.CONFLICT)


def behind_late(connection: Connection, operation_id: int) -> int | None:
    """Return the first operation that is late and holds back an item of another, as `behind`."""
    return _first(connection, operation_id, held(_EARLIER))


def _first(connection: Connection, operation_id: int, condition: ColumnElement[bool]) -> int | None:
    statement = (
        select(func.min(_EARLIER.c.operation_id))
        .select_from(ITEMS.join(_EARLIER, _EARLIER.c.target == ITEMS.c.target))
        .where(
            ITEMS.c.operation_id == operation_id,
            ITEMS.c.state.in_(sorted(ON_THE_WAY)),
            _EARLIER.c.rank < ITEMS.c.rank,
            is_open(_EARLIER),
            condition,
        )
    )
    found: int | None = connection.scalar(statement)
    return found
