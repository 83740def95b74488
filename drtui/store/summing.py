"""The account's totals, summed by the store."""

import functools
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, not_, select

from drtui.domain.records import Role, Status
from drtui.domain.summary import Totals
from drtui.store.users import USERS


def totals(connection: Connection) -> Totals:
    """Return the account's totals; profiles that are gone count where hours are summed.

    Sponsored users are the racers; what others use is summed on its own.
    """
    there, gone = (
        connection.execute(_groups(gone=gone)).mappings().all() for gone in (False, True)
    )
    racers = list(filter(_is_racer, there))
    by_status: Counter[Status] = Counter()
    for group in racers:
        by_status[Status(group["status"])] += group["users"]
    return Totals(
        racers=dict(by_status),
        others=_sum("users", filter(_is_other, there)),
        minutes_used=_sum("minutes_used", racers),
        minutes_in_total=_sum("total_minutes", filter(_is_racer, [*there, *gone])),
        minutes_queued=_sum("minutes_queued", racers),
        at_work=_sum("at_work", racers),
        models=_sum("models", racers),
        storage_bytes=_sum("storage_bytes", racers),
        unknown_usage=_sum("users", racers) - _sum("known_usage", racers),
        others_minutes=_sum("total_minutes", filter(_is_other, [*there, *gone])),
        unknown_role=_sum("users", filter(_is_name, there)),
    )


@functools.cache
def _groups(*, gone: bool) -> Select[Any]:
    """Sums by what decides where they count, as the index of totals has them in order."""
    groups = USERS.c.role_name, USERS.c.role, USERS.c.status
    here = USERS.c.gone_at.is_(None)
    summed = ("total_minutes", "minutes_used", "minutes_queued", "models", "storage_bytes")
    return (
        select(
            *groups,
            func.count().label("users"),
            func.count(USERS.c.minutes_used).label("known_usage"),
            func.count().filter(USERS.c.minutes_queued > 0).label("at_work"),
            *(func.sum(USERS.c[name]).label(name) for name in summed),
        )
        .where(not_(here) if gone else here)
        .group_by(*groups)
    )


def _is_racer(group: RowMapping) -> bool:
    return bool(group["role"] == Role.RACER)


def _is_name(group: RowMapping) -> bool:
    """A list of names tells no role."""
    return group["role_name"] is None and group["role"] == Role.UNKNOWN


def _is_other(group: RowMapping) -> bool:
    return not _is_racer(group) and not _is_name(group)


def _sum(name: str, groups: Iterable[RowMapping]) -> int:
    return sum(group[name] or 0 for group in groups)
