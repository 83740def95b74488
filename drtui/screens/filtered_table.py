"""A table's rows on the screen: what its screen asks of them beside marks and cursor."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from drtui.domain.text import clean
from drtui.widgets.cells import Cell
from drtui.widgets.columns import Column, PlacedColumn, order_sign
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.record_table import Row

_NAMED: Final = 20  # characters of a name, where there are two in a line


class FilteredTable(MarkedTable[Row]):
    """A table that can name its rows, and take back a jump of its cursor.

    A row may vanish under the cursor, which is on its neighbour then without anybody having moved
    it there.

    Args:
        columns: See `MarkedTable`.
        cells: See `MarkedTable`.
        fetch: See `MarkedTable`.
        marked: See `MarkedTable`.
        refuses: Says why an action cannot be done now, and returns whether that is so.
        called: Returns what a row is called.
        titles: What each thing that rows can be sorted by is called.
        empty: See `MarkedTable`.

    Attributes:
        slipped: The name, safe to show and in quotes, of the row that the cursor came to when its
            own vanished; empty once it was moved from there.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row, PlacedColumn], Cell],
        fetch: Callable[[Sequence[int]], Mapping[int, Row]],
        marked: Callable[[], None],
        *,
        refuses: Callable[[str], bool],
        called: Callable[[Row], str],
        titles: Mapping[str, str],
        empty: str,
    ) -> None:
        super().__init__(columns, cells, fetch, marked, empty=empty)
        self._refuses = refuses
        self._called = called
        self._titles = titles
        self.slipped = ""
        self._jumped_from: tuple[int | None, int] = (None, 0)  # the key, and its line on the screen

    @property
    def unseen_order(self) -> str:
        """What the rows are sorted by, such as `limit on hours ▼`, where no heading shows it."""
        name, reverse = self.sorted_by
        if not name or self.order_shown:
            return ""
        title = self._titles[name].partition(" (")[0]
        if not title[:2].isupper():
            title = title[:1].lower() + title[1:]
        return f"{title} {order_sign(reverse=reverse)}"

    def answer(
        self, keys: Sequence[int], rows: Mapping[int, Row], *, stay: bool, again: bool
    ) -> str:
        """Take new keys and rows; see `show`.

        Args:
            keys: See `show`.
            rows: See `show`.
            stay: See `show`.
            again: Whether they answer the same question as those before, so that a row that is
                not there any more has vanished by itself.

        Returns:
            What there is to say where the row under the cursor has; else empty.
        """
        before = self.cursor_key
        row = None if before is None else self._rows.get(before)
        self.show(keys, rows, stay=stay)
        now = self.cursor_key
        if not again or now is None:
            self.slipped = ""
        elif before not in (None, now):
            left = "" if row is None else clean(self._called(row), _NAMED)
            self.slipped = f"“{clean(self.name_of(now), _NAMED)}”"
            return f"“{left}” has gone: the cursor is on {self.slipped} now."
        return ""

    def _alike(self, known: Mapping[int, Row]) -> Collection[int]:
        """What these rows show is in them."""
        return {key for key, row in self._rows.items() if known.get(key) == row}

    def watch_cursor(self, before: int, now: int) -> None:
        """Whoever moves it knows where it is."""
        super().watch_cursor(before, now)
        if before != now:
            self.slipped = ""

    def on_resize(self) -> None:
        """Say the order where its column has gone; Textual calls the base's handler too."""
        self._marked()

    def row_of(self, key: int) -> Row | None:
        """Return a row; None where it is gone."""
        return self._row(key)

    def name_of(self, key: int) -> str:
        """Return what a row is called, safe to show; empty where it is gone."""
        row = self._row(key)
        return "" if row is None else clean(self._called(row))

    def action_mark(self) -> None:
        """Mark the cursor's row or unmark it, and move down; in a range, mark the range."""
        if not self._refuses("mark"):
            super().action_mark()

    def action_range(self) -> None:
        """Begin a range on the cursor's row, or mark the one that is open."""
        if not self._refuses("range"):
            super().action_range()

    def action_mark_all(self) -> None:
        """Mark all that are shown, where they are those that were asked for."""
        if not self._refuses("mark_all"):
            super().action_mark_all()

    def action_invert(self) -> None:
        """Invert the marks of all that are shown, where they are those that were asked for."""
        if not self._refuses("invert"):
            super().action_invert()

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self._jumped_from = (self.cursor_key, self.cursor - self.top)
        super().action_go(index)

    def look_at_first(self) -> None:
        """Go to the first row, for which an order is chosen; an open range keeps its end."""
        if self._anchor is None:
            self.cursor = 0

    def jump_back(self) -> None:
        """Put cursor and view where they were before the cursor last jumped."""
        key, line = self._jumped_from
        if key is not None and key in self.keys:
            self.cursor = self.keys.index(key)
            self.top = self.cursor - line
