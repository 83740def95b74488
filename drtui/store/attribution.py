"""Whose doing it is that the account has other values than an item expected: perhaps our own."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from drtui.domain.operations import ON_THE_WAY, Item, ItemState, Values, foreign
from drtui.domain.wording import CHANGED_MEANWHILE, NOT_KNOWN_THEN, changed_since
from drtui.store.operation_log import items
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, chunks, rows_by_profile

_WROTE: Final = (ItemState.DONE,)
_WILL_WRITE: Final = (*_WROTE, *ON_THE_WAY)


def reasons_of_change(
    connection: Connection, found: Iterable[tuple[Item, Values]]
) -> list[tuple[Item, str]]:
    """Say by whom values were changed that are neither what items expected nor what they ask for.

    See `operations_of_change`; where it names none, it was somebody else, or
    nothing was known of them.

    Args:
        connection: In a transaction.
        found: Items, with what their targets have now.

    Returns:
        The items with their reasons; those whose targets have no such value are left out.
    """
    found = list(found)
    present = {item.item_id: values for item, values in found}
    return [
        (
            item,
            changed_since(operations) if operations else _by_others(item, present[item.item_id]),
        )
        for item, operations in operations_of_change(connection, found)
    ]


def _by_others(item: Item, present: Values) -> str:
    """Say of what none of our own operations wrote why it is not as expected."""
    strange = foreign(item.before, item.after, present)
    unknown = all(item.before.get(name) is None for name in strange)
    return NOT_KNOWN_THEN if unknown else CHANGED_MEANWHILE


def operations_of_change(
    connection: Connection,
    found: Iterable[tuple[Item, Values]],
    *,
    pending: bool = False,
) -> list[tuple[Item, Sequence[int]]]:
    """Return by which operations values were changed that items neither expected nor ask for.

    Where each of them is what the newest other operation of this store has written there, those
    operations did it; otherwise it was somebody else.

    Args:
        connection: In a transaction.
        found: Items, with what their targets have now.
        pending: Whether what is on its way counts as written.

    Returns:
        The items with the operations, the oldest first, none where it was somebody else; those
        whose targets have no such value are left out.
    """
    strange = [
        (item, values)
        for item, present in found
        if (values := foreign(item.before, item.after, present))
    ]
    written = _written(connection, [item for item, _ in strange], pending=pending)
    return [
        (item, _writers(values, item, written.get(item.target, []))) for item, values in strange
    ]


def overtaken(
    connection: Connection, operation_id: int, targets: Collection[str] = ()
) -> list[tuple[str, int]]:
    """Return by whom failed targets of an operation were changed since, the most frequent first.

    Tried again, these become conflicts.

    Args:
        connection: In a transaction.
        operation_id: The operation.
        targets: Only these profiles; empty is all.
    """
    wanted = set(targets)
    failed = [
        item
        for item in items(connection, operation_id, states={ItemState.FAILED})
        if not wanted or item.target in wanted
    ]
    users = rows_by_profile(connection, [item.target for item in failed])
    there = [
        (item, confirmed_state(users[item.target]).values())
        for item in failed
        if item.target in users
    ]
    return Counter(reason for _, reason in reasons_of_change(connection, there)).most_common()


def _written(
    connection: Connection, wanted: Sequence[Item], *, pending: bool
) -> Mapping[str, Sequence[tuple[int, Values]]]:
    """What operations have written by target, the newest last; what is on its way comes last."""
    states = sorted(_WILL_WRITE if pending else _WROTE)
    written: dict[str, list[tuple[int, Values]]] = {}
    for chunk in chunks([item.target for item in wanted]):
        rows = connection.execute(
            select(ITEMS.c.target, ITEMS.c.operation_id, ITEMS.c.after)
            .where(ITEMS.c.target.in_(chunk), ITEMS.c.state.in_(states))
            .order_by(ITEMS.c.settled_at.is_(None), ITEMS.c.settled_at, ITEMS.c.operation_id)
        )
        for target, operation_id, after in rows:
            written.setdefault(target, []).append((operation_id, after))
    return written


def _writers(values: Values, item: Item, written: Sequence[tuple[int, Values]]) -> Sequence[int]:
    newest: dict[str, tuple[int, Values]] = {}
    for operation_id, after in written:
        if operation_id != item.operation_id:
            newest |= {name: (operation_id, after) for name in values if name in after}
    ours = {name for name, (_, after) in newest.items() if after[name] == values[name]}
    if ours != set(values):
        return ()
    return sorted({operation_id for operation_id, _ in newest.values()})
