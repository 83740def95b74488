"""The errands of the operation log: claiming them by service, and settling them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service, subject_of
from drtui.domain.operations import (
    ON_THE_WAY,
    OPEN,
    SETTLED_WELL,
    Item,
    ItemState,
    OperationKind,
    Values,
)
from drtui.domain.setting_keys import VALUE, SettingKey
from drtui.store.database import Database
from drtui.store.operation_log import item_of
from drtui.store.settings import confirm_setting
from drtui.store.settlement import PERHAPS_DONE
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, is_open, moment

_READY: Final = (ItemState.PENDING, ItemState.DOUBTFUL)
_EARLIER: Final = ITEMS.alias("earlier")


@dataclass(frozen=True, slots=True)
class Settled:
    """An errand with what became of it.

    Attributes:
        claim: The number it was claimed with.
    """

    item: Item
    claim: int
    carried: Carried


def claim_errands(
    database: Database, service: Service, limit: int, claim: int, *, durable: bool
) -> list[Item]:
    """Claim the errands of a service that are due, the oldest operation first.

    Args:
        database: The open store.
        service: Whose.
        limit: How many at the most.
        claim: This claim's number, unique within the engine's life.
        durable: Whether it has to survive a power loss that they are being carried out: those
            that may not be repeated.

    Returns:
        The items as they were before the claim, so that a doubtful one is still told.
    """
    with database.read() as connection:
        if not _due(connection, service, 1, database.clock()):
            return []
    with database.write(RecordKind.OPERATION, durable=durable) as connection:
        found = {one.item_id: one for one in _due(connection, service, limit, database.clock())}
        taken = connection.scalars(
            update(ITEMS)
            .where(ITEMS.c.id.in_(found), ITEMS.c.state.in_(_READY))
            .values(state=ItemState.SENDING.value, claim=claim)
            .returning(ITEMS.c.id)
        ).all()
    return [found[item_id] for item_id in sorted(taken)]


def settle_errands(database: Database, settled: Sequence[Settled]) -> None:
    """Write what became of claimed errands; those that were claimed again since are left out."""
    if not settled:
        return
    now = database.clock()
    with database.write(RecordKind.OPERATION) as connection:
        ids = [one.item.item_id for one in settled]
        claims = {
            item_id: (claim, cancelled)
            for item_id, claim, cancelled in connection.execute(
                select(ITEMS.c.id, ITEMS.c.claim, ITEMS.c.cancel_requested).where(
                    ITEMS.c.id.in_(ids), ITEMS.c.state == ItemState.SENDING
                )
            )
        }
        rows = [
            _values(one, now, cancelled=bool(claims[one.item.item_id][1]))
            for one in settled
            if claims.get(one.item.item_id, (None, False))[0] == one.claim
        ]
        if rows:
            connection.execute(
                update(ITEMS)
                .where(ITEMS.c.id == bindparam("item_id"))
                .values({name: bindparam(f"new_{name}") for name in _WRITTEN}),
                rows,
            )
        for one in settled:
            if one.item.service == Service.SETTINGS and one.carried.state in SETTLED_WELL:
                key = SettingKey(subject_of(one.item))
                confirm_setting(connection, key, one.item.after[VALUE], now)


_WRITTEN: Final = (
    *("before", "state", "reason", "due_at", "unknown_at", "attempts", "settled_at"),
    "cancel_requested",
)


def _values(settled: Settled, now: float, *, cancelled: bool) -> Mapping[str, object]:
    item, carried = settled.item, settled.carried
    state, reason = carried.state, carried.reason
    unknown = None if item.unknown_at is None else item.unknown_at.timestamp()
    if state is ItemState.DOUBTFUL or carried.unknown:
        unknown = now
    if cancelled and state in (ItemState.PENDING, ItemState.DOUBTFUL):
        state = ItemState.CANCELLED
        reason = "cancelled while it was sent" if unknown is None else PERHAPS_DONE
    return {
        "item_id": item.item_id,
        "new_before": {**item.before, **carried.found},
        "new_state": state.value,
        "new_reason": reason,
        "new_due_at": now + carried.delay if carried.delay else 0.0,
        "new_unknown_at": None if state in (ItemState.DONE, ItemState.ALREADY_SO) else unknown,
        "new_attempts": item.attempts + (1 if carried.counted else 0),
        "new_settled_at": None if state in OPEN else now,
        "new_cancel_requested": False,
    }


def next_errand_due(connection: Connection, services: Collection[Service]) -> datetime | None:
    """Return when the next errand of some services is due, None when there is none."""
    statement = select(func.min(ITEMS.c.due_at)).where(
        is_open(), ITEMS.c.service.in_(sorted(services)), ITEMS.c.state.in_(_READY), _first()
    )
    return moment(connection.scalar(statement))


def done_since(
    connection: Connection, service: Service, since: float
) -> tuple[int, datetime | None]:
    """Return how many errands of a service came about since a moment, and when the first did.

    One whose outcome is not known counts: it may have.
    """
    count, first = connection.execute(
        select(func.count(), func.min(ITEMS.c.settled_at)).where(
            ITEMS.c.service == service,
            ITEMS.c.settled_at >= since,
            ITEMS.c.attempts > 0,
            (ITEMS.c.state == ItemState.DONE) | ITEMS.c.unknown_at.is_not(None),
        )
    ).one()
    return count, moment(first)


def _due(connection: Connection, service: Service, limit: int, now: float) -> list[Item]:
    statement = (
        select(ITEMS)
        .where(
            is_open(),
            ITEMS.c.service == service,
            ITEMS.c.state.in_(_READY),
            ITEMS.c.due_at <= now,
            _first(),
        )
        .order_by(ITEMS.c.operation_id, ITEMS.c.id)
        .limit(limit)
    )
    return [item_of(row) for row in connection.execute(statement).mappings()]


def _first() -> ColumnElement[bool]:
    """No earlier errand of the same target is open."""
    return (
        ~select(_EARLIER.c.id)
        .where(
            _EARLIER.c.target == ITEMS.c.target,
            _EARLIER.c.operation_id < ITEMS.c.operation_id,
            is_open(_EARLIER),
        )
        .exists()
    )


def subjects_done(connection: Connection, service: Service, kind: OperationKind) -> frozenset[str]:
    """Return what the last errand of a service came about of, where it was one of a kind.

    Args:
        connection: In a transaction.
        service: Whose errands.
        kind: Of the operation; a subject whose last errand that came about was of another kind is
            left out.
    """
    rows = connection.execute(
        select(ITEMS.c.target, OPERATIONS.c.kind)
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .where(ITEMS.c.service == service, ITEMS.c.state.in_(sorted(SETTLED_WELL)))
        .order_by(ITEMS.c.operation_id)
    )
    last = dict(iter(rows))
    return frozenset(
        target.partition(":")[2] for target, found in last.items() if found == kind.value
    )


def on_the_way(connection: Connection, service: Service) -> dict[str, Values]:
    """Return what errands of a service on their way will make of each subject."""
    rows = connection.execute(
        select(ITEMS.c.target, ITEMS.c.after)
        .where(is_open(), ITEMS.c.service == service, ITEMS.c.state.in_(sorted(ON_THE_WAY)))
        .order_by(ITEMS.c.operation_id)
    )
    return {target.partition(":")[2]: after for target, after in rows}
