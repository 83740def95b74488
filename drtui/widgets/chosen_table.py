"""A table of which the row under the cursor is what is acted on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from drtui.widgets.cells import Cell
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.record_table import RecordTable

Row = TypeVar("Row")


def _nothing() -> None:
    """Nobody wants to know."""


class ChosenTable(RecordTable[Row]):
    """A table that tells whenever its cursor came to another row.

    Args:
        columns: See `RecordTable`.
        cells: See `RecordTable`.
        fetch: See `RecordTable`.
        empty: What to say when there is no row.
        moved: Called when the cursor was moved; after `show` it is for the caller to look.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row, PlacedColumn], Cell],
        fetch: Callable[[Sequence[int]], Mapping[int, Row]],
        *,
        empty: str,
        moved: Callable[[], None] = _nothing,
    ) -> None:
        super().__init__(columns, cells, fetch, empty=empty)
        self._moved = moved

    @property
    def cursor_row(self) -> Row | None:
        """The row that the cursor is on; None when there is none."""
        key = self.cursor_key
        return None if key is None else self._row(key)

    def watch_cursor(self, before: int, now: int) -> None:
        """Tell that it moved."""
        super().watch_cursor(before, now)
        self._moved()
