"""What came about of an operation's targets after it, and whether that stands still."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, or_, select

from drtui.domain.actions import Action, Applicable, Restore
from drtui.domain.errands import ONLY_ERRANDS
from drtui.domain.operations import ON_THE_WAY, SETTLED_WELL, Item, ItemState, OperationKind
from drtui.domain.overtaken import Later
from drtui.domain.stored_actions import action_from
from drtui.store.operation_log import item_of
from drtui.store.undoing import OPERATIONS, family, taken_back, targets_undone
from drtui.store.users import ITEMS, chunks

_CAME_ABOUT: Final = sorted(SETTLED_WELL | ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an operation asked for.

    Attributes:
        action: None of an undo, and where it was nothing but errands.
        undoes: The operation that it undoes.
        undone: The targets of which it is undone, or is being.
        taken_back: Whether it is undone, or is being, as far as it changed anything.
    """

    action: Action | None
    undoes: int | None
    undone: Collection[str]
    taken_back: bool


def later_items(
    connection: Connection, operation_id: int, items: Sequence[Item]
) -> dict[str, list[Later]]:
    """Return what came about of targets after an operation, or is on its way, the oldest first.

    What was so already counts: somebody has asked for it. Of an undo and what it undoes neither
    stands; nor do the other undos of what the operation itself undoes.

    Args:
        connection: In a transaction.
        operation_id: The operation.
        items: Those of it whose targets are meant.

    Returns:
        By target; those with nothing later are left out.
    """
    since = {item.target: _order(item) for item in items}
    found: dict[str, list[Item]] = {}
    for item in _others(connection, operation_id, items):
        if _order(item) > since[item.target] and not item.cancel_requested:
            found.setdefault(item.target, []).append(item)
    numbers = {item.operation_id for later in found.values() for item in later}
    own, asked = family(connection, operation_id), _asked(connection, numbers)
    return {
        target: [
            Later(
                item,
                _action(item, asked[item.operation_id]),
                item.operation_id not in own and _stands(item, later, asked),
            )
            for item in sorted(later, key=_order)
        ]
        for target, later in found.items()
    }


def authors(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """Return who confirmed operations, by number."""
    statement = select(OPERATIONS.c.id, OPERATIONS.c.who)
    return {
        number: who
        for chunk in chunks(sorted(numbers))
        for number, who in connection.execute(statement.where(OPERATIONS.c.id.in_(chunk)))
    }


def _order(item: Item) -> tuple[bool, float, int, int]:
    """In which order items of a target came about: what is on its way comes last."""
    settled = 0.0 if item.settled_at is None else item.settled_at.timestamp()
    return item.settled_at is None, settled, item.rank, item.item_id


def _others(connection: Connection, operation_id: int, items: Sequence[Item]) -> Iterator[Item]:
    """What came about of the targets of items since the first of these, or is on its way."""
    settled = [one.settled_at.timestamp() for one in items if one.settled_at is not None]
    earliest = min(settled, default=0.0) - 1  # as a time that was read it is rounded
    for chunk in chunks(sorted({item.target for item in items})):
        statement = select(ITEMS).where(
            ITEMS.c.target.in_(chunk),
            ITEMS.c.operation_id != operation_id,
            ITEMS.c.state.in_(_CAME_ABOUT),
            or_(ITEMS.c.settled_at.is_(None), ITEMS.c.settled_at >= earliest),
        )
        yield from map(item_of, connection.execute(statement).mappings())


def _asked(connection: Connection, numbers: Collection[int]) -> dict[int, _Asked]:
    taken = set(connection.scalars(taken_back())) if numbers else set()
    found: dict[int, _Asked] = {}
    for chunk in chunks(sorted(numbers)):
        rows = connection.execute(
            select(
                OPERATIONS.c.id, OPERATIONS.c.kind, OPERATIONS.c.params, OPERATIONS.c.undoes
            ).where(OPERATIONS.c.id.in_(chunk))
        )
        for number, kind, params, undoes in rows:
            of_users = OperationKind(kind) not in {*ONLY_ERRANDS, OperationKind.UNDO}
            found[number] = _Asked(
                action_from(OperationKind(kind), params) if of_users else None,
                undoes,
                targets_undone(connection, number, on_the_way=True).keys(),
                number in taken,
            )
    return found


def _action(item: Item, asked: _Asked) -> Applicable | None:
    if item.service is not None:
        return None
    return asked.action or Restore(expected=item.before, restored=item.after)


def _stands(item: Item, later: Sequence[Item], asked: Mapping[int, _Asked]) -> bool:
    it = asked[item.operation_id]
    if it.undoes is not None and any(one.operation_id == it.undoes for one in later):
        return False
    if item.state is ItemState.ALREADY_SO:  # of which an undo has no item
        return not it.taken_back
    return item.target not in it.undone
