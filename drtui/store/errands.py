"""The errands of the operation log: claiming them by service, and settling them."""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
    update,
)

from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service, always, subject_of
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
from drtui.domain.sign_in_errands import SIGN_IN, closes, found_open
from drtui.store.database import Database
from drtui.store.expiring import expired
from drtui.store.offline import read_on_purpose
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
    database: Database,
    service: Service,
    limit: int,
    claim: int,
    *,
    together: Callable[[Item], bool] = always,
) -> list[Item]:
    """Claim the errands of a service that are due, the oldest operation first.

    That they are being carried out survives a power loss: what comes before an errand, and how an
    unknown outcome is found out, rests on it.

    Args:
        database: The open store.
        service: Whose.
        limit: How many at the most.
        claim: This claim's number, unique within the engine's life.
        together: Whether an errand may be claimed with others; one that may not is claimed alone.

    Returns:
        The items as they were before the claim, so that a doubtful one is still told.
    """
    with database.read() as connection:
        if not _due(connection, service, 1, database.clock()):
            return []
    with database.write(RecordKind.OPERATION, durable=True) as connection:
        if read_on_purpose(connection) is not None:  # and the engine has not noticed yet
            return []
        due = _due(connection, service, limit, database.clock())
        company = list(takewhile(together, due)) or due[:1]
        found = {one.item_id: one for one in company}
        taken = set(
            connection.scalars(
                update(ITEMS)
                .where(ITEMS.c.id.in_(found), ITEMS.c.state.in_(_READY))
                .values(state=ItemState.SENDING.value, claim=claim)
                .returning(ITEMS.c.id)
            )
        )
    return [item for item_id, item in found.items() if item_id in taken]


def settle_errands(database: Database, settled: Sequence[Settled]) -> None:
    """Write what became of claimed errands; those that were claimed again since are left out.

    What was for at once and failed counts as cancelled, and keeps its reason.
    """
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
        written = [
            one for one in settled if claims.get(one.item.item_id, (None, False))[0] == one.claim
        ]
        rows = [_values(one, now, cancelled=bool(claims[one.item.item_id][1])) for one in written]
        if rows:
            connection.execute(
                update(ITEMS)
                .where(ITEMS.c.id == bindparam("item_id"))
                .values({name: bindparam(f"new_{name}") for name in _WRITTEN}),
                rows,
            )
        for one in written:
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
    if state is ItemState.FAILED and item.expires_at is not None:
        state = ItemState.CANCELLED  # its time is over: no hand can do anything about it
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


def put_off(
    database: Database, service: Service, operations: Collection[int], seconds: float
) -> None:
    """Let the errands of a service that belong to some operations wait for a while.

    Args:
        database: The open store.
        service: Whose.
        operations: Their ids.
        seconds: How long from now on; one that is due later stays so.
    """
    until = database.clock() + seconds
    with database.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(ITEMS)
            .where(
                is_open(),
                ITEMS.c.service == service,
                ITEMS.c.operation_id.in_(operations),
                ITEMS.c.state.in_(_READY),
                ITEMS.c.due_at < until,
            )
            .values(due_at=until)
        )


def cancel_asked(connection: Connection, item_id: int) -> bool:
    """Whether an errand that is being carried out was cancelled meanwhile."""
    asked = connection.scalar(select(ITEMS.c.cancel_requested).where(ITEMS.c.id == item_id))
    return bool(asked)


def next_errands_due(connection: Connection) -> dict[Service, datetime]:
    """Return when the next errand of each service is due; without those that have none."""
    found = ((Service(name), moment(due)) for name, due in connection.execute(_next_due()))
    return {service: due for service, due in found if due is not None}


@functools.cache  # asked with each result that is written
def _next_due() -> Select[Any]:
    return (
        select(ITEMS.c.service, func.min(ITEMS.c.due_at))
        .where(is_open(), ITEMS.c.service.in_(sorted(Service)), ITEMS.c.state.in_(_READY), _first())
        .group_by(ITEMS.c.service)
    )


def open_errands(connection: Connection, operation_id: int) -> int:
    """Return how many of an operation's items are not settled yet."""
    statement = select(func.count()).where(is_open(), ITEMS.c.operation_id == operation_id)
    return connection.scalar(statement) or 0


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
            or_(ITEMS.c.expires_at.is_(None), ~expired(now)),
            _first(),
        )
        .order_by(ITEMS.c.rank, ITEMS.c.id)
        .limit(limit)
    )
    return [item_of(row) for row in connection.execute(statement).mappings()]


def _first() -> ColumnElement[bool]:
    """No earlier errand of the same target is open."""
    return (
        ~select(_EARLIER.c.id)
        .where(
            _EARLIER.c.target == ITEMS.c.target,
            _EARLIER.c.rank < ITEMS.c.rank,
            is_open(_EARLIER),
        )
        .exists()
    )


def closed_by(connection: Connection, kind: OperationKind) -> frozenset[str]:
    """Return whose sign-ins operations of a kind have closed, may have closed, or are closing.

    A sign-in that such an operation met closed was closed by somebody else, as was one that another
    operation has asked to be closed since; what has been opened since is not closed.

    Args:
        connection: In a transaction.
        kind: Of the operations.
    """
    rows = connection.execute(
        select(ITEMS, OPERATIONS.c.kind.label("of_kind"))
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .where(ITEMS.c.service == Service.SIGN_INS)
        .order_by(ITEMS.c.operation_id)
    ).mappings()
    closed: dict[str, bool] = {}
    for row in rows:
        item = item_of(row)
        ours = row["of_kind"] == kind.value
        if SIGN_IN not in item.after:
            continue
        if ours and closes(item):
            closed[subject_of(item)] = closed.get(subject_of(item), False) or _may_close(item)
        elif item.state in SETTLED_WELL:
            closed[subject_of(item)] = False
    return frozenset(subject for subject, by in closed.items() if by)


def _may_close(item: Item) -> bool:
    """Whether a sign-in was closed by an errand, may have been, or is going to be."""
    doubtful = item.unknown_at is not None and found_open(item)
    return item.state is ItemState.DONE or item.state in ON_THE_WAY or doubtful


def on_the_way(connection: Connection, service: Service) -> dict[str, Values]:
    """Return what errands of a service on their way will make of each subject."""
    rows = connection.execute(
        select(ITEMS.c.target, ITEMS.c.after)
        .where(is_open(), ITEMS.c.service == service, ITEMS.c.state.in_(sorted(ON_THE_WAY)))
        .order_by(ITEMS.c.rank)
    )
    return {target.partition(":")[2]: after for target, after in rows}
