"""Targets for plans: users with the state they will be in once what is on its way has arrived."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, func, select

from drtui.domain.actions import TargetState
from drtui.domain.operations import ON_THE_WAY, Item, Values
from drtui.domain.planning import Target
from drtui.domain.records import Limits, Role
from drtui.domain.text import clean, fold
from drtui.store.users import (
    COUNTED_ON,
    ITEMS,
    USERS,
    chunks,
    is_open,
    pending_values,
    remembered_of,
    rows_by_profile,
)


def confirmed_state(row: RowMapping) -> TargetState:
    """Return a stored user's state without what is on its way."""
    return TargetState(
        limits=Limits(row["minutes_limit"], row["models_limit"]),
        remembered=remembered_of(row),
        alias=row["alias"],
        role_name=row["role_name"],
        closed=bool(row["closed"]),
    )


def states(connection: Connection, profile_ids: Sequence[str]) -> dict[str, TargetState]:
    """Return the state that each profile will be in once what is on its way has arrived.

    Profiles that are not in the store are left out.
    """
    pending = pending_values(connection, profile_ids)
    found: dict[str, TargetState] = {}
    for chunk in chunks(profile_ids):
        rows = connection.execute(
            select(
                USERS.c.profile_id,
                USERS.c.minutes_limit,
                USERS.c.models_limit,
                USERS.c.remembered_minutes,
                USERS.c.remembered_models,
                USERS.c.alias,
                USERS.c.role_name,
                USERS.c.closed,
            ).where(USERS.c.profile_id.in_(chunk), USERS.c.gone_at.is_(None))
        ).mappings()
        for row in rows:
            on_its_way = pending.get(row["profile_id"])
            state = confirmed_state(row)
            found[row["profile_id"]] = state.overlaid(on_its_way) if on_its_way else state
    return found


def targets_on_the_way(connection: Connection) -> frozenset[str]:
    """Return the profiles for which something is on its way."""
    statement = select(ITEMS.c.target).where(is_open(), ITEMS.c.state.in_(sorted(ON_THE_WAY)))
    return frozenset(connection.scalars(statement))


def targets(
    connection: Connection, keys: Sequence[int], named: Collection[int] = frozenset()
) -> list[Target]:
    """Return the users with these ids as targets, in the order of the ids.

    Args:
        connection: In a transaction.
        keys: Ids, as from `user_keys`.
        named: Those of them that the admin named one by one.
    """
    rows: dict[int, RowMapping] = {}
    for chunk in chunks(keys):
        statement = select(USERS).where(USERS.c.id.in_(chunk), USERS.c.gone_at.is_(None))
        rows |= {row["id"]: row for row in connection.execute(statement).mappings()}
    there = [(key, rows[key]) for key in keys if key in rows]
    waiting = _unsettled(connection, [row["profile_id"] for _, row in there])
    return [
        _target(row, waiting.get(row["profile_id"], ()), named=key in named) for key, row in there
    ]


def targets_by_profile(connection: Connection, profile_ids: Iterable[str]) -> dict[str, Target]:
    """Return the users with these profile ids as targets, by profile id."""
    ids = list(profile_ids)
    keys: list[int] = []
    for chunk in chunks(ids):
        keys += connection.scalars(select(USERS.c.id).where(USERS.c.profile_id.in_(chunk))).all()
    return {target.profile_id: target for target in targets(connection, keys)}


def ambiguous(connection: Connection, profile_ids: Sequence[str]) -> frozenset[str]:
    """Return those of a few profiles whose alias does not tell who they are.

    Others have it too, whatever its case, or it cannot be shown as it is.
    """
    rows = rows_by_profile(connection, profile_ids)
    return frozenset(
        profile_id
        for profile_id, row in rows.items()
        if clean(row["alias"]) != row["alias"]
        or not row["alias"].strip()
        or _bearers(connection, row["alias"]) > 1
    )


def told_apart(connection: Connection, items: Iterable[Item]) -> dict[str, str]:
    """Return a name for each target of a few items whose alias does not tell who it is.

    It is the alias with the email, else the id, by target; see `ambiguous`.
    """
    labels = {item.target: clean(item.label) for item in items if item.label.strip()}
    rows = rows_by_profile(connection, sorted(ambiguous(connection, list(labels))))
    return {
        profile_id: f"{labels[profile_id]} ({clean(row['email'] or profile_id)})"
        for profile_id, row in rows.items()
    }


def _bearers(connection: Connection, alias: str) -> int:
    """Return how many have an alias; `search_text` begins with it, and is in an index."""
    searched, begin = USERS.c.search_text, fold(alias)
    statement = select(func.count()).where(
        USERS.c.gone_at.is_(None), searched >= f"{begin}\n", searched < f"{begin}\v"
    )
    return connection.scalar(statement) or 0


class _Unsettled(NamedTuple):
    """What is not settled of a target.

    Attributes:
        comes: Whether it is counted on.
    """

    operation_id: int
    after: Values
    comes: bool


def _unsettled(connection: Connection, ids: Sequence[str]) -> dict[str, list[_Unsettled]]:
    """Return what is not settled of profiles, in the order of delivery; see `pending_values`."""
    found: dict[str, list[_Unsettled]] = {}
    comes = ITEMS.c.state.in_(sorted(ON_THE_WAY)) & COUNTED_ON
    for chunk in chunks(ids):
        rows = connection.execute(
            select(ITEMS.c.target, ITEMS.c.operation_id, ITEMS.c.after, comes)
            .where(ITEMS.c.target.in_(chunk), is_open())
            .order_by(ITEMS.c.rank)
        )
        for target, *one in rows:
            found.setdefault(target, []).append(_Unsettled(*one))
    return found


def _target(row: RowMapping, unsettled: Sequence[_Unsettled], *, named: bool) -> Target:
    confirmed = state = confirmed_state(row)
    paused_by = None
    coming = [one for one in unsettled if one.comes]
    for one in coming:
        was, state = state, state.overlaid(one.after)
        if not state.limits.paused:
            paused_by = None
        elif not was.limits.paused:
            paused_by = one.operation_id
    used = row["minutes_used"]
    return Target(
        profile_id=row["profile_id"],
        alias=clean(row["alias"]),
        role=Role(row["role"]),
        state=state,
        named=named,
        email=None if row["email"] is None else clean(row["email"]),
        on_the_way=bool(coming),
        waits=bool(unsettled),
        confirmed=confirmed,
        paused_by=paused_by,
        minutes=None if used is None else used + (row["minutes_queued"] or 0),
        models=row["models"],
    )
