"""The account's totals, summed by the store."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select

from drtui.domain.records import Role, Status
from drtui.domain.summary import Totals
from drtui.store.users import USERS

_HERE: Final = USERS.c.gone_at.is_(None)
# A list of names tells no role.
_NAME: Final = and_(USERS.c.role_name.is_(None), USERS.c.role == Role.UNKNOWN)
_RACER: Final = USERS.c.role == Role.RACER
_OTHER: Final = and_(USERS.c.role != Role.RACER, not_(_NAME))


def totals(connection: Connection) -> Totals:
    """Return the account's totals; profiles that are gone count where hours are summed.

    Sponsored users are the racers; what others use is summed on its own.
    """
    racers = connection.execute(
        select(USERS.c.status, func.count()).where(_HERE, _RACER).group_by(USERS.c.status)
    ).all()
    sums = (
        connection.execute(
            select(
                func.count().filter(_HERE, _OTHER).label("others"),
                func.sum(USERS.c.total_minutes).filter(_OTHER).label("others_minutes"),
                func.count().filter(_HERE, _NAME).label("unknown_role"),
                _sum("minutes_used"),
                func.sum(USERS.c.total_minutes).filter(_RACER).label("minutes_in_total"),
                _sum("minutes_queued"),
                func.count().filter(_HERE, _RACER, USERS.c.minutes_queued > 0).label("at_work"),
                _sum("models"),
                _sum("storage_bytes"),
                func.count()
                .filter(_HERE, _RACER, USERS.c.minutes_used.is_(None))
                .label("unknown_usage"),
            )
        )
        .mappings()
        .one()
    )
    return Totals(
        racers={Status(status): count for status, count in racers},
        **{name: value or 0 for name, value in sums.items()},
    )


def _sum(name: str) -> ColumnElement[Any]:
    return func.sum(USERS.c[name]).filter(_HERE, _RACER).label(name)
