"""The engine's side of the operation log: claiming items, and settling them.

A claim is an update that requires the state it found, so that a cancel and a send cannot both
win. Results come back with the number of their claim; the late answer of an abandoned call is
not taken for the present one's. Everything goes in groups, one transaction each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.operations import (
    OPEN,
    Item,
    ItemState,
    Values,
    Verdict,
    compare,
    is_local,
)
from drtui.store.confirming import confirm
from drtui.store.database import Database
from drtui.store.due import due_items
from drtui.store.operation_log import item_of
from drtui.store.rebasing import rebase
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, is_open, rows_by_profile

_KINDS: Final = (RecordKind.OPERATION, RecordKind.SPONSORED_USER)
_GONE: Final = "the profile no longer exists"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of an item.

    Attributes:
        claim: The number it was claimed with; None when it is settled without having been sent.
        state: The state it goes to; `PENDING` and `DOUBTFUL` are tried again.
        confirmed: Values that are now known to be the account's, or to be remembered.
        theirs: What the account has instead, in a conflict.
        due_at: Not to be tried again before; seconds since the epoch.
        look_up: Whether a sweep has to say first whether the profile is still there.
        counted: Whether the attempt counts towards the number after which an item fails.
    """

    item: Item
    state: ItemState
    reason: str = ""
    claim: int | None = None
    confirmed: Values | None = None
    theirs: Values | None = None
    due_at: float = 0.0
    look_up: bool = False
    counted: bool = True


def recover(database: Database) -> int:
    """After a crash: what was being sent then has an outcome that is unknown. Return how many."""
    now = database.clock()
    with database.write(RecordKind.OPERATION) as connection:
        result = connection.execute(
            update(ITEMS)
            .where(is_open(), ITEMS.c.state == ItemState.SENDING)
            .values(state=ItemState.DOUBTFUL.value, unknown_at=now, reason="interrupted")
        )
    return result.rowcount


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
        # A look first, so that an idle engine never takes the writer's lock.
        with database.read() as connection:
            if not limit or not due_items(connection, 1, database.clock(), calls=calls):
                return []
    with database.write(*_KINDS) as connection:
        now = database.clock()
        _settle(connection, _still_ours(connection, settlements), now)
        if not limit:
            return []
        return _claim(connection, limit, claim, now, calls=calls)


def _claim(
    connection: Connection, limit: int, claim: int, now: float, *, calls: bool
) -> list[Item]:
    items = [item_of(row) for row in due_items(connection, limit, now, calls=calls)]
    users = rows_by_profile(connection, [item.target for item in items])
    unsent: list[Settlement] = []
    to_send: dict[int, Item] = {}
    for item in items:
        user = users.get(item.target)
        settlement = (
            Settlement(item, ItemState.FAILED, _GONE)
            if user is None
            else _without_sending(item, confirmed_state(user).values())
        )
        if settlement is None:
            to_send[item.item_id] = item
        else:
            unsent.append(settlement)
    _settle(connection, unsent, now)
    taken = connection.scalars(
        update(ITEMS)
        .where(
            ITEMS.c.id.in_(to_send),
            ITEMS.c.state.in_((ItemState.PENDING, ItemState.DOUBTFUL)),
        )
        .values(
            state=ItemState.SENDING.value,
            claim=claim,
            look_up_after=None,
        )
        .returning(ITEMS.c.id)
    ).all()
    return [to_send[item_id] for item_id in sorted(taken)]


def _without_sending(item: Item, present: Values) -> Settlement | None:
    """Settle an item by what is known of the account; None when it has to be sent."""
    if is_local(item.after):
        return Settlement(item, ItemState.DONE, "remembered for resuming", confirmed=item.after)
    verdict = compare(item.before, item.after, present)
    doubtful = item.state is ItemState.DOUBTFUL
    if verdict is Verdict.CONFLICT:
        theirs = {name: present[name] for name in item.after}
        return Settlement(
            item, ItemState.CONFLICT, "changed by somebody else meanwhile", theirs=theirs
        )
    if verdict is Verdict.ALREADY_SO:
        if item.cancel_requested:
            reason = "applied before it could be cancelled"
        else:
            reason = "verified in the account" if doubtful else "the account has it already"
        state = ItemState.DONE if doubtful else ItemState.ALREADY_SO
        return Settlement(item, state, reason, confirmed=item.after)
    if item.cancel_requested:
        return Settlement(item, ItemState.CANCELLED, "cancelled; it was not applied")
    return None


def _still_ours(connection: Connection, settlements: Sequence[Settlement]) -> list[Settlement]:
    """Leave out results of calls that were given up and have been claimed again since."""
    ids = [settlement.item.item_id for settlement in settlements]
    claims = dict(
        connection.execute(
            select(ITEMS.c.id, ITEMS.c.claim).where(
                ITEMS.c.id.in_(ids), ITEMS.c.state == ItemState.SENDING
            )
        ).all()
    )
    return [one for one in settlements if claims.get(one.item.item_id) == one.claim]


def _settle(connection: Connection, settlements: Sequence[Settlement], now: float) -> None:
    if not settlements:
        return
    connection.execute(
        update(ITEMS)
        .where(ITEMS.c.id == bindparam("item_id"))
        .values(
            state=bindparam("new_state"),
            reason=bindparam("new_reason"),
            theirs=bindparam("new_theirs"),
            due_at=bindparam("new_due_at"),
            look_up_after=bindparam("new_look_up_after"),
            unknown_at=bindparam("new_unknown_at"),
            attempts=bindparam("new_attempts"),
            settled_at=bindparam("new_settled_at"),
        ),
        [_item_values(settlement, now) for settlement in settlements],
    )
    confirmed: dict[str, Mapping[str, int | None]] = {
        one.item.target: one.confirmed for one in settlements if one.confirmed is not None
    }
    confirm(connection, confirmed)
    for one in settlements:
        if one.state in (ItemState.FAILED, ItemState.CANCELLED):
            rebase(connection, one.item.target, one.item.operation_id, one.item.before)


def _item_values(settlement: Settlement, now: float) -> dict[str, Any]:
    state, unknown_at = settlement.state, settlement.item.unknown_at
    unknown = None if unknown_at is None else unknown_at.timestamp()
    if state is ItemState.DOUBTFUL:
        unknown = now
    elif state is ItemState.PENDING and unknown is not None:
        # An earlier attempt may still be applied: until it is verified the item is in doubt.
        state = ItemState.DOUBTFUL
    return {
        "item_id": settlement.item.item_id,
        "new_state": state.value,
        "new_reason": settlement.reason,
        "new_theirs": dict(settlement.theirs or {}),
        "new_due_at": settlement.due_at,
        "new_look_up_after": now if settlement.look_up else None,
        "new_unknown_at": unknown,
        "new_attempts": settlement.item.attempts + (1 if settlement.counted else 0),
        "new_settled_at": None if state in OPEN else now,
    }
