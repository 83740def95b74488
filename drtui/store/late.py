"""What was scheduled and held up on its way: the rest is not sent in silence, an admin is asked.

Where nothing was settled of it for longer than the grace, whatever was in the way, what is not sent
yet is held until somebody says to go on, or cancels it. That is decided in the transaction in which
items are claimed, before anything of it counts as settled: so no engine gets around it.

The word to go on lasts for as long as all that is left waits behind what needs a word of its own.
"""

import functools
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import OPEN, ItemState
from drtui.domain.scheduling import GRACE, ScheduleState, named
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.tables import table
from drtui.store.users import is_open

_SCHEDULED: Final = table("scheduled_operation")
_OPERATIONS: Final = table("operation")
_ITEMS: Final = table("operation_item")
_EARLIER: Final = _ITEMS.alias("earlier")
_UNDO: Final = _OPERATIONS.alias("undo")
# What was being sent when the host fell asleep comes back to be sent again.
_UNSENT: Final = (ItemState.PENDING.value, ItemState.DOUBTFUL.value, ItemState.SENDING.value)
_LATE: Final = _SCHEDULED.c.state == ScheduleState.LATE.value
_RAN: Final = _SCHEDULED.c.state == ScheduleState.RAN.value


def held(items: Any = _ITEMS) -> ColumnElement[bool]:
    """The condition that an item waits for a word; one that is only verified never does."""
    late = select(_SCHEDULED.c.operation_id).where(_LATE, _SCHEDULED.c.operation_id.is_not(None))
    found: ColumnElement[bool] = and_(
        items.c.cancel_requested.is_(False), items.c.operation_id.in_(late)
    )
    return found


def waits_for_a_word() -> ColumnElement[bool]:
    """It is late itself, or behind one of its target that is, or that is in conflict."""
    behind = (
        select(_EARLIER.c.id)
        .where(
            _EARLIER.c.target == _ITEMS.c.target,
            _EARLIER.c.rank < _ITEMS.c.rank,
            is_open(_EARLIER),
            or_(_EARLIER.c.state == ItemState.CONFLICT, held(_EARLIER)),
        )
        .exists()
    )
    return or_(held(), behind)


def _unsent(operation_id: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        _ITEMS.c.operation_id == operation_id,
        _ITEMS.c.state.in_(_UNSENT),
        _ITEMS.c.cancel_requested.is_(False),
    )


def late_operations(connection: Connection) -> frozenset[int]:
    """Return the operations of which the rest waits for a word."""
    statement = select(_SCHEDULED.c.operation_id).where(
        _LATE, select(_ITEMS.c.id).where(*_unsent(_SCHEDULED.c.operation_id)).exists()
    )
    return frozenset(connection.scalars(statement))


class Rest(NamedTuple):
    """What is left of an operation, in targets.

    Attributes:
        unsent: How many are not sent, or not known to have arrived.
        in_doubt: How many of these may have.
        total: How many there are to send to.
    """

    unsent: int
    in_doubt: int
    total: int


def rest(connection: Connection, operation_id: int) -> Rest:
    """Return what is left of an operation."""
    unsent = select(func.count()).where(*_unsent(operation_id))
    in_doubt = unsent.where(_ITEMS.c.state != ItemState.PENDING.value)
    total = select(func.count()).where(
        _ITEMS.c.operation_id == operation_id, _ITEMS.c.state != ItemState.ALREADY_SO.value
    )
    return Rest(*(connection.scalar(one) or 0 for one in (unsent, in_doubt, total)))


def hold_late(connection: Connection, now: float) -> list[int]:
    """Hold the rest of what nothing was settled of for too long; return the scheduled numbers.

    A clock that was set back holds nothing: what was settled then was settled of late.

    Args:
        connection: In a writing transaction, before anything else of it is written.
        now: Seconds since the epoch.
    """
    found = _stuck(connection, now)
    if any(row.word_at is not None for row in found):
        _let_words_last(connection, now, given_before=now - GRACE.total_seconds())
        found = _stuck(connection, now)
    for row in found:
        settled = connection.scalar(
            select(func.max(_ITEMS.c.settled_at)).where(_ITEMS.c.operation_id == row.operation_id)
        )
        last = max(row.scheduled_for, row.word_at or 0.0, settled or 0.0)
        connection.execute(
            update(_SCHEDULED)
            .where(_SCHEDULED.c.id == row.id)
            .values(state=ScheduleState.LATE.value, settled_at=last + GRACE.total_seconds())
        )
        left = rest(connection, row.operation_id)
        doubt = f", {left.in_doubt:,} of them in doubt" if left.in_doubt else ""
        many = f"{left.unsent:,} of {left.total:,} not sent in time{doubt}"
        result = f"held: {many}; they wait for a word"
        author = Author(row.who, row.account_user)
        what, operation_id = named(row.id, row.what), row.operation_id
        write_journal(connection, now, author, what, result, operation_id=operation_id)
    return [row.id for row in found]


def before_an_answer(connection: Connection, now: float) -> None:
    """Hold what is late before an admin's answer changes what there is to send.

    The word of what waits behind what is answered counts from now on: it can be sent from now on.

    Args:
        connection: In a writing transaction, before anything else of it is written.
        now: Seconds since the epoch.
    """
    hold_late(connection, now)
    _let_words_last(connection, now, given_before=now)


def hold_what_is_late(database: Database) -> list[int]:
    """Do so in a transaction of its own, so that it is told where nothing is claimed either."""
    with database.read() as connection:
        if not _stuck(connection, database.clock()):
            return []
    with database.write(RecordKind.OPERATION) as connection:
        return hold_late(connection, database.clock())


def go_on(database: Database, number: int, author: Author) -> int:
    """Let the rest of one be sent after all; return how many targets that is.

    Args:
        database: The open store.
        number: Among the scheduled.
        author: Who says so.
    """
    now = database.clock()
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        _let_words_last(connection, now, given_before=now)
        row = connection.execute(
            update(_SCHEDULED)
            .where(_SCHEDULED.c.id == number, _LATE)
            .values(state=ScheduleState.RAN.value, word_at=now)
            .returning(_SCHEDULED.c.what, _SCHEDULED.c.operation_id)
        ).first()
        if row is None:
            return 0
        unsent = rest(connection, row.operation_id).unsent
        result = f"goes on: {unsent:,} that were late are sent after all"
        what, operation_id = named(number, row.what), row.operation_id
        write_journal(connection, now, author, what, result, operation_id=operation_id)
    return unsent


def word_given(connection: Connection, operation_id: int, now: float) -> None:
    """Note that an admin sends something of an operation again: it is not late for that.

    What waits for a word of its own goes on waiting, and the same with it.

    Args:
        connection: In a writing transaction, before that is on its way.
        operation_id: The operation, scheduled or not.
        now: Seconds since the epoch.
    """
    waits = select(_ITEMS.c.id).where(*_unsent(operation_id)).exists()
    connection.execute(
        update(_SCHEDULED)
        .where(_SCHEDULED.c.operation_id == operation_id, or_(_RAN, and_(_LATE, ~waits)))
        .values(state=ScheduleState.RAN.value, word_at=now)
    )


def let_go(connection: Connection, operation_id: int, now: float) -> None:
    """Note that an operation is undone: what is left of it is not asked about any more.

    What may have arrived of it is found out, so that it can be put back.

    Args:
        connection: In a writing transaction.
        operation_id: The operation, scheduled or not.
        now: Seconds since the epoch.
    """
    connection.execute(
        update(_SCHEDULED)
        .where(_SCHEDULED.c.operation_id == operation_id, _LATE)
        .values(state=ScheduleState.RAN.value, word_at=now)
    )


def _let_words_last(connection: Connection, now: float, *, given_before: float) -> None:
    """Have words count from now on of which nothing could be sent: all waits for other words."""
    connection.execute(_waiting_for_others(), {"given_before": given_before, "now": now})


@functools.cache
def _waiting_for_others() -> Update:
    given_before: BindParameter[float] = bindparam("given_before")
    unsent = select(_ITEMS.c.id).where(*_unsent(_SCHEDULED.c.operation_id))
    return (
        update(_SCHEDULED)
        .where(
            _RAN,
            _SCHEDULED.c.word_at < given_before,
            unsent.exists(),
            ~unsent.where(~waits_for_a_word()).exists(),
        )
        .values(word_at=bindparam("now"))
    )


def _stuck(connection: Connection, now: float) -> Sequence[Any]:
    since = now - GRACE.total_seconds()
    rows = connection.execute(_not_sent_since(), {"since": since}).all()
    return [row for row in rows if not _settled_since(connection, row.operation_id, since)]


@functools.cache  # asked with each result that is written: building it takes longer than running it
def _not_sent_since() -> Select[Any]:
    since: BindParameter[float] = bindparam("since")
    return (
        select(
            _SCHEDULED.c.id,
            _SCHEDULED.c.what,
            _OPERATIONS.c.who,
            _OPERATIONS.c.account_user,
            _SCHEDULED.c.operation_id,
            _SCHEDULED.c.scheduled_for,
            _SCHEDULED.c.word_at,
        )
        .join(_OPERATIONS, _OPERATIONS.c.id == _SCHEDULED.c.operation_id)
        .where(
            _RAN,
            _OPERATIONS.c.settled_at.is_(None),
            ~select(_UNDO.c.id).where(_UNDO.c.undoes == _OPERATIONS.c.id).exists(),
            _SCHEDULED.c.scheduled_for < since,
            or_(_SCHEDULED.c.word_at.is_(None), _SCHEDULED.c.word_at < since),
            select(_ITEMS.c.id).where(*_unsent(_SCHEDULED.c.operation_id)).exists(),
        )
    )


def _settled_since(connection: Connection, operation_id: int, since: float) -> bool:
    values = {"of_operation": operation_id, "since": since}
    return connection.scalar(_newly_settled(), values) is not None


@functools.cache
def _newly_settled() -> Select[Any]:
    """What was settled of an operation; by its state, as the index has it."""
    since: BindParameter[float] = bindparam("since")
    settled = sorted(state.value for state in ItemState if state not in OPEN)
    return (
        select(_ITEMS.c.id)
        .where(
            _ITEMS.c.operation_id == bindparam("of_operation"),
            _ITEMS.c.state.in_(settled),
            _ITEMS.c.settled_at >= since,
        )
        .limit(1)
    )
