"""A record table whose rows can be marked, one by one, by ranges, or all that are shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from drtui.widgets.cells import Cell, Run, Tone
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.record_table import RecordTable, Row, row_signs
from drtui.widgets.row_lines import Signs

_BLANK: Final = Run(" ")
_UNMARKED: Final = row_signs(_BLANK, _BLANK)
_MARKED: Final = row_signs(Run("●", Tone.FOCUS), _BLANK)
_RANGED: Final = row_signs(Run("○", Tone.FOCUS), _BLANK)


class MarkedTable(RecordTable[Row]):
    """A record table with a set of marked keys, which stays whatever rows are shown.

    Args:
        columns: See `RecordTable`.
        cells: See `RecordTable`.
        fetch: See `RecordTable`.
        marked: Called when other rows are marked than before, within the same frame.
        empty: See `RecordTable`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", tooltip="Mark this row, or unmark it, and move down"),
        Binding("v", "range", "range", tooltip="Begin a range here; again: mark all of it"),
        Binding("shift+down", "stretch(1)", "Mark a range downwards", show=False),
        Binding("shift+up", "stretch(-1)", "Mark a range upwards", show=False),
        Binding("a", "mark_all", "all", tooltip="Mark all shown; unmark them when all are marked"),
        Binding("*", "invert", "Invert the marks of all shown", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row, PlacedColumn], Cell],
        fetch: Callable[[Sequence[int]], Mapping[int, Row]],
        marked: Callable[[], None],
        *,
        empty: str = "",
    ) -> None:
        super().__init__(columns, cells, fetch, empty=empty)
        self._marked = marked
        self._marks: set[int] = set()
        self._last_marks: frozenset[int] = frozenset()
        self._anchor: int | None = None  # the index that a range began on
        self._anchor_key = 0
        self._stretching = False  # whether the range ends with the next plain move

    @property
    def marks(self) -> frozenset[int]:
        """The marked keys, those in an open range included."""
        return frozenset(self._marks.union(self._range_keys()))

    @property
    def marked_count(self) -> int:
        """How many rows are marked."""
        return len(self.marks) if self._anchor is not None else len(self._marks)

    @property
    def hidden_count(self) -> int:
        """How many of the marked rows are not shown."""
        if not self._marks:
            return 0
        return len(self._marks) - sum(map(self._marks.__contains__, self.keys))

    def clear_marks(self) -> None:
        """Unmark everything; `bring_back` undoes it."""
        if marks := self.marks:
            self._last_marks = marks
        self._anchor = None
        self._marks = set()
        self._marks_changed()

    def bring_back(self) -> bool:
        """Mark what was marked before marks were last cleared; return whether there was any."""
        self.mark(self._last_marks)
        return bool(self._last_marks)

    def mark(self, keys: Iterable[int]) -> None:
        """Mark rows, shown or not, beside those that are marked."""
        self._marks.update(keys)
        self._marks_changed()

    def restrict_marks(self) -> None:
        """Unmark what is not shown, when everything that exists is shown."""
        if self._marks and (gone := self._marks.difference(self.keys)):
            self._marks -= gone
            self._marks_changed()

    def leave_range(self) -> bool:
        """Give up an open range; return whether there was one."""
        if self._anchor is None:
            return False
        self._anchor = None
        self._marks_changed()
        return True

    def action_mark(self) -> None:
        """Mark the cursor's row or unmark it, and move down; in a range, mark the range."""
        key = self.cursor_key
        if key is None:
            return
        if self._anchor is not None:
            self._end_range()
            return
        self._marks ^= {key}
        self.refresh_row(self.cursor)
        self._marked()
        self.cursor += 1

    def action_range(self) -> None:
        """Begin a range on the cursor's row, or mark the one that is open."""
        if self._anchor is not None:
            self._end_range()
        elif self.cursor_key is not None:
            self._begin_range(stretching=False)

    def action_stretch(self, by: int) -> None:
        """Move the cursor and mark what it passes; the next plain move ends it."""
        if self._anchor is None and self.cursor_key is not None:
            self._begin_range(stretching=True)
        self.cursor += by

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._end_stretch()
        super().action_move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor and the view by pages."""
        self._end_stretch()
        super().action_page(by)

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self._end_stretch()
        super().action_go(index)

    def action_mark_all(self) -> None:
        """Mark all that are shown; unmark them when all are marked already."""
        self._anchor = None
        if all(map(self._marks.__contains__, self.keys)):
            self._marks.difference_update(self.keys)
        else:
            self._marks.update(self.keys)
        self._marks_changed()

    def action_invert(self) -> None:
        """Invert the marks of all that are shown."""
        self._anchor = None
        self._marks.symmetric_difference_update(self.keys)
        self._marks_changed()

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw what the move changed; in a range that can be any line between."""
        super().watch_cursor(before, now)
        if self._anchor is not None and before != now:
            self._marks_changed()

    def _keys_changed(self) -> None:
        if self._anchor is not None:
            try:
                self._anchor = self.keys.index(self._anchor_key)
            except ValueError:
                self._anchor = None

    def _begin_range(self, *, stretching: bool) -> None:
        self._anchor, self._anchor_key = self.cursor, self.keys[self.cursor]
        self._stretching = stretching
        self._marks_changed()

    def _end_stretch(self) -> None:
        if self._stretching and self._anchor is not None:
            self._end_range()

    def _end_range(self) -> None:
        self._marks.update(self._range_keys())
        self._anchor = None
        self._marks_changed()

    def _range_keys(self) -> Sequence[int]:
        if self._anchor is None:
            return ()
        first, last = sorted((self._anchor, self.cursor))
        return self.keys[first : last + 1]

    def _in_range(self, index: int) -> bool:
        if self._anchor is None:
            return False
        first, last = sorted((self._anchor, self.cursor))
        return first <= index <= last

    def _marks_changed(self) -> None:
        self.refresh()
        self._marked()

    @property
    def _sign_width(self) -> int:
        return super()._sign_width + 1

    def _signs(self, key: int, index: int) -> tuple[Signs, Signs, Signs]:
        if key in self._marks:
            return _MARKED
        return _RANGED if self._in_range(index) else _UNMARKED
