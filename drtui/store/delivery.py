"""The engine's side of the operation log: claiming items, and settling them.

A claim is an update that requires the state it found, so that a cancel and a send cannot both
win. Results come back with the number of their claim; the late answer of an abandoned call is
not taken for the present one's. Everything goes in groups, one transaction each.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    RowMapping,
    Select,
    Update,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from drtui.domain.changes import RecordKind
from drtui.domain.operations import OPEN, Item, ItemState, Values, deletes, deletes_user
from drtui.store.attribution import reasons_of_change
from drtui.store.confirming import confirm
from drtui.store.database import Database
from drtui.store.due import due_items, last_sweep
from drtui.store.late import hold_late
from drtui.store.mending import mend_sweeps, mend_times
from drtui.store.offline import read_on_purpose
from drtui.store.operation_log import item_of
from drtui.store.rebasing import rebase
from drtui.store.settlement import GONE, PARTLY_DELETED, Settlement, without_sending
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, chunks, is_open, rows_by_profile

_KINDS: Final = (RecordKind.OPERATION, RecordKind.SPONSORED_USER)


def recover(database: Database) -> int:
    """After a crash: what was being sent then has an outcome that is unknown. Return how many."""
    now = database.clock()
    with database.write(RecordKind.OPERATION, RecordKind.SYNC_STATE) as connection:
        mend_times(connection, now)
        result = connection.execute(
            update(ITEMS)
            .where(is_open(), ITEMS.c.state == ItemState.SENDING)
            .values(state=ItemState.DOUBTFUL.value, unknown_at=now, reason="interrupted")
        )
    return result.rowcount


def renew_doubt(database: Database, item_ids: Sequence[int]) -> None:
    """Note that calls of which nothing is known can be applied as late as from now on."""
    if not item_ids:
        return
    now = database.clock()
    with database.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.id.in_(item_ids), ITEMS.c.unknown_at.is_not(None))
            .values(unknown_at=now)
        )


def exchange(
    database: Database,
    settlements: Sequence[Settlement],
    limit: int,
    claim: int,
    *,
    calls: bool = True,
) -> list[Item]:
    """Write what became of claimed items and claim the next ones, in one transaction.

    Items that the account already has as asked, or has otherwise, are settled here and not
    returned; so are those that change only what drtui remembers.

    Args:
        database: The open store.
        settlements: Results of calls.
        limit: How many calls may be started; 0 claims nothing.
        claim: This claim's number, unique within the engine's life.
        calls: Whether calls can be made; otherwise only what needs none is settled.

    Returns:
        The items to be sent now.
    """
    if not settlements:
        if not limit:
            return []
        # A look first, so that an idle engine never takes the writer's lock.
        with database.read() as connection:
            calls = calls and read_on_purpose(connection) is None
            if not due_items(connection, 1, database.clock(), calls=calls):
                return []
    with database.write(*_KINDS) as connection:
        now = database.clock()
        hold_late(connection, now)  # an answer that slept with the host is no progress
        _settle(connection, _still_ours(connection, settlements), now)
        if not limit:
            return []
        calls = calls and read_on_purpose(connection) is None  # not noticed yet, maybe
        return _claim(connection, limit, claim, now, calls=calls)


def _claim(
    connection: Connection, limit: int, claim: int, now: float, *, calls: bool
) -> list[Item]:
    items = [item_of(row) for row in due_items(connection, limit, now, calls=calls)]
    users = rows_by_profile(connection, [item.target for item in items])
    swept_from = last_sweep(connection)
    me = read_sync_state(connection).caller_profile
    unsent: list[Settlement] = []
    to_send: dict[int, Item] = {}
    for item in items:
        user = users.get(item.target)
        settlement = without_sending(item, user, me=me, swept_from=swept_from)
        if settlement is None:
            to_send[item.item_id] = item
        else:
            unsent.append(settlement)
    _settle(connection, _attributed(connection, unsent, users), now)
    taken = set(connection.scalars(_taking(), {"ids": list(to_send), "of_claim": claim}))
    return [item for item_id, item in to_send.items() if item_id in taken]


# The statements of each exchange are made once: building one takes longer than running it.


@functools.cache
def _being_sent() -> Select[Any]:
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    return select(ITEMS).where(ITEMS.c.id.in_(ids), ITEMS.c.state == ItemState.SENDING)


@functools.cache
def _taking() -> ReturningUpdate[Any]:
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    ready = ITEMS.c.state.in_((ItemState.PENDING, ItemState.DOUBTFUL))
    return (
        update(ITEMS)
        .where(ITEMS.c.id.in_(ids), ready)
        .values(state=ItemState.SENDING.value, claim=bindparam("of_claim"), look_up_after=None)
        .returning(ITEMS.c.id)
    )


def _attributed(
    connection: Connection, settlements: list[Settlement], users: Mapping[str, RowMapping]
) -> list[Settlement]:
    """Say of what was changed meanwhile which operation of ours did it, where one did."""
    changed = [
        (one.item, confirmed_state(users[one.item.target]).values())
        for one in settlements
        if one.changed_since
    ]
    if not changed:
        return settlements
    reasons = {item.item_id: why for item, why in reasons_of_change(connection, changed)}
    return [
        replace(one, reason=reasons[one.item.item_id]) if one.item.item_id in reasons else one
        for one in settlements
    ]


def _still_ours(connection: Connection, settlements: Sequence[Settlement]) -> list[Settlement]:
    """Leave out results of calls that were given up and have been claimed again since.

    The rest get their items as the log has them by now: the queue may have been given another
    order since they were claimed, and a doubt may have been renewed. One that was cancelled while
    it was being sent is not tried again.
    """
    ids = [settlement.item.item_id for settlement in settlements]
    rows = connection.execute(_being_sent(), {"ids": ids}).mappings()
    present = {row["id"]: row for row in rows}
    ours: list[Settlement] = []
    for one in settlements:
        row = present.get(one.item.item_id)
        if row is not None and row["claim"] == one.claim:
            now = replace(one, item=item_of(row))
            ours.append(_cancelled(now) if row["cancel_requested"] else now)
    return ours


def _cancelled(settlement: Settlement) -> Settlement:
    """Return what becomes of an item that was cancelled while it was being sent."""
    again = settlement.state is ItemState.PENDING
    deletion = deletes(settlement.item.after)
    # Answered with an error, by this attempt or one before; it may have been applied all the same.
    tried = bool(settlement.counted or settlement.item.attempts)
    if again and settlement.item.unknown_at is None and (deletion or not tried):
        reason = PARTLY_DELETED if tried else "cancelled while it was sent"
        return replace(settlement, state=ItemState.CANCELLED, reason=reason)
    if again or settlement.state is ItemState.DOUBTFUL:
        reason = "cancelled, but it may have been applied"
        doubtful = ItemState.DOUBTFUL
        return replace(settlement, state=doubtful, reason=reason, due_at=0.0, look_up_after=None)
    return settlement


def _settle(connection: Connection, settlements: Sequence[Settlement], now: float) -> None:
    if not settlements:
        return
    if (connection.scalar(_newest()) or 0.0) > now:  # or what is written now would be older
        mend_times(connection, now)
    connection.execute(_outcome(), [_item_values(settlement, now) for settlement in settlements])
    confirmed = {one.item.target: one.confirmed for one in settlements if one.confirmed is not None}
    confirm(connection, confirmed, now)
    _fail_conflicts_of(
        connection, [target for target, values in confirmed.items() if deletes_user(values)], now
    )
    if any(one.state is ItemState.DOUBTFUL for one in settlements):
        mend_sweeps(connection, now)
    rebase(connection, [(one.item, left) for one in settlements if (left := _left(one))])


@functools.cache
def _newest() -> Select[Any]:
    """When anything was settled last."""
    return select(func.max(ITEMS.c.settled_at))


@functools.cache
def _outcome() -> Update:
    names = ("state", "reason", "theirs", "due_at", "look_up_after", "unknown_at", "attempts")
    return (
        update(ITEMS)
        .where(ITEMS.c.id == bindparam("item_id"))
        .values({name: bindparam(f"new_{name}") for name in (*names, "settled_at")})
    )


def _fail_conflicts_of(connection: Connection, deleted: Sequence[str], now: float) -> None:
    """Nothing is left to settle with users that are deleted; what is pending fails by itself."""
    for chunk in chunks(deleted):
        connection.execute(
            update(ITEMS)
            .where(is_open(), ITEMS.c.state == ItemState.CONFLICT, ITEMS.c.target.in_(chunk))
            .values(state=ItemState.FAILED.value, reason=GONE, settled_at=now)
        )


def _left(settlement: Settlement) -> Values | None:
    """Return what an item leaves where later ones may have been planned on something else."""
    if settlement.state in (ItemState.FAILED, ItemState.CANCELLED):
        return settlement.item.before
    if settlement.state is ItemState.DONE and settlement.item.cancel_requested:
        return settlement.item.after
    return None


def _item_values(settlement: Settlement, now: float) -> dict[str, Any]:
    state, unknown_at = settlement.state, settlement.item.unknown_at
    unknown = None if unknown_at is None else unknown_at.timestamp()
    reason = settlement.reason
    if state is ItemState.DOUBTFUL:
        unknown = now
    elif state is ItemState.PENDING and unknown is not None:
        # An earlier attempt may still be applied: until it is verified the item is in doubt.
        state = ItemState.DOUBTFUL
    elif state is ItemState.FAILED and unknown is not None:
        reason = f"{reason}; an earlier attempt may have been applied"
    return {
        "item_id": settlement.item.item_id,
        "new_state": state.value,
        "new_reason": reason,
        "new_theirs": dict(settlement.theirs or {}),
        "new_due_at": settlement.due_at,
        "new_look_up_after": settlement.look_up_after,
        "new_unknown_at": unknown,
        "new_attempts": settlement.item.attempts + (1 if settlement.counted else 0),
        "new_settled_at": None if state in OPEN else now,
    }
