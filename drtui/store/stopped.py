"""Whether racers are hidden, since multi-user mode is disabled: asked whenever the list is read.

It comes with the first racers on the screen, so that what it rarely needs is imported then.
"""

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, column, func, select, table

from drtui.domain.records import Role
from drtui.store.users import USERS

_KEY: Final[ColumnElement[str]] = column("key")
_VALUE: Final[ColumnElement[str]] = column("value")
# Not the table itself, whose class takes milliseconds to make.
_SETTINGS: Final = table("account_setting", column("key"), column("value"))
_NEW_USER: Final = ("new_user_minutes", "new_user_models")
_ZERO: Final = "0"  # as JSON


def stopped_racers(connection: Connection) -> int:
    """Return how many racers there are while multi-user mode is disabled; 0 while it is not."""
    closed = connection.scalar(
        select(func.count()).select_from(_SETTINGS).where(_KEY.in_(_NEW_USER), _VALUE == _ZERO)
    )
    if closed != len(_NEW_USER):
        return 0  # new users get something, so it is not disabled
    from drtui.domain.multi_user import hides_racers
    from drtui.store.multi_user import crowd
    from drtui.store.settings import read_settings

    settings, _ = read_settings(connection)
    found = crowd(connection)
    return found.racers if hides_racers(settings, found) else 0


def but_racers(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition on users that holds for no racer."""
    return and_(condition, USERS.c.role != Role.RACER)
