"""Columns of a table, and which of them a width has room for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: What cells are asked for by.
        title: Its heading.
        width: In terminal cells, at least.
        most: Up to what it grows where there is room; 0 is not at all.
        right: Whether it is aligned to the right, as numbers are.
        rank: 0 is always there; of the others the highest is left out first, and one below 0 only
            where shrinking the others is not enough.
        least: What it shrinks to where no other column can be left out; 0 is not at all.
        borrows: Whether a cell that is too wide for it may stand on the room before it, which is
            what the cell before leaves blank.
        lends: Whether all of its room, and not only what is blank, is there for that.
    """

    name: str
    title: str
    width: int
    most: int = 0
    right: bool = False
    rank: int = 0
    least: int = 0
    borrows: bool = False
    lends: bool = False


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column with the width it has got, and how much more a cell of it may borrow."""

    column: Column
    width: int
    spare: int = 0


def place(columns: Sequence[Column], room: int) -> list[PlacedColumn]:
    """Return the columns that there is room for, in order, and share what is left over.

    Args:
        columns: In the order of the table.
        room: How many cells there are for all of them, with gaps between.
    """
    shown = list(columns)
    while _needed(shown) > room and (droppable := [one for one in shown if one.rank > 0]):
        shown.remove(max(droppable, key=lambda column: column.rank))
    while _least(shown) > room and (droppable := [one for one in shown if one.rank < 0]):
        shown.remove(min(droppable, key=lambda column: column.rank))
    widths = {column.name: column.width for column in shown}
    spare = room - _needed(shown)
    for column in shown:
        if spare < 0 and column.least:
            shrunk = max(column.least, column.width + spare)
            spare += column.width - shrunk
            widths[column.name] = shrunk
    while spare > 0:
        growing = [one for one in shown if widths[one.name] < one.most]
        if not growing:
            break
        for column in growing[:spare]:
            widths[column.name] += 1
        spare -= min(spare, len(growing))
    return [PlacedColumn(column, widths[column.name]) for column in shown]


def _needed(columns: Iterable[Column]) -> int:
    return _with_gaps([column.width for column in columns])


def _least(columns: Iterable[Column]) -> int:
    return _with_gaps([column.least or column.width for column in columns])


def _with_gaps(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * max(0, len(widths) - 1)


def order_sign(*, reverse: bool) -> str:
    """Return the sign of an order: with the largest first, or the smallest."""
    return "▼" if reverse else "▲"


def with_sign(title: str, sign: str, width: int) -> str:
    """Put a sign after a title, or before it where there is no room after it."""
    after = f"{title} {sign}"
    return after if len(after) <= width else sign + title.strip()
