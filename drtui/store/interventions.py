"""What an admin may do to an operation that is under way: cancel, retry, settle conflicts."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from drtui.domain.actions import TargetState, action_from
from drtui.domain.changes import RecordKind
from drtui.domain.operations import ACCOUNT_FIELDS, Item, ItemState, OperationKind, Values
from drtui.domain.quotas import CannotChangeError
from drtui.domain.records import NO_LIMITS
from drtui.store.database import Database
from drtui.store.journal import Author, write_journal
from drtui.store.operation_log import OPERATIONS, item_of
from drtui.store.rebasing import rebase
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, rows_by_profile

_KINDS: Final = (RecordKind.OPERATION, RecordKind.SPONSORED_USER)


def cancel(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> tuple[int, int]:
    """Cancel what has not been sent yet.

    Args:
        database: The open store.
        operation_id: The operation.
        author: Who cancels.
        targets: Only these profiles; empty is all.

    Returns:
        How many items were cancelled, and how many are in doubt: those are not sent again, and a
        sweep tells later whether they had been applied.
    """
    with database.write(*_KINDS, durable=True) as connection:
        now = database.clock()
        pending = _where(operation_id, ItemState.PENDING, targets)
        items = _items(connection, pending)
        _change(connection, pending, ItemState.CANCELLED, reason="cancelled", settled_at=now)
        in_doubt = _where(operation_id, ItemState.DOUBTFUL, targets)
        doubtful = len(_items(connection, in_doubt))
        _change(
            connection,
            in_doubt,
            ItemState.DOUBTFUL,
            reason="cancelled, but it may have been applied",
            cancel_requested=True,
            due_at=0.0,
        )
        for item in items:
            rebase(connection, item.target, item.operation_id, item.before)
        result = f"{len(items):,} cancelled, {doubtful:,} in doubt"
        write_journal(connection, now, author, "Cancel", result, operation_id=operation_id)
    return len(items), doubtful


def retry(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Send failed items again; return how many."""
    with database.write(*_KINDS, durable=True) as connection:
        failed = _where(operation_id, ItemState.FAILED, targets)
        items = _items(connection, failed)
        _change(
            connection,
            failed,
            ItemState.PENDING,
            reason="",
            due_at=0.0,
            attempts=0,
            settled_at=None,
        )
        for item in items:
            rebase(connection, item.target, item.operation_id, item.after)
        result = f"{len(items):,} tried again"
        now = database.clock()
        write_journal(connection, now, author, "Retry", result, operation_id=operation_id)
    return len(items)


def keep_theirs(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Settle conflicts by leaving the account as it is; return how many."""
    with database.write(*_KINDS, durable=True) as connection:
        now = database.clock()
        conflicts = _where(operation_id, ItemState.CONFLICT, targets)
        items = _items(connection, conflicts)
        _change(connection, conflicts, ItemState.CANCELLED, reason="theirs kept", settled_at=now)
        for item in items:
            rebase(connection, item.target, item.operation_id, {})
        result = f"theirs kept for {len(items):,}"
        write_journal(connection, now, author, "Settle", result, operation_id=operation_id)
    return len(items)


def apply_ours(
    database: Database, operation_id: int, author: Author, targets: Collection[str] = ()
) -> int:
    """Settle conflicts by applying what was asked for on top of theirs; return how many.

    Theirs are what the conflict showed: had they changed again, it becomes a conflict again.
    """
    with database.write(*_KINDS, durable=True) as connection:
        kind, params = connection.execute(
            select(OPERATIONS.c.kind, OPERATIONS.c.params).where(OPERATIONS.c.id == operation_id)
        ).one()
        items = _items(connection, _where(operation_id, ItemState.CONFLICT, targets))
        users = rows_by_profile(connection, [item.target for item in items])
        rows: list[dict[str, Any]] = []
        for item in items:
            user = users.get(item.target)
            state = TargetState(NO_LIMITS) if user is None else confirmed_state(user)
            state = state.overlaid(item.theirs)
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
                    reason="ours, on top of theirs",
                    theirs={},
                    due_at=0.0,
                ),
                rows,
            )
        for item, row in zip(items, rows, strict=True):
            rebase(connection, item.target, item.operation_id, row["new_after"])
        result = f"ours applied to {len(items):,}"
        now = database.clock()
        write_journal(connection, now, author, "Settle", result, operation_id=operation_id)
    return len(items)


def _ours(kind: OperationKind, params: Mapping[str, str], item: Item, state: TargetState) -> Values:
    """What was asked for; a pause remembers theirs, since that is what it replaces now."""
    if kind is OperationKind.UNDO:
        return item.after
    try:
        anew = action_from(kind, params).apply(state).after
    except CannotChangeError:
        return item.after
    same = all(anew.get(name) == item.after.get(name) for name in ACCOUNT_FIELDS)
    return anew if same else item.after


def _where(
    operation_id: int, state: ItemState, targets: Collection[str]
) -> list[ColumnElement[bool]]:
    conditions = [ITEMS.c.operation_id == operation_id, ITEMS.c.state == state]
    if targets:
        conditions.append(ITEMS.c.target.in_(sorted(targets)))
    return conditions


def _items(connection: Connection, conditions: list[ColumnElement[bool]]) -> list[Item]:
    rows = connection.execute(select(ITEMS).where(*conditions).order_by(ITEMS.c.id)).mappings()
    return [item_of(row) for row in rows]


def _change(
    connection: Connection, conditions: list[ColumnElement[bool]], state: ItemState, **values: Any
) -> None:
    connection.execute(update(ITEMS).where(*conditions).values(state=state.value, **values))
