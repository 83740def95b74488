"""The table of operations, and which of them have undone another, and how far.

An undo can be undone in turn, and what it left can be undone by another one. Of each target the
last of them all that was settled tells whether it is undone: an undo undoes it, the undo of an
undo brings it back, and so on.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    and_,
    func,
    or_,
    select,
    type_coerce,
)

from drtui.domain.operations import ON_THE_WAY, OPEN, SETTLED_WELL, ItemState, Undoing
from drtui.store.tables import table
from drtui.store.users import ITEMS, chunks

OPERATIONS: Final = table("operation")

Counts = Mapping[ItemState, int]


def taken_back() -> Select[tuple[int]]:
    """The operations with an undo of which something was, or will be, done, and not undone."""
    again = OPERATIONS.alias("again")
    undone = select(again.c.undoes).where(again.c.undoes.is_not(None), _came_about(again))
    return select(OPERATIONS.c.undoes).where(
        OPERATIONS.c.undoes.is_not(None), _came_about(OPERATIONS), OPERATIONS.c.id.not_in(undone)
    )


def _came_about(operations: FromClause) -> ColumnElement[bool]:
    done = select(ITEMS.c.id).where(
        ITEMS.c.operation_id == operations.c.id,
        ITEMS.c.state.not_in((ItemState.FAILED, ItemState.CANCELLED)),
    )
    return done.correlate(operations).exists()


@dataclass(frozen=True, slots=True)
class _Undo:
    """One of the undos that decide on an operation.

    Attributes:
        by: The undo of the operation itself that it belongs to: itself, or what it undoes.
        undoes: Whether it undoes the operation; else it brings it back.
    """

    by: int
    undoes: bool


def undoings(connection: Connection, counts: Mapping[int, Counts]) -> dict[int, Undoing]:
    """Return how far operations are undone; those that are not, and are not being, are left out.

    Args:
        connection: In a transaction.
        counts: How many items are in each state, by operation: of those that are asked for.
    """
    undos = _undos(connection)
    trees = {number: tree for number in counts if (tree := _tree(number, undos))}
    wanted = {undo for tree in trees.values() for undo in tree}
    known = {**counts, **state_counts(connection, sorted(wanted - counts.keys()))}
    found = {number: _undoing(connection, tree, known) for number, tree in trees.items()}
    return {number: undoing for number, undoing in found.items() if undoing is not None}


def state_counts(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[ItemState, int]]:
    """Return how many items of operations are in each state, by operation."""
    found: dict[int, dict[ItemState, int]] = {number: {} for number in numbers}
    for chunk in chunks(numbers):
        grouped = connection.execute(
            select(ITEMS.c.operation_id, ITEMS.c.state, func.count())
            .where(ITEMS.c.operation_id.in_(chunk))
            .group_by(ITEMS.c.operation_id, ITEMS.c.state)
        )
        for number, state, count in grouped:
            found[number][ItemState(state)] = count
    return found


def targets_undone(
    connection: Connection, number: int, *, on_the_way: bool = False
) -> dict[str, int]:
    """Return which targets of an operation are undone, each with the undo that settled it.

    Args:
        connection: In a transaction.
        number: The operation.
        on_the_way: Whether what is on its way counts as settled.
    """
    tree = _tree(number, _undos(connection))
    if not tree:
        return {}
    rows = connection.execute(
        select(ITEMS.c.target, func.max(ITEMS.c.operation_id))
        .where(_decides(tree, ON_THE_WAY if on_the_way else ()))
        .group_by(ITEMS.c.target)
    )
    return {target: tree[last].by for target, last in rows if tree[last].undoes}


def family(connection: Connection, number: int) -> set[int]:
    """Return an operation with what it undoes, and all undos of these, and so on."""
    undos = _undos(connection)
    undone_by = {undo: undone for undone, several in undos.items() for undo in several}
    root = number
    while root in undone_by:
        root = undone_by[root]
    return {root, *_tree(root, undos)}


def _undos(connection: Connection) -> dict[int, list[int]]:
    """Return the undos of all operations, by what they undo."""
    found: dict[int, list[int]] = defaultdict(list)
    statement = select(OPERATIONS.c.undoes, OPERATIONS.c.id).order_by(OPERATIONS.c.id)
    for undone, number in connection.execute(statement.where(OPERATIONS.c.undoes.is_not(None))):
        found[undone].append(number)
    return found


def _tree(number: int, undos: Mapping[int, Sequence[int]]) -> dict[int, _Undo]:
    """Return the undos of an operation, the undos of these, and so on."""
    found = {undo: _Undo(undo, undoes=True) for undo in undos.get(number, ())}
    rest = list(found)
    while rest:
        one = rest.pop()
        above = found[one]
        for undo in undos.get(one, ()):
            found[undo] = _Undo(above.by, undoes=not above.undoes)
            rest.append(undo)
    return found


def _undoing(
    connection: Connection, tree: Mapping[int, _Undo], counts: Mapping[int, Counts]
) -> Undoing | None:
    own = [number for number, undo in tree.items() if undo.by == number]
    for number in own:  # there is no other after it as long as it is not settled
        if any(counts[number].get(state) for state in OPEN):
            return _alone(number, counts[number], settled=False)
    newest = max(own)
    if len(tree) > 1 or counts[newest].get(ItemState.CANCELLED):
        return _counted(connection, tree, own)
    alone = _alone(newest, counts[newest])
    return alone if alone.targets else None


def _alone(number: int, counts: Counts, *, settled: bool = True) -> Undoing:
    well = sum(counts.get(state, 0) for state in SETTLED_WELL)
    return Undoing(number, well, sum(counts.values()), settled)


def _counted(
    connection: Connection, tree: Mapping[int, _Undo], own: Collection[int]
) -> Undoing | None:
    """Count target by target; only where undos were cancelled, repeated, or undone in turn."""
    last = (
        select(func.max(ITEMS.c.operation_id).label("number"))
        .where(_decides(tree))
        .group_by(ITEMS.c.target)
        .subquery()
    )
    rows = connection.execute(select(last.c.number, func.count()).group_by(last.c.number))
    undone = {number: count for number, count in rows if tree[number].undoes}
    if not undone:
        return None
    targets = select(func.count(ITEMS.c.target.distinct())).where(ITEMS.c.operation_id.in_(own))
    by = max(tree[number].by for number in undone)
    return Undoing(by, sum(undone.values()), connection.scalar(targets) or 0)


def _decides(tree: Collection[int], besides: Collection[ItemState] = ()) -> ColumnElement[bool]:
    """The condition that an item of these operations has settled what its target has.

    Where a conflict was left as it was, that was decided too: what there was to undo is gone.

    Args:
        tree: The operations.
        besides: Other states that count as settled.
    """
    left = and_(ITEMS.c.state == ItemState.CANCELLED, type_coerce(ITEMS.c.theirs, String) != "{}")
    return and_(
        ITEMS.c.operation_id.in_(sorted(tree)),
        or_(ITEMS.c.state.in_(sorted({*SETTLED_WELL, *besides})), left),
    )
