"""Which items may be sent now, and what the rest is waiting for."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from drtui.domain.operations import LATE_REQUEST_SECONDS, ON_THE_WAY, ItemState
from drtui.store.late import held, waits_for_a_word
from drtui.store.tables import table
from drtui.store.users import ITEMS, is_open, moment

_STATE: Final = table("sync_state")
_EARLIER: Final = ITEMS.alias("earlier")
_OTHER: Final = ITEMS.alias("other")


def _swept_from() -> ColumnElement[Any]:
    """When the last complete sweep began, 0 before the first."""
    return func.coalesce(select(_STATE.c.swept_from).where(_STATE.c.id == 1).scalar_subquery(), 0.0)


def last_sweep(connection: Connection) -> float:
    """Return when the last complete sweep began, in seconds since the epoch; 0 before the first."""
    return float(connection.scalar(_last_sweep()) or 0.0)


@functools.cache
def _last_sweep() -> Select[Any]:
    return select(_swept_from())


def _oldest_of_its_target() -> ColumnElement[bool]:
    return (
        ~select(_EARLIER.c.id)
        .where(
            _EARLIER.c.target == ITEMS.c.target,
            _EARLIER.c.rank < ITEMS.c.rank,
            is_open(_EARLIER),
        )
        .exists()
    )


def _late(items: Any) -> ColumnElement[bool]:
    """No sweep has begun yet after the last moment at which a doubtful request can be applied."""
    late = items.c.unknown_at + LATE_REQUEST_SECONDS >= _swept_from()
    return and_(items.c.unknown_at.is_not(None), late)  # NOT of an unknown would be unknown


def _held_by_another() -> ColumnElement[bool]:
    """Another item of the target is being sent: a later one, when an older is tried again."""
    return (
        select(_OTHER.c.id)
        .where(
            _OTHER.c.target == ITEMS.c.target,
            is_open(_OTHER),
            _OTHER.c.state == ItemState.SENDING,
        )
        .exists()
    )


def _held_by_doubt() -> ColumnElement[bool]:
    """Another item of the target may still be applied, so no different value goes there.

    A cancelled item is itself only verified, never sent again.
    """
    others = (
        select(_OTHER.c.id)
        .where(
            _OTHER.c.target == ITEMS.c.target,
            _OTHER.c.id != ITEMS.c.id,
            _late(_OTHER),
        )
        .exists()
    )
    return or_(others, and_(ITEMS.c.cancel_requested.is_(True), _late(ITEMS)))


def _waits_for_look_up() -> ColumnElement[bool]:
    return and_(ITEMS.c.look_up_after.is_not(None), ITEMS.c.look_up_after >= _swept_from())


def due_items(
    connection: Connection, limit: int, now: float, *, calls: bool = True
) -> Sequence[RowMapping]:
    """Return items that may be settled or sent now, the oldest operation first.

    Only a target's oldest open item, and not before it is due; after a sweep where one is
    needed to look the profile up; and while the outcome of another item of the same target is
    unknown, nothing.

    Args:
        connection: In a transaction.
        limit: How many at the most.
        now: Seconds since the epoch.
        calls: Whether calls can be made; otherwise only items that need none.
    """
    statement = _due_statement(calls=calls)
    return connection.execute(statement, {"now": now, "most": limit}).mappings().all()


@functools.cache  # building it takes longer than running it
def _due_statement(*, calls: bool) -> Select[Any]:
    conditions = [
        is_open(),
        ITEMS.c.service.is_(None),
        ITEMS.c.state.in_((ItemState.PENDING, ItemState.DOUBTFUL)),
        ITEMS.c.due_at <= bindparam("now"),
        ~held(),
        ~_waits_for_look_up(),
        _oldest_of_its_target(),
        ~_held_by_another(),
        ~_held_by_doubt(),
    ]
    if not calls:
        conditions.append(ITEMS.c.local.is_(True))
    return (
        select(ITEMS).where(*conditions).order_by(ITEMS.c.rank, ITEMS.c.id).limit(bindparam("most"))
    )


def sweep_wanted_from(connection: Connection) -> datetime | None:
    """Return the moment from which a sweep would let some waiting item go on, None if none waits.

    A moment that has passed means now.
    """
    look_up, own, others = (connection.scalar(one) for one in _sweep_statements())
    moments = [look_up]
    moments += [
        None if unknown is None else unknown + LATE_REQUEST_SECONDS for unknown in (own, others)
    ]
    return moment(min((one for one in moments if one is not None), default=None))


@functools.cache
def _sweep_statements() -> tuple[Select[Any], ...]:
    """What finds the first look-up that waits, the first doubt of a cancelled one, of another."""
    waiting = (
        is_open(),
        ITEMS.c.service.is_(None),
        ITEMS.c.state.in_((ItemState.PENDING, ItemState.DOUBTFUL)),
        ~held(),
    )
    look_up = select(func.min(ITEMS.c.look_up_after)).where(*waiting, _waits_for_look_up())
    own = select(func.min(ITEMS.c.unknown_at)).where(
        *waiting, ITEMS.c.cancel_requested.is_(True), _late(ITEMS)
    )
    others = (
        select(func.min(_OTHER.c.unknown_at))
        .select_from(ITEMS.join(_OTHER, _OTHER.c.target == ITEMS.c.target))
        .where(*waiting, _OTHER.c.id != ITEMS.c.id, _late(_OTHER))
    )
    return look_up, own, others


def next_due(connection: Connection) -> datetime | None:
    """Return when the next item's delay is over, None when none is delayed or due."""
    return moment(connection.scalar(_next_due()))


@functools.cache
def _next_due() -> Select[Any]:
    return select(func.min(ITEMS.c.due_at)).where(
        is_open(),
        ITEMS.c.service.is_(None),
        ITEMS.c.state.in_((ItemState.PENDING, ItemState.DOUBTFUL)),
        ~held(),
        ~_waits_for_look_up(),
        _oldest_of_its_target(),
        ~_held_by_another(),
        ~_held_by_doubt(),
    )


def deliverable_count(connection: Connection) -> int:
    """Return how many items are on their way and do not wait for an admin's word.

    That is, for a conflict to be settled, or for what is late to go on.
    """
    statement = select(func.count()).where(
        is_open(), ITEMS.c.state.in_(sorted(ON_THE_WAY)), ~waits_for_a_word()
    )
    return connection.scalar(statement) or 0


def waiting_for_a_word(connection: Connection, operation_ids: Sequence[int]) -> list[int]:
    """Return those of some operations of which all that is on its way waits for an admin's word."""

    def moves(operation_id: int) -> bool:
        # One by one: each stops at the first item that can be sent.
        found = select(ITEMS.c.id).where(
            ITEMS.c.operation_id == operation_id,
            is_open(),
            ITEMS.c.state.in_(sorted(ON_THE_WAY)),
            ~waits_for_a_word(),
        )
        return connection.scalar(found.limit(1)) is not None

    return [operation_id for operation_id in operation_ids if not moves(operation_id)]
