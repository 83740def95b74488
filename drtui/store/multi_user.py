"""What there is to be seen of multi-user mode in the store."""

from collections import Counter
from collections.abc import Collection
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, func, select

from drtui.domain.errands import Service, subject_of
from drtui.domain.multi_user import Crowd
from drtui.domain.operations import (
    ON_THE_WAY,
    SETTLED_WELL,
    Item,
    ItemState,
    Operation,
    OperationKind,
    Value,
)
from drtui.domain.records import Role, Status
from drtui.domain.setting_keys import VALUE, SettingKey
from drtui.domain.sign_in_errands import CLOSED as SHUT
from drtui.domain.sign_in_errands import SIGN_IN, closes, email_of
from drtui.domain.text import fold
from drtui.store.errands import on_the_way
from drtui.store.operation_log import item_of, operation
from drtui.store.participants import pool_listed_at, pool_records
from drtui.store.tables import table
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, USERS

_POOL: Final = table("pool_user")
_SWITCHES: Final = (
    OperationKind.ENABLE_MULTI_USER.value,
    OperationKind.DISABLE_MULTI_USER.value,
)
_OPENED: Final = "opened since"
_SEEN: Final = "the user pool has it open"
_LIMITS: Final = (SettingKey.NEW_USER_MINUTES, SettingKey.NEW_USER_MODELS)


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
    signed_out, pool = _signed_out(connection)
    still_open, disabled_by = _still_open(connection)
    paused_by = _paused_by(connection) if racers and paused == racers and not stopped else (None, 0)
    return Crowd(racers, paused, stopped, signed_out, pool, still_open, disabled_by, *paused_by)


def last_switch(
    connection: Connection, states: Collection[ItemState] = (ItemState.DONE,)
) -> Operation | None:
    """Return the operation that last enabled or disabled the mode from here; None without one.

    That may be an undo of such an operation. One that changed nothing, since all of it was
    cancelled, failed or was so already, is none.

    Args:
        connection: In a transaction.
        states: In one of which at least one of its items is.
    """
    rows = connection.execute(
        select(OPERATIONS.c.id, OPERATIONS.c.kind, OPERATIONS.c.undoes)
        .where(OPERATIONS.c.kind.in_((*_SWITCHES, OperationKind.UNDO.value)))
        .order_by(OPERATIONS.c.id)
    )
    switches: set[int] = set()
    for number, kind, undoes in rows:
        if kind in _SWITCHES or undoes in switches:
            switches.add(number)
    newest = connection.scalar(
        select(func.max(ITEMS.c.operation_id)).where(
            ITEMS.c.operation_id.in_(switches), ITEMS.c.state.in_(sorted(states))
        )
    )
    return None if newest is None else operation(connection, newest)


def coming_limits(connection: Connection) -> dict[SettingKey, Value]:
    """Return what new users' limits are on their way to; those that stay are left out."""
    coming = on_the_way(connection, Service.SETTINGS)
    return {key: coming[key][VALUE] for key in _LIMITS if key in coming}


def replaced_models(connection: Connection) -> int | None:
    """Return the limit on new users' models that closing the deployment to them replaced.

    Whatever sets both limits to 0 closes it; where that was done again, the limit is the one before
    the first time.

    Returns:
        None where nothing is known to have been.
    """
    rows = connection.execute(
        select(ITEMS)
        .where(ITEMS.c.target.in_([f"{Service.SETTINGS}:{key}" for key in _LIMITS]))
        .order_by(ITEMS.c.operation_id, ITEMS.c.id)
    ).mappings()
    found: Value = None
    for _, group in groupby(map(item_of, rows), lambda item: item.operation_id):
        items = {subject_of(item): item for item in group}
        models = items.get(SettingKey.NEW_USER_MODELS)
        if models is None or not _may_have_come_about(models):
            continue
        if len(items) < len(_LIMITS) or any(item.after.get(VALUE) for item in items.values()):
            found = models.after.get(VALUE)  # no closing: somebody wanted this limit
            continue
        before = models.before.get(VALUE)
        closed_before = all(item.before.get(VALUE) == 0 for item in items.values())
        if before or (found is None and not closed_before):
            found = before
    return found if isinstance(found, int) else None


def _may_have_come_about(item: Item) -> bool:
    return item.state in SETTLED_WELL | ON_THE_WAY or item.unknown_at is not None


def _paused_by(connection: Connection) -> tuple[int | None, int]:
    """Return the newest operation that paused racers who are there, and how many; None and 0."""
    newest = connection.execute(
        select(ITEMS.c.operation_id, func.count())
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .join(USERS, USERS.c.profile_id == ITEMS.c.target)
        .where(
            OPERATIONS.c.kind == OperationKind.PAUSE.value,
            ITEMS.c.state == ItemState.DONE.value,
            USERS.c.gone_at.is_(None),
            USERS.c.role == Role.RACER,
        )
        .group_by(ITEMS.c.operation_id)
        .order_by(ITEMS.c.operation_id.desc())
        .limit(1)
    ).first()
    return (None, 0) if newest is None else (newest[0], newest[1])


def _signed_out(connection: Connection) -> tuple[int | None, int | None]:
    """How many racers' sign-ins are closed, of how many users; None and None: never listed."""
    if pool_listed_at(connection) is None:
        return None, None
    users = connection.scalar(select(func.count()).select_from(_POOL)) or 0
    closed = set(connection.scalars(select(_POOL.c.folded).where(_POOL.c.enabled.is_(False))))
    if not closed:
        return 0, users
    emails = connection.scalars(
        select(USERS.c.email).where(
            USERS.c.gone_at.is_(None), USERS.c.role == Role.RACER, USERS.c.email.is_not(None)
        )
    )
    return sum(fold(email) in closed for email in emails), users


def _still_open(connection: Connection) -> tuple[Counter[str], int | None]:
    """Return whose sign-ins disabling the mode was to close and are open, by reason; and by what.

    They are those that could not be closed, and those that the user pool had open when it was
    listed after all was carried out. Nothing is expected to be closed once the mode was enabled.
    """
    switch = last_switch(connection)
    if switch is None or switch.kind is OperationKind.ENABLE_MULTI_USER:
        return Counter(), None
    sign_ins = ITEMS.c.service == Service.SIGN_INS
    number = switch.operation_id
    rows = connection.execute(select(ITEMS).where(ITEMS.c.operation_id == number, sign_ins))
    asked = [item for item in map(item_of, rows.mappings()) if closes(item)]
    if not asked:
        return Counter(), None
    later = connection.execute(
        select(ITEMS.c.target, ITEMS.c.after)
        .where(ITEMS.c.operation_id > number, sign_ins, ITEMS.c.state.in_(sorted(SETTLED_WELL)))
        .order_by(ITEMS.c.operation_id)
    )
    since = {target: after.get(SIGN_IN) for target, after in later if SIGN_IN in after}
    pool = pool_records(connection)
    there = set(connection.scalars(select(USERS.c.profile_id).where(USERS.c.gone_at.is_(None))))
    found: Counter[str] = Counter()
    for item in asked:
        record = pool.get(fold(email_of(item)))
        asked_since = since.get(item.target)
        if subject_of(item) not in there or asked_since == SHUT or item.state in ON_THE_WAY:
            continue
        seen = None if record is None or record.as_of is None else record.enabled
        stale = record is None or item.settled_at is None or record.as_of <= item.settled_at
        if asked_since is not None:
            found[_OPENED] += 1
        elif not stale and seen is not None:
            found[item.reason or _SEEN] += seen
        elif item.state not in SETTLED_WELL:
            found[item.reason or item.state.value] += 1
    return +found, number
