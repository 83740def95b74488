"""When something that the checklist found missing was last mended."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from drtui.domain.operations import SETTLED_WELL, OperationKind
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, moment


def last_fix(connection: Connection) -> datetime | None:
    """Return when something was last mended, or AWS asked for it; None where nothing ever was."""
    statement = (
        select(func.max(ITEMS.c.settled_at))
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .where(
            OPERATIONS.c.kind == OperationKind.FIX_PREREQUISITES.value,
            ITEMS.c.state.in_(sorted(SETTLED_WELL)),
        )
    )
    return moment(connection.scalar(statement))
