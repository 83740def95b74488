"""What there is to be seen of multi-user mode in the store."""

from typing import Final

from sqlalchemy import Connection, func, select

from drtui.domain.multi_user import Crowd
from drtui.domain.operations import Operation, OperationKind
from drtui.domain.records import Role, Status
from drtui.domain.text import fold
from drtui.store.operation_log import operation
from drtui.store.tables import table
from drtui.store.undoing import OPERATIONS
from drtui.store.users import USERS

_POOL: Final = table("pool_user")
_SWITCHES: Final = (
    OperationKind.ENABLE_MULTI_USER.value,
    OperationKind.DISABLE_MULTI_USER.value,
)


def crowd(connection: Connection) -> Crowd:
    """Return the racers as far as the mode is about them."""
    here = USERS.c.gone_at.is_(None), USERS.c.role == Role.RACER
    racers, paused, stopped = connection.execute(
        select(
            func.count(),
            func.count().filter(USERS.c.status == Status.PAUSED),
            func.count().filter(USERS.c.closed.is_(True)),
        ).where(*here)
    ).one()
    return Crowd(racers, paused, stopped, _signed_out(connection))


def last_switch(connection: Connection) -> Operation | None:
    """Return the operation that last enabled or disabled the mode from here; None without one."""
    number = connection.scalar(
        select(func.max(OPERATIONS.c.id)).where(OPERATIONS.c.kind.in_(_SWITCHES))
    )
    return None if number is None else operation(connection, number)


def _signed_out(connection: Connection) -> int | None:
    """How many racers' sign-ins are closed; None where the user pool was never listed."""
    if connection.scalar(select(func.count()).select_from(_POOL)) == 0:
        return None
    closed = set(connection.scalars(select(_POOL.c.folded).where(_POOL.c.enabled.is_(False))))
    if not closed:
        return 0
    emails = connection.scalars(
        select(USERS.c.email).where(
            USERS.c.gone_at.is_(None), USERS.c.role == Role.RACER, USERS.c.email.is_not(None)
        )
    )
    return sum(fold(email) in closed for email in emails)
