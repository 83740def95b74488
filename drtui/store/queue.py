"""The queue of operations that are on their way: its order, and moving one of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, update

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import ON_THE_WAY, ItemState, OperationKind, Values, is_local
from drtui.domain.problems import InvalidInputError
from drtui.domain.wording import counted
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.rebasing import Anew, plan_anew
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, chunks, is_open

_FIXED_KINDS: Final = frozenset(
    {OperationKind.UNDO, OperationKind.DELETE_MODELS, OperationKind.DELETE_USERS}
)
_MOVED: Final = "the order of operations was changed"


@dataclass(frozen=True, slots=True)
class Queued:
    """An operation with something on its way.

    Attributes:
        what: One line that says what it does.
        who: The system user who confirmed it.
        waiting: How many of its targets are on their way.
        unsent: How many of these were never sent.
    """

    operation_id: int
    kind: OperationKind
    what: str
    who: str
    created_at: datetime
    waiting: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Reordered:
    """What came of moving an operation.

    Attributes:
        anew: How many targets were planned anew.
        at_once: For how many of these something has nothing to be sent any more.
        whole: Whether that is all of the operation.
        behind: Whether it then waits for what is before it for the same targets.
    """

    anew: int = 0
    at_once: int = 0
    whole: bool = False
    behind: bool = False


def queue(connection: Connection) -> list[Queued]:
    """Return what is on its way, in the order of delivery."""
    return [one for one in _queue(connection) if one.waiting]


def move(database: Database, operation_id: int, before: int | None, author: Author) -> Reordered:
    """Have an operation delivered before another one of the queue, or last of all.

    What it and those that it passes want of the same targets is planned anew in the new order.
    Errands, deletions and undos of the same targets rest on their order and keep it.

    Args:
        database: The open store.
        operation_id: The operation.
        before: The one that is to come right after it; None moves it to the end.
        author: Who moves it.

    Raises:
        InvalidInputError: One of the two is not in the queue, or the order cannot be changed;
            nothing was.
    """
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        queued = _queue(connection)
        order = [one.operation_id for one in queued]
        waiting = {one.operation_id for one in queued if one.waiting}
        for number in (operation_id, before):
            if number is not None and number not in waiting:
                raise InvalidInputError(f"Nothing of operation {number} is on its way any more.")
        if before == operation_id:
            return Reordered()
        wanted = [number for number in order if number != operation_id]
        place = len(wanted) if before is None else wanted.index(before)
        wanted.insert(place, operation_id)
        start, end = sorted((order.index(operation_id), place))
        passed = set(order[start : end + 1]) - {operation_id}
        shared = _shared(connection, operation_id, passed)
        _check_movable(connection, operation_id, passed, shared)
        _rank(connection, order[start : end + 1], wanted[start : end + 1])
        anew = plan_anew(connection, shared, _MOVED)
        _refuse_conflicts(connection, shared)
        where = "last" if before is None else f"before operation {before}"
        result = f"{where}, {counted(len(shared), 'target')} planned anew"
        write_journal(
            connection, database.clock(), author, "Move", result, operation_id=operation_id
        )
        at_once = _at_once(anew, set(order[start : end + 1]))
        whole = at_once > 0 and not _is_sent(connection, operation_id)
        behind = whole and _is_behind(connection, operation_id)
    return Reordered(len(shared), at_once, whole, behind)


def _queue(connection: Connection) -> list[Queued]:
    """All operations with open items, conflicts too, in the order of delivery."""
    on_the_way = ITEMS.c.state.in_(sorted(ON_THE_WAY))
    waiting = (
        select(
            ITEMS.c.operation_id,
            func.min(ITEMS.c.rank).label("rank"),
            func.sum(case((on_the_way, 1), else_=0)).label("waiting"),
            func.sum(case((~_sent(), 1), else_=0)).label("unsent"),
        )
        .where(is_open())
        .group_by(ITEMS.c.operation_id)
        .subquery()
    )
    rows = connection.execute(
        select(OPERATIONS, waiting.c.waiting, waiting.c.unsent)
        .join(waiting, waiting.c.operation_id == OPERATIONS.c.id)
        .order_by(waiting.c.rank)
    ).mappings()
    return [
        Queued(
            operation_id=row["id"],
            kind=OperationKind(row["kind"]),
            what=row["what"],
            who=row["who"],
            created_at=datetime.fromtimestamp(row["created_at"], UTC),
            waiting=row["waiting"],
            unsent=row["unsent"],
        )
        for row in rows
    ]


def _shared(connection: Connection, operation_id: int, passed: Collection[int]) -> list[str]:
    """The targets of which an operation and those that it passes both want something."""
    others = ITEMS.alias("others")
    statement = select(ITEMS.c.target).where(
        ITEMS.c.operation_id == operation_id,
        is_open(),
        select(others.c.id)
        .where(
            others.c.target == ITEMS.c.target, is_open(others), others.c.operation_id.in_(passed)
        )
        .exists(),
    )
    return list(connection.scalars(statement.distinct().order_by(ITEMS.c.target)))


def _sent() -> ColumnElement[bool]:
    """The condition that a call was made, whatever was answered, or that a conflict stands."""
    called = ITEMS.c.unknown_at.is_not(None) | (ITEMS.c.attempts > 0)
    return (ITEMS.c.state != ItemState.PENDING) | called


def _check_movable(
    connection: Connection, operation_id: int, passed: Collection[int], shared: Sequence[str]
) -> None:
    fixed = OPERATIONS.c.kind.in_(sorted(_FIXED_KINDS)) | ITEMS.c.service.is_not(None)
    for chunk in chunks(shared):
        row = connection.execute(
            select(ITEMS.c.operation_id, fixed.label("fixed"))
            .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
            .where(
                is_open(),
                ITEMS.c.target.in_(chunk),
                ITEMS.c.operation_id.in_([operation_id, *passed]),
                fixed | _sent(),
            )
            .limit(1)
        ).first()
        if row is not None:
            other = min(passed) if row.operation_id == operation_id else row.operation_id
            about = f"Operations {operation_id} and {other} are about the same"
            if row.fixed:
                raise InvalidInputError(f"{about}, and rest on their order: it stays.")
            raise InvalidInputError(
                f"{about}, and some of it was sent already, or is in conflict: the order stays."
            )


def _rank(connection: Connection, order: Sequence[int], wanted: Sequence[int]) -> None:
    """Give the places of some operations out anew."""
    found = connection.execute(
        select(ITEMS.c.operation_id, func.min(ITEMS.c.rank))
        .where(ITEMS.c.operation_id.in_(order))
        .group_by(ITEMS.c.operation_id)
    )
    ranks = {row[0]: row[1] for row in found}
    connection.execute(
        update(ITEMS)
        .where(ITEMS.c.operation_id == bindparam("number"))
        .values(rank=bindparam("place")),
        [
            {"number": number, "place": ranks[was]}
            for was, number in zip(order, wanted, strict=True)
        ],
    )


def _at_once(anew: Sequence[Anew], numbers: Collection[int]) -> int:
    """For how many targets something of some operations had to be sent, and has not any more."""
    return len(
        {
            one.was.target
            for one in anew
            if one.was.operation_id in numbers
            and not _needs_nothing(one.was.before, one.was.after)
            and _needs_nothing(one.before, one.after)
        }
    )


def _is_sent(connection: Connection, operation_id: int) -> bool:
    """Whether something of an operation is on its way to the account."""
    rows = connection.execute(
        select(ITEMS.c.before, ITEMS.c.after).where(
            ITEMS.c.operation_id == operation_id, ITEMS.c.state.in_(sorted(ON_THE_WAY))
        )
    )
    return any(not _needs_nothing(row.before, row.after) for row in rows)


def _is_behind(connection: Connection, operation_id: int) -> bool:
    """Whether something else is on its way before an operation for a target of its own."""
    earlier = ITEMS.alias("earlier")
    statement = select(ITEMS.c.id).where(
        ITEMS.c.operation_id == operation_id,
        is_open(),
        select(earlier.c.id)
        .where(earlier.c.target == ITEMS.c.target, earlier.c.rank < ITEMS.c.rank, is_open(earlier))
        .exists(),
    )
    return connection.scalar(statement.limit(1)) is not None


def _needs_nothing(before: Values, after: Values) -> bool:
    """Whether it is so already, or what changes is only remembered here."""
    return is_local(after) or all(before.get(name) == value for name, value in after.items())


def _refuse_conflicts(connection: Connection, shared: Sequence[str]) -> None:
    found = 0
    for chunk in chunks(shared):
        found += (
            connection.scalar(
                select(func.count()).where(
                    is_open(), ITEMS.c.target.in_(chunk), ITEMS.c.state == ItemState.CONFLICT
                )
            )
            or 0
        )
    if found:
        raise InvalidInputError(
            f"In that order there is nothing to do for {counted(found, 'target')}: it stays."
        )
