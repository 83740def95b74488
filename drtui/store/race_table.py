"""The races' table: keys by filter and order, and rows by key.

A race that an operation is going to create is listed too. Its key is its item's number below 0;
once the race is there, it has one of its own.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Float,
    FromClause,
    Integer,
    Select,
    String,
    case,
    func,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from drtui.domain.filters import Everything, Expression
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_table import RaceRow, race_text
from drtui.domain.text import clean
from drtui.store.race_filter_sql import race_condition
from drtui.store.race_pending import CREATING, Creation, creations, pending_of_races
from drtui.store.races import RACES, THERE, races_by_key
from drtui.store.sqlite import ordered_ids

_TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "key": Integer(),
    "race_id": String(),
    "name": String(),
    "race_type": String(),
    "track": String(),
    "opens_at": Float(),
    "closes_at": Float(),
    "max_submissions": Integer(),
    "live": Boolean(),
    "live_status": String(),
    "participants": Integer(),
    "search_text": String(),
    "pending": String(),
}
_SORTS: Final = {
    "name": "search_text",
    "kind": "race_type",
    "track": "track",
    "opens": "opens_at",
    "closes": "closes_at",
    "participants": "participants",
    "submissions": "max_submissions",
    "live": "live_status",
}
_STATE: Final = "state"
RACE_SORT_FIELDS: Final = (*_SORTS, _STATE)


def race_keys(
    connection: Connection,
    now: float,
    expression: Expression | None = None,
    sort: str = "closes",
    *,
    reverse: bool = False,
) -> Sequence[int]:
    """Return the keys of the races that are there or are to be created, in order.

    Args:
        connection: In a transaction.
        now: Seconds since the epoch; what is open is known by it.
        expression: From `filters.parse` in the language of races; None is all.
        sort: One of `RACE_SORT_FIELDS`; `state` has the open ones first, then those to come, each
            by what is next for them, then the closed ones, the latest first. Unknown values come
            last either way, and what is alike stands by name.
        reverse: Largest first.

    Raises:
        InvalidInputError: There is no such field to sort by.
    """
    if sort not in RACE_SORT_FIELDS:
        raise InvalidInputError(
            f"There is no field “{clean(sort, 40)}” to sort by: choose one of "
            f"{', '.join(RACE_SORT_FIELDS)}."
        )
    races = _races(connection)
    statement = select(races.c.key).where(
        race_condition(Everything() if expression is None else expression, races, now)
    )
    order = (*_order(races, now, sort, reverse=reverse), races.c.search_text, races.c.key)
    return ordered_ids(connection, statement.order_by(*order))


def race_rows(connection: Connection, keys: Sequence[int]) -> dict[int, RaceRow]:
    """Return the races with these keys, in their order; those that are not there are left out."""
    rows = {
        stored.key: RaceRow(
            key=stored.key,
            race_id=stored.race.race_id,
            definition=stored.race.definition,
            participants=stored.race.participants,
            live_status=stored.race.live_status,
            auto_launch=stored.race.auto_launch,
            submissions_open=stored.race.submissions_open,
            pending=stored.pending,
            as_of=stored.as_of,
        )
        for stored in races_by_key(connection, [key for key in keys if key > 0])
    }
    if any(key < 0 for key in keys):
        rows |= {
            -one.item_id: RaceRow(-one.item_id, "", one.definition, pending=CREATING)
            for one in _not_there(connection)
        }
    return {key: rows[key] for key in keys if key in rows}


def _order(races: FromClause, now: float, sort: str, *, reverse: bool) -> list[ColumnElement[Any]]:
    if sort != _STATE:
        column = races.c[_SORTS[sort]]
        order = column.desc() if reverse else column.asc()
        unknown = column.is_(None) if sort == "participants" else column == ""
        return [unknown, order]
    opens, closes = races.c.opens_at, races.c.closes_at
    stage = case((opens > now, 1), (closes >= now, 0), else_=2)
    next_ = case((opens > now, opens), (closes >= now, closes), else_=-closes)
    return [stage.desc(), next_.desc()] if reverse else [stage, next_]


def _races(connection: Connection) -> FromClause:
    """What has a line for each race: those that are there, and those to be created."""
    pending = json.dumps(pending_of_races(connection))
    on_its_way = func.coalesce(
        func.json_extract(pending, '$."' + RACES.c.race_id + '"'), type_coerce("", String())
    )
    there = [RACES.c[name] if name != "pending" else on_its_way.label(name) for name in _TYPES]
    return union_all(select(*there).where(THERE), _creations(connection)).subquery("races")


def _creations(connection: Connection) -> Select[Any]:
    lines = [_line(one) for one in _not_there(connection)]
    given = func.json_each(json.dumps(lines)).table_valued("value")
    return select(
        *(
            type_coerce(func.json_extract(given.c.value, f"$.{name}"), kind).label(name)
            for name, kind in _TYPES.items()
        )
    )


def _line(creation: Creation) -> dict[str, object]:
    definition = creation.definition
    return {
        "key": -creation.item_id,
        "race_id": "",
        "name": definition.name,
        "race_type": definition.race_type,
        "track": definition.track,
        "opens_at": definition.opens_at.timestamp(),
        "closes_at": definition.closes_at.timestamp(),
        "max_submissions": definition.max_submissions,
        "live": definition.live,
        "live_status": "",
        "participants": None,
        "search_text": race_text(definition),
        "pending": CREATING,
    }


def _not_there(connection: Connection) -> list[Creation]:
    """The races to be created that are not listed yet."""
    found = creations(connection)
    if not found:
        return []
    there = set(connection.scalars(select(RACES.c.race_id).where(THERE)))
    return [one for one in found if one.race_id not in there]
