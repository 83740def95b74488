"""The operation log: submitting plans, and reading operations and their items."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from drtui.domain.actions import planned_on
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.errands import service_of
from drtui.domain.operations import (
    OPEN,
    Hold,
    Item,
    ItemState,
    Operation,
    OperationKind,
    Undoing,
    is_local,
)
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import PlanOutdatedError
from drtui.domain.wording import counted
from drtui.store.database import Database
from drtui.store.holds import holds
from drtui.store.journal import write_journal
from drtui.store.moderation import hide_changed
from drtui.store.sqlite import one_of
from drtui.store.targets import states, targets_on_the_way
from drtui.store.undoing import OPERATIONS, Counts, state_counts, undoings
from drtui.store.users import ITEMS, chunks, is_open, moment

_STATE_OF: Final = {
    Outcome.CHANGE: ItemState.PENDING,
    Outcome.ALREADY_SO: ItemState.ALREADY_SO,
    Outcome.CONFLICT: ItemState.CONFLICT,
}


def newest_operation(connection: Connection) -> int:
    """Return the newest operation's id, 0 when there is none; a plan's `position`."""
    return connection.scalar(select(func.max(OPERATIONS.c.id))) or 0


def submit(database: Database, plan: Plan, author: Author) -> int:
    """Write a plan as an operation, one item a target, in one durable transaction.

    Args:
        database: The open store.
        plan: As confirmed by the admin.
        author: Who confirmed it.

    Returns:
        The operation's id.

    Raises:
        PlanOutdatedError: Another operation on one of its targets came in since it was made, or
            one of the values it was made on is not there any more.
    """
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        return submit_in(connection, plan, author, database.clock())


def submit_in(connection: Connection, plan: Plan, author: Author, now: float) -> int:
    """Write a plan as `submit` does, in a writing transaction that is there already.

    Raises:
        PlanOutdatedError: See `submit`.
    """
    rows = plan.to_submit
    _check_position(connection, plan, rows)
    _check_values(connection, rows)
    waiting = targets_on_the_way(connection)
    operation_id = connection.execute(
        insert(OPERATIONS).returning(OPERATIONS.c.id),
        {
            "kind": plan.kind.value,
            "what": plan.what,
            "who": author.who,
            "account_user": author.account_user,
            "created_at": now,
            "params": dict(plan.params),
            "undoes": plan.undoes,
        },
    ).scalar_one()
    if rows:
        written = [_item_row(row, operation_id, now, waiting) for row in rows]
        connection.execute(insert(ITEMS), written)
        values = [(one["before"], one["after"]) for one in written if one["service"] is None]
        hide_changed(connection, values, author.who, now)
    result = f"confirmed for {counted(len(rows), 'target')}"
    write_journal(connection, now, author, plan.what, result, operation_id=operation_id)
    return int(operation_id)


def _check_position(connection: Connection, plan: Plan, rows: Sequence[PlannedTarget]) -> None:
    since = set(
        connection.scalars(select(ITEMS.c.target).where(ITEMS.c.operation_id > plan.position))
    )
    if any(row.target.profile_id in since for row in rows):
        raise PlanOutdatedError(
            "Another operation on some of these racers came in meanwhile: look at the plan again."
        )


def _check_values(connection: Connection, rows: Sequence[PlannedTarget]) -> None:
    """Refuse a plan on values that are not there any more.

    An earlier operation may have failed or been cancelled since, or a sweep have found that
    somebody else changed a limit.
    """
    now = states(connection, [row.target.profile_id for row in rows])
    for row in rows:
        assert row.change is not None
        state = now.get(row.target.profile_id)
        expected = row.change.before if row.theirs is None else row.theirs
        if state is not None and not state.has(expected):
            raise PlanOutdatedError(
                "Limits of some of these racers have changed meanwhile: look at the plan again."
            )


def _item_row(
    row: PlannedTarget, operation_id: int, now: float, waiting: Collection[str]
) -> dict[str, Any]:
    assert row.change is not None
    state = _STATE_OF[row.outcome]
    if state is ItemState.ALREADY_SO and row.target.profile_id in waiting:
        # It is so only once what is on its way has arrived, and that may fail.
        state = ItemState.PENDING
    return {
        "operation_id": operation_id,
        "rank": operation_id,
        "target": row.target.profile_id,
        "label": row.target.alias,
        "before": planned_on(row.change, row.target.state),
        "after": dict(row.change.after),
        "state": state.value,
        "reason": row.reason,
        "local": is_local(row.change.after),
        "theirs": dict(row.theirs or {}),
        "settled_at": None if state in OPEN else now,
        "service": service_of(row.target.profile_id),
        "expires_at": None if row.expires_at is None else row.expires_at.timestamp(),
    }


def operations(connection: Connection) -> list[Operation]:
    """Return all operations with their counts, newest first."""
    statement = select(OPERATIONS).order_by(OPERATIONS.c.id.desc())
    return _operations(connection, connection.execute(statement).mappings().all())


def operation(connection: Connection, operation_id: int) -> Operation | None:
    """Return one operation with its counts; None when there is none of that number."""
    rows = (
        connection.execute(select(OPERATIONS).where(OPERATIONS.c.id == operation_id))
        .mappings()
        .all()
    )
    return next(iter(_operations(connection, rows)), None)


def operations_by_number(connection: Connection, numbers: Sequence[int]) -> dict[int, Operation]:
    """Return operations with their counts by number; those that are not there are left out."""
    found: list[Operation] = []
    for chunk in chunks(numbers):
        statement = select(OPERATIONS).where(OPERATIONS.c.id.in_(chunk))
        found += _operations(connection, connection.execute(statement).mappings().all())
    return {one.operation_id: one for one in found}


def _operations(connection: Connection, rows: Sequence[RowMapping]) -> list[Operation]:
    ids = [row["id"] for row in rows]
    counts = state_counts(connection, ids)
    undone = undoings(connection, counts)
    held = holds(connection, counts)
    return [
        _operation(row, counts[row["id"]], undone.get(row["id"]), held.get(row["id"]))
        for row in rows
    ]


def _operation(
    row: RowMapping, counts: Counts, undoing: Undoing | None, hold: Hold | None
) -> Operation:
    return Operation(
        operation_id=row["id"],
        kind=OperationKind(row["kind"]),
        what=row["what"],
        who=row["who"],
        account_user=row["account_user"],
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        params=row["params"],
        counts=counts,
        undoes=row["undoes"],
        undoing=undoing,
        hold=hold,
    )


def items(
    connection: Connection,
    operation_id: int | None = None,
    *,
    target: str | None = None,
    states: Collection[ItemState] = (),
) -> list[Item]:
    """Return items, oldest operation first, in the order of their plan.

    Args:
        connection: In a transaction.
        operation_id: Only this operation's.
        target: Only those of this profile.
        states: Only those in one of these states; empty is all.
    """
    statement = select(ITEMS).order_by(ITEMS.c.operation_id, ITEMS.c.id)
    if operation_id is not None:
        statement = statement.where(ITEMS.c.operation_id == operation_id)
    if target is not None:
        statement = statement.where(ITEMS.c.target == target)
    if states:
        statement = statement.where(ITEMS.c.state.in_(sorted(states)))
    return [item_of(row) for row in connection.execute(statement).mappings()]


def targets_among(
    connection: Connection, operation_id: int, targets: Collection[str]
) -> frozenset[str]:
    """Return those of some profiles that an operation is about."""
    statement = select(ITEMS.c.target).where(
        ITEMS.c.operation_id == operation_id, one_of(ITEMS.c.target, sorted(targets))
    )
    return frozenset(connection.scalars(statement))


def item_of(row: RowMapping) -> Item:
    """Return a stored item as a record."""
    return Item(
        item_id=row["id"],
        operation_id=row["operation_id"],
        target=row["target"],
        label=row["label"],
        before=row["before"],
        after=row["after"],
        state=ItemState(row["state"]),
        reason=row["reason"],
        theirs=row["theirs"],
        attempts=row["attempts"],
        unknown_at=moment(row["unknown_at"]),
        settled_at=moment(row["settled_at"]),
        cancel_requested=row["cancel_requested"] and row["state"] == ItemState.DOUBTFUL,
        service=row["service"],
        expires_at=moment(row["expires_at"]),
        rank=row["rank"],
    )


def open_count(connection: Connection, states: Collection[ItemState] = OPEN) -> int:
    """Return how many items are in one of the states, over all operations; quick for open ones."""
    statement = select(func.count()).where(ITEMS.c.state.in_(sorted(states)))
    if OPEN.issuperset(states):
        statement = statement.where(is_open())
    return connection.scalar(statement) or 0
