"""The lines of a table's rows: made of their cells, and kept for as long as they look the same."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from drtui.widgets.cells import Cell, Run, Tone, merged, placed, text_width, width_of
from drtui.widgets.columns import GAP, Column, PlacedColumn, place

Row = TypeVar("Row")
_GAP_RUN: Final = Run(" " * GAP)


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """What stands before the columns or after them: one object for each look.

    They are told apart by identity, since each line on the screen is looked up by them.
    """

    runs: tuple[Run, ...]


class LineKey(NamedTuple):
    """What a row's line depends on, beside the row.

    Attributes:
        key: The row's.
        signs: What stands before the columns.
        cursor: Whether the cursor is on it.
        end: What stands after the columns.
    """

    key: int
    signs: Signs
    cursor: bool
    end: Signs


class _Piece(NamedTuple):
    """A cell with the column it is of, the width it takes there, and whether to the right."""

    column: PlacedColumn
    cell: Cell
    width: int
    right: bool


class RowLines(Generic[Row]):
    """Makes the lines of rows.

    Args:
        columns: In order; those that do not fit are left out by rank.
        cells: Makes a row's cell for a column.
        look: The style of a tone, on the cursor's row or not.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row, PlacedColumn], Cell],
        look: Callable[[Tone, bool], Style],
    ) -> None:
        self._columns = columns
        self._cells = cells
        self._look = look
        self._room = -1
        self._placed: list[PlacedColumn] = []
        self._bodies: dict[int, list[Run]] = {}
        self._lines: dict[LineKey, Strip] = {}
        self._looks: dict[tuple[Tone, bool], Style] = {}

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, whether there is room for them or not."""
        return self._columns

    @columns.setter
    def columns(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._room = -1

    def forget(self, but: Collection[int] = ()) -> None:
        """The rows are others, but for those with some keys."""
        self._bodies = {key: body for key, body in self._bodies.items() if key in but}
        self._lines = {which: line for which, line in self._lines.items() if which.key in but}

    def forget_looks(self) -> None:
        """The styles are others."""
        self._looks = {}
        self._lines = {}

    def columns_in(self, room: int) -> list[PlacedColumn]:
        """What there is room for."""
        if room != self._room:
            self._placed = place(self._columns, room)
            self._room = room
            self.forget()
        return self._placed

    def line(self, which: LineKey, row: Row | None, room: int) -> Strip:
        """Return the line of a row; the row is looked at where the line is not known yet.

        Args:
            which: Which line.
            row: None where it is gone; that leaves its columns empty.
            room: Cells for the columns, and after them a blank.
        """
        body = self._body(which.key, row, room)
        line = self._lines.get(which)
        if line is None:
            line = self.strip((*which.signs.runs, *body, *which.end.runs), cursor=which.cursor)
            if row is not None:
                self._lines[which] = line
        return line

    def strip(self, runs: Iterable[Run], *, cursor: bool = False) -> Strip:
        """Return runs as a line; neighbours that look alike are one segment: fewer bytes."""
        segments: list[Segment] = []
        text, style, width = "", None, 0
        for run in runs:
            width += text_width(run.text)
            look = self._style(run.tone, cursor=cursor)
            if look is not style and text:
                segments.append(Segment(text, style))
                text = ""
            text, style = text + run.text, look
        segments.append(Segment(text, style))
        return Strip(segments, width)  # Textual would have to look the widths up

    def _body(self, key: int, row: Row | None, room: int) -> list[Run]:
        columns = self.columns_in(room)
        body = self._bodies.get(key)
        if body is not None:
            return body
        if row is None:
            return [Run(" " * (room + 1))]
        pieces: list[_Piece] = []
        for one in columns:
            if one.column.borrows and pieces:
                self._add_borrowing(pieces, row, one)
            else:
                pieces.append(_Piece(one, self._cells(row, one), one.width, one.column.right))
        runs: list[Run] = []
        for number, (_, cell, width, right) in enumerate(pieces):
            if number:
                runs.append(_GAP_RUN)
            runs += placed(cell, width, right=right)
        body = self._bodies[key] = merged(placed(runs, room + 1))
        return body

    def _add_borrowing(self, pieces: list[_Piece], row: Row, one: PlacedColumn) -> None:
        """Add a cell that may stand on room before it; what stands there may have to go."""
        before = pieces[-1]
        lends = before.column.column.lends
        spare = before.width + GAP if lends else max(0, before.width - width_of(before.cell))
        cell = self._cells(row, replace(one, spare=spare))
        extra = width_of(cell) - one.width
        right = one.column.right
        if not 0 < extra <= spare:
            pieces.append(_Piece(one, cell, one.width, right))
        elif lends:
            pieces[-1] = _Piece(one, cell, one.width + spare, True)
        else:
            pieces[-1] = before._replace(width=before.width - extra)
            pieces.append(_Piece(one, cell, one.width + extra, right))

    def _style(self, tone: Tone, *, cursor: bool) -> Style:
        style = self._looks.get((tone, cursor))
        if style is None:
            style = self._look(tone, cursor)
            # What looks alike is one object, by which neighbours are compared.
            style = next((one for one in self._looks.values() if one == style), style)
            self._looks[tone, cursor] = style
        return style
