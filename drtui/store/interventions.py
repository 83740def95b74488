"""What an admin may do to an operation that is there: cancel, retry, settle, set aside."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    case,
    literal,
    select,
    update,
)

from drtui.domain.actions import TargetState, applied
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import (
    ACCOUNT_FIELDS,
    Item,
    ItemState,
    OperationKind,
    Values,
    deletes,
)
from drtui.domain.quotas import CannotChangeError
from drtui.domain.records import NO_LIMITS
from drtui.domain.scheduling import Scheduled, ScheduleState, named
from drtui.domain.stored_actions import action_from
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.late import before_an_answer, hold_late, let_go, word_given
from drtui.store.operation_log import item_of
from drtui.store.rebasing import rebase, states_before
from drtui.store.scheduling import scheduled_one
from drtui.store.settlement import PARTLY_DELETED, PERHAPS_DONE
from drtui.store.settling import open_again
from drtui.store.sqlite import one_of
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS

_KINDS: Final = (RecordKind.OPERATION, RecordKind.SPONSORED_USER)
_ASIDE: Final = "set aside"
_AGAIN: Final = "an earlier operation is tried again"


def cancel(
    database: Database,
    operation_id: int,
    author: Author,
    targets: Collection[str] = (),
) -> tuple[int, int]:
    """Cancel what has not been sent yet.

    Args:
        database: The open store.
        operation_id: The operation.
        author: Who cancels.
        targets: Only these profiles; empty is all.

    Returns:
        How many items were cancelled, and how many are in doubt: those are not sent again, and
        their answer or a sweep tells later whether they had been applied.
    """
    with database.write(*_KINDS, durable=True) as connection:
        return cancel_in(connection, operation_id, author, database.clock(), targets)


def cancel_rest(database: Database, it: Scheduled, author: Author) -> int | None:
    """Cancel what is left of one that is late.

    Args:
        database: The open store.
        it: As it was read.
        author: Who does it.

    Returns:
        How many targets of it may have arrived all the same; None where it is not late any more,
        and nothing was cancelled.
    """
    assert it.operation_id is not None, "only what became an operation is late"
    with database.write(*_KINDS, durable=True) as connection:
        now, present = database.clock(), scheduled_one(connection, it.number)
        if present is None or present.state is not ScheduleState.LATE:
            return None
        cancelled, doubtful = cancel_in(connection, it.operation_id, author, now)
        doubt = f", {doubtful:,} in doubt" if doubtful else ""
        result = f"dropped: {cancelled:,} of the rest are not sent{doubt}"
        what, operation_id = named(it.number, it.what), it.operation_id
        write_journal(connection, now, author, what, result, operation_id=operation_id)
    return doubtful


def cancel_in(
    connection: Connection,
    operation_id: int,
    author: Author,
    now: float,
    targets: Collection[str] = (),
) -> tuple[int, int]:
    """Do so in a writing transaction, at a time in seconds since the epoch; see `cancel`."""
    before_an_answer(connection, now)
    _doubt_tried(connection, operation_id, targets, now)
    cancelled = _cancel_unsent(connection, operation_id, targets, now)
    doubtful = _cancel_sent(connection, operation_id, targets)
    result = f"{cancelled:,} cancelled, {doubtful:,} in doubt"
    write_journal(connection, now, author, "Cancel", result, operation_id=operation_id)
    return cancelled, doubtful


def cancel_unsent(connection: Connection, operation_id: int, author: Author, now: float) -> int:
    """Cancel what of an operation was never sent; the rest may have come about.

    Args:
        connection: In a writing transaction, in which the undo of the rest is going to follow.
        operation_id: The operation.
        author: Who undoes it.
        now: Seconds since the epoch.

    Returns:
        How many items were cancelled.
    """
    before_an_answer(connection, now)
    doubtful = _doubt_tried(connection, operation_id, (), now)
    cancelled = _cancel_unsent(connection, operation_id, (), now)
    let_go(connection, operation_id, now)
    if cancelled or doubtful:  # an undo of what was sent whole cancels nothing: none is told it did
        result = f"{cancelled:,} cancelled, {doubtful:,} in doubt"
        write_journal(connection, now, author, "Cancel", result, operation_id=operation_id)
    return cancelled


def _cancel_unsent(
    connection: Connection, operation_id: int, targets: Collection[str], now: float
) -> int:
    pending = _where(operation_id, ItemState.PENDING, targets)
    items = _items(connection, pending)
    _change(
        connection,
        pending,
        state=ItemState.CANCELLED.value,
        reason="cancelled",
        settled_at=now,
    )
    tried = [item.item_id for item in items if item.attempts and deletes(item.after)]
    if tried:
        _change(connection, [one_of(ITEMS.c.id, tried)], reason=PARTLY_DELETED)
    unsure = [item.item_id for item in items if item.service and item.unknown_at is not None]
    if unsure:
        _change(connection, [one_of(ITEMS.c.id, unsure)], reason=PERHAPS_DONE)
    rebase(connection, [(item, item.before) for item in items])
    return len(items)


def _doubt_tried(
    connection: Connection, operation_id: int, targets: Collection[str], now: float
) -> int:
    """Doubt what was sent and answered with an error: it may have been applied all the same.

    As long as it is sent again that comes to nothing; where it is not, the account has to tell.
    """
    pending = [*_where(operation_id, ItemState.PENDING, targets), ITEMS.c.attempts > 0]
    items = [item.item_id for item in _items(connection, pending) if item.tried]
    if items:
        doubtful = {"state": ItemState.DOUBTFUL.value, "unknown_at": now, "due_at": 0.0}
        _change(connection, [one_of(ITEMS.c.id, items)], **doubtful)
    return len(items)


def _cancel_sent(connection: Connection, operation_id: int, targets: Collection[str]) -> int:
    doubtful = _change(
        connection,
        _where(operation_id, ItemState.DOUBTFUL, targets),
        reason="cancelled, but it may have been applied",
        cancel_requested=True,
        due_at=0.0,
    )
    sending = _change(
        connection, _where(operation_id, ItemState.SENDING, targets), cancel_requested=True
    )
    return doubtful + sending


def retry(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Send failed items again; return how many.

    What was for at once is left as it is: its time is over.
    """
    with database.write(*_KINDS, durable=True) as connection:
        hold_late(connection, database.clock())
        failed = [
            *_where(operation_id, ItemState.FAILED, targets),
            ITEMS.c.expires_at.is_(None),
        ]
        items = _items(connection, failed)
        if items:
            word_given(connection, operation_id, database.clock())
        _doubt_answered(connection, failed)
        _change(
            connection,
            failed,
            # What may have been applied is in doubt still, until it is verified; of an errand the
            # admin knows it, and wants it done again.
            state=case(
                (
                    ITEMS.c.unknown_at.is_(None) | ITEMS.c.service.is_not(None),
                    ItemState.PENDING.value,
                ),
                else_=ItemState.DOUBTFUL.value,
            ),
            reason="",
            due_at=0.0,
            attempts=0,
            settled_at=None,
            cancel_requested=False,
        )
        rebase(connection, [(item, item.after) for item in items], _AGAIN)
        if items:
            open_again(connection, operation_id)
        result = f"{len(items):,} tried again"
        now = database.clock()
        write_journal(connection, now, author, "Retry", result, operation_id=operation_id)
    return len(items)


def _doubt_answered(connection: Connection, failed: list[ColumnElement[bool]]) -> None:
    """Doubt what was given up after errors: its attempts are counted anew, and it stays in doubt.

    An attempt before the last one was answered with an error, and may have been applied all the
    same. The first one of a deletion may have deleted something, whatever it was refused for.
    """
    sent = [*failed, ITEMS.c.service.is_(None), ITEMS.c.unknown_at.is_(None), ITEMS.c.claim > 0]
    perhaps = [
        item.item_id
        for item in _items(connection, sent)
        if item.attempts > (0 if deletes(item.after) else 1)
    ]
    if perhaps:
        _change(connection, [one_of(ITEMS.c.id, perhaps)], unknown_at=ITEMS.c.settled_at)


def keep_theirs(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Settle conflicts by leaving the account as it is; return how many."""
    with database.write(*_KINDS, durable=True) as connection:
        now = database.clock()
        before_an_answer(connection, now)
        conflicts = _where(operation_id, ItemState.CONFLICT, targets)
        items = _items(connection, conflicts)
        _change(
            connection,
            conflicts,
            state=ItemState.CANCELLED.value,
            reason="theirs kept",
            settled_at=now,
        )
        rebase(connection, [(item, {}) for item in items])
        result = f"theirs kept for {len(items):,}"
        write_journal(connection, now, author, "Settle", result, operation_id=operation_id)
    return len(items)


def set_aside(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> tuple[int, int]:
    """Accept what failed or is in conflict as it is, so that it needs nobody's hand any more.

    It counts as cancelled and keeps its reason; the account stays as it is, for conflicts as by
    `keep_theirs`. What came about for other targets can still be undone.

    Returns:
        How many had failed, and how many were in conflict.
    """
    with database.write(*_KINDS, durable=True) as connection:
        now = database.clock()
        before_an_answer(connection, now)
        conflicts = _where(operation_id, ItemState.CONFLICT, targets)
        items = _items(connection, conflicts)
        aside = {
            "state": ItemState.CANCELLED.value,
            "reason": case(
                (ITEMS.c.reason == "", _ASIDE),
                else_=literal(f"{_ASIDE}: ", String) + ITEMS.c.reason,
            ),
        }
        _change(connection, conflicts, **aside, settled_at=now)
        failed = _change(connection, _where(operation_id, ItemState.FAILED, targets), **aside)
        # What failed left its targets to later operations already.
        rebase(connection, [(item, {}) for item in items])
        result = f"{failed:,} failed and {len(items):,} in conflict, accepted as they are"
        write_journal(connection, now, author, "Set aside", result, operation_id=operation_id)
    return failed, len(items)


def apply_ours(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Settle conflicts by applying what was asked for in place of theirs; return how many.

    Theirs are what the conflict showed: had they changed again, it becomes a conflict again.
    """
    with database.write(*_KINDS, durable=True) as connection:
        before_an_answer(connection, database.clock())
        kind, params = connection.execute(
            select(OPERATIONS.c.kind, OPERATIONS.c.params).where(OPERATIONS.c.id == operation_id)
        ).one()
        items = _items(connection, _where(operation_id, ItemState.CONFLICT, targets))
        if items:
            word_given(connection, operation_id, database.clock())
        states = states_before(connection, items)
        rows: list[dict[str, Any]] = []
        for item in items:
            state = states.get(item.target, TargetState(NO_LIMITS)).overlaid(item.theirs)
            after = _ours(OperationKind(kind), params, item, state)
            before = {name: state.values()[name] for name in after}
            rows.append({"item_id": item.item_id, "new_before": before, "new_after": dict(after)})
        if rows:
            connection.execute(
                update(ITEMS)
                .where(ITEMS.c.id == bindparam("item_id"))
                .values(
                    before=bindparam("new_before"),
                    after=bindparam("new_after"),
                    state=ItemState.PENDING.value,
                    reason="ours, in place of theirs",
                    theirs={},
                    due_at=0.0,
                    attempts=0,
                    cancel_requested=False,
                ),
                rows,
            )
        rebase(
            connection,
            [(item, row["new_after"]) for item, row in zip(items, rows, strict=True)],
        )
        if items:
            open_again(connection, operation_id)
        result = f"ours applied to {len(items):,}"
        now = database.clock()
        write_journal(connection, now, author, "Settle", result, operation_id=operation_id)
    return len(items)


def _ours(kind: OperationKind, params: Mapping[str, str], item: Item, state: TargetState) -> Values:
    """What was asked for; a pause remembers theirs, since that is what it replaces now."""
    if kind is OperationKind.UNDO:
        return item.after
    try:
        anew = applied(action_from(kind, params), state).after
    except CannotChangeError:
        return item.after
    same = all(anew.get(name) == item.after.get(name) for name in ACCOUNT_FIELDS)
    return anew if same else item.after


def _where(
    operation_id: int, state: ItemState, targets: Collection[str]
) -> list[ColumnElement[bool]]:
    conditions = [ITEMS.c.operation_id == operation_id, ITEMS.c.state == state]
    if targets:
        conditions.append(one_of(ITEMS.c.target, sorted(targets)))
    return conditions


def _items(connection: Connection, conditions: list[ColumnElement[bool]]) -> list[Item]:
    rows = connection.execute(select(ITEMS).where(*conditions).order_by(ITEMS.c.id)).mappings()
    return [item_of(row) for row in rows]


def _change(connection: Connection, conditions: list[ColumnElement[bool]], **values: Any) -> int:
    return connection.execute(update(ITEMS).where(*conditions).values(**values)).rowcount
