"""Textual's DataTable with the racers of a store and nothing else: `data_table.py STORE`.

It does what an app has to do with that table: a filter clears it and adds the rows that match,
a mark is a cell. `f` filters, `x` clears the filter, `a` marks all, each time with
another sign.
"""

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tests.bench.racers import FILTER

TITLES = ("", "Alias", "Email", "Status", "", "Hours / limit", "Queued", "Models", "GB", "USD")


def read_rows(path: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        racers = connection.execute(
            "SELECT alias, email, status, minutes_used, minutes_limit, minutes_queued, models, "
            "models_limit, storage_bytes FROM sponsored_user ORDER BY search_text"
        )
        return [
            (
                *(" ", alias, email, status, "▇▁▁▁▁▁"),
                *(f"{used / 60:>6.1f} / {limit / 60:.0f}", f"{queued / 60:.1f}"),
                *(f"{models:>3} / {most}", f"{size / 2**30:.1f}", f"{used / 60 * 0.714:.2f}"),
            )
            for alias, email, status, used, limit, queued, models, most, size in racers
        ]


class TableApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter"),
        Binding("x", "clear"),
        Binding("a", "mark_all"),
    ]

    def __init__(self, rows: Sequence[tuple[str, ...]]) -> None:
        super().__init__()
        self.rows = rows
        self.signs = cycle("●○")

    def compose(self) -> ComposeResult:
        yield DataTable[str](cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for number, title in enumerate(TITLES):
            table.add_column(title, key=str(number))
        table.add_rows(self.rows)

    def _show(self, rows: Sequence[tuple[str, ...]]) -> None:
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(rows)

    def action_filter(self) -> None:
        self._show([row for row in self.rows if FILTER in row[1] or FILTER in row[2]])

    def action_clear(self) -> None:
        self._show(self.rows)

    def action_mark_all(self) -> None:
        table = self.query_one(DataTable)
        sign = next(self.signs)
        for key in table.rows:
            table.update_cell(key, "0", sign)


if __name__ == "__main__":
    TableApp(read_rows(sys.argv[1])).run()
