"""Following operations: which move or need a hand, how fast, and their items page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from drtui.domain.operations import ON_THE_WAY, Item, ItemState, OperationKind
from drtui.domain.text import fold
from drtui.store.need import failed_in_need
from drtui.store.operation_log import item_of
from drtui.store.sqlite import one_of
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, chunks, moment

_EARLIER: Final = ITEMS.alias("earlier")
_BY_DELIVERY: Final = (ItemState.DONE, ItemState.ALREADY_SO, ItemState.FAILED)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled of an operation in a while: how many, and when the first of them was."""

    count: int
    first: datetime


def operation_numbers(connection: Connection) -> list[int]:
    """Return the numbers of all operations, the newest first."""
    return list(connection.scalars(select(OPERATIONS.c.id).order_by(OPERATIONS.c.id.desc())))


def operations_to_undo(connection: Connection, who: str) -> list[int]:
    """Return the numbers of somebody's own operations that are no undo, the newest first."""
    own = OPERATIONS.c.who == who, OPERATIONS.c.kind != OperationKind.UNDO
    return _numbers_where(connection, *own)


def perhaps_arrived(
    connection: Connection, operation_id: int, targets: Collection[str] = ()
) -> bool:
    """Whether some of an operation may have come about although no answer says so.

    Args:
        connection: In a transaction.
        operation_id: The operation.
        targets: Only these profiles; empty is all.
    """
    sent = ITEMS.c.state.in_((ItemState.SENDING, ItemState.DOUBTFUL))
    tried = and_(ITEMS.c.state == ItemState.PENDING, ITEMS.c.attempts > 0)
    found = select(ITEMS).where(ITEMS.c.operation_id == operation_id, or_(sent, tried))
    if targets:
        found = found.where(one_of(ITEMS.c.target, sorted(targets)))
    items = map(item_of, connection.execute(found).mappings())
    return any(item.tried or item.state is not ItemState.PENDING for item in items)


def later_errands(connection: Connection, operation_id: int) -> dict[str, list[Item]]:
    """Return the errands after an operation's that are about the same, by target, oldest first.

    Those that came about, or are on their way.
    """
    rows = connection.execute(
        select(ITEMS)
        .where(
            ITEMS.c.operation_id > operation_id,
            ITEMS.c.service.is_not(None),
            ITEMS.c.state.in_(sorted({ItemState.DONE, *ON_THE_WAY})),
            select(_EARLIER.c.id)
            .where(_EARLIER.c.operation_id == operation_id, _EARLIER.c.target == ITEMS.c.target)
            .exists(),
        )
        .order_by(ITEMS.c.operation_id)
    ).mappings()
    found: dict[str, list[Item]] = {}
    for row in rows:
        found.setdefault(row["target"], []).append(item_of(row))
    return found


def moving_operations(connection: Connection) -> list[int]:
    """Return the numbers of those that have something on its way, the newest first."""
    return _numbers_where(connection, _some(ON_THE_WAY))


def operations_in_need(connection: Connection) -> list[int]:
    """Return the numbers of those that wait for the admin and for nothing else, newest first.

    What failed may need nobody any more; see `need.failed_in_need`.
    """
    settled = ~_some(ON_THE_WAY)
    conflicts = _numbers_where(connection, settled, _some([ItemState.CONFLICT]))
    failed = _numbers_where(connection, settled, _some([ItemState.FAILED]))
    return sorted({*conflicts, *_still_in_need(connection, failed)}, reverse=True)


def _still_in_need(connection: Connection, numbers: Sequence[int]) -> list[int]:
    found: list[int] = []
    for chunk in chunks(numbers):
        statement = select(ITEMS.c.operation_id).where(
            ITEMS.c.operation_id.in_(chunk), failed_in_need()
        )
        found += connection.scalars(statement.distinct())
    return found


def _some(states: Collection[ItemState]) -> ColumnElement[bool]:
    found = select(ITEMS.c.id).where(
        ITEMS.c.operation_id == OPERATIONS.c.id, ITEMS.c.state.in_(sorted(states))
    )
    return found.exists()


def _numbers_where(connection: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    statement = select(OPERATIONS.c.id).where(*conditions).order_by(OPERATIONS.c.id.desc())
    return list(connection.scalars(statement))


def settled_since(connection: Connection, since: datetime) -> dict[int, Settled]:
    """Return what delivery has settled since a moment, by operation."""
    rows = connection.execute(
        select(ITEMS.c.operation_id, func.count(), func.min(ITEMS.c.settled_at))
        .where(
            ITEMS.c.settled_at >= since.timestamp(),
            ITEMS.c.state.in_(_BY_DELIVERY),
            ITEMS.c.attempts > 0,  # what was so when it was submitted was not delivered
        )
        .group_by(ITEMS.c.operation_id)
    )
    found = {}
    for number, count, first in rows:
        at = moment(first)
        assert at is not None
        found[number] = Settled(count, at)
    return found


def item_numbers(
    connection: Connection, operation_id: int, states: Collection[ItemState] = (), text: str = ""
) -> list[int]:
    """Return the ids of an operation's items, in the order of its plan.

    Args:
        connection: In a transaction.
        operation_id: The operation.
        states: Only those in one of these states; empty is all.
        text: Only those whose alias or reason holds it, whatever the case; empty is all.
    """
    conditions = [ITEMS.c.operation_id == operation_id]
    if states:
        conditions.append(ITEMS.c.state.in_(sorted(states)))
    if not text:
        statement = select(ITEMS.c.id).where(*conditions).order_by(ITEMS.c.id)
        return list(connection.scalars(statement))
    rows = connection.execute(
        select(ITEMS.c.id, ITEMS.c.label, ITEMS.c.reason).where(*conditions).order_by(ITEMS.c.id)
    )
    # Here and not in SQL, which folds only ASCII.
    wanted = fold(text)
    reasons: dict[str, bool] = {}
    found = []
    for number, label, reason in rows:
        if reason not in reasons:
            reasons[reason] = wanted in fold(reason)
        if reasons[reason] or wanted in fold(label):
            found.append(number)
    return found


def items_by_number(connection: Connection, numbers: Sequence[int]) -> dict[int, Item]:
    """Return items by id."""
    found: dict[int, Item] = {}
    for chunk in chunks(numbers):
        rows = connection.execute(select(ITEMS).where(ITEMS.c.id.in_(chunk))).mappings()
        found |= {row["id"]: item_of(row) for row in rows}
    return found


def first_items(
    connection: Connection, operation_id: int, states: Collection[ItemState], limit: int
) -> list[Item]:
    """Return the first items of an operation in some states, in the order of its plan."""
    statement = (
        select(ITEMS)
        .where(ITEMS.c.operation_id == operation_id, ITEMS.c.state.in_(sorted(states)))
        .order_by(ITEMS.c.id)
        .limit(limit)
    )
    return [item_of(row) for row in connection.execute(statement).mappings()]


def reasons(
    connection: Connection, operation_id: int, states: Collection[ItemState]
) -> list[tuple[str, int]]:
    """Return why an operation's items stand in some states, the most frequent reason first."""
    number = func.count()
    rows = connection.execute(
        select(ITEMS.c.reason, number)
        .where(ITEMS.c.operation_id == operation_id, ITEMS.c.state.in_(sorted(states)))
        .group_by(ITEMS.c.reason)
        .order_by(number.desc(), ITEMS.c.reason)
    )
    return [(reason, count) for reason, count in rows]


def targets_in(
    connection: Connection, operation_id: int, states: Collection[ItemState]
) -> list[str]:
    """Return which targets of an operation are in some states."""
    return list(
        connection.scalars(
            select(ITEMS.c.target)
            .where(ITEMS.c.operation_id == operation_id, ITEMS.c.state.in_(sorted(states)))
            .order_by(ITEMS.c.id)
        )
    )
