"""The account's totals, summed by the store."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from drtui.domain.records import Role, Status
from drtui.domain.summary import Totals
from drtui.store.users import USERS

_HERE: Final = USERS.c.gone_at.is_(None)


def totals(connection: Connection) -> Totals:
    """Return the account's totals; profiles that are gone count where hours are summed."""
    racers = connection.execute(
        select(USERS.c.status, func.count())
        .where(_HERE, USERS.c.role == Role.RACER)
        .group_by(USERS.c.status)
    ).all()
    sums = (
        connection.execute(
            select(
                func.count().filter(_HERE, USERS.c.role != Role.RACER).label("others"),
                func.sum(_here(USERS.c.minutes_used)).label("minutes_used"),
                func.sum(USERS.c.total_minutes).label("minutes_in_total"),
                func.sum(_here(USERS.c.minutes_queued)).label("minutes_queued"),
                func.count().filter(_HERE, USERS.c.minutes_queued > 0).label("at_work"),
                func.sum(_here(USERS.c.models)).label("models"),
                func.sum(_here(USERS.c.storage_bytes)).label("storage_bytes"),
                func.count().filter(_HERE, USERS.c.minutes_used.is_(None)).label("unknown_usage"),
            )
        )
        .mappings()
        .one()
    )
    return Totals(
        racers={Status(status): count for status, count in racers},
        **{name: value or 0 for name, value in sums.items()},
    )


def _here(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_HERE, column), else_=0)
