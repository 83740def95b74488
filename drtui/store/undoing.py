"""The table of operations, and which of them have undone another."""

from typing import Final

from sqlalchemy import ColumnElement, select

from drtui.domain.operations import ItemState
from drtui.store.tables import table
from drtui.store.users import ITEMS

OPERATIONS: Final = table("operation")


def came_about() -> ColumnElement[bool]:
    """The condition that something of an operation was, or will be, done.

    An undo of which nothing came about leaves the operation to be undone.
    """
    done = select(ITEMS.c.id).where(
        ITEMS.c.operation_id == OPERATIONS.c.id,
        ITEMS.c.state.not_in((ItemState.FAILED, ItemState.CANCELLED)),
    )
    return done.exists()
