"""Textual's DataTable with the racers of a store and nothing else: `data_table.py STORE`.

It does what an app has to do with that table: it has all columns of the console's, since it
scrolls to those that have no room; a text from outside is a `Text`, since a string would be
markup; a filter clears the table and adds the rows that match; a mark is a cell. `f` filters,
`x` clears the filter, `a` marks all, each time with another sign.
"""

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import cycle
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tests.bench.racers import FILTER

TITLES = (
    *("", "Alias", "Email", "Role", "Status", "", "Hours / limit", "Queued", "Models", "GB"),
    *("USD", "Joined", "Tags"),
)
Cell = str | Text


def read_rows(path: str) -> list[tuple[Cell, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        racers = connection.execute(
            "SELECT alias, email, role, status, minutes_used, minutes_limit, minutes_queued, "
            "models, models_limit, storage_bytes, created_at, tags "
            "FROM sponsored_user ORDER BY search_text"
        )
        return [
            (
                *(" ", Text(alias), Text(email), role, status, "▇▁▁▁▁▁"),
                *(f"{used / 60:>6.1f} / {limit / 60:.0f}", f"{queued / 60:.1f}"),
                *(f"{models:>3} / {most}", f"{size / 2**30:.1f}", f"{used / 60 * 0.714:.2f}"),
                *(f"{datetime.fromtimestamp(joined, UTC):%Y-%m-%d}", Text(tags)),
            )
            for (
                alias,
                email,
                role,
                status,
                used,
                limit,
                queued,
                models,
                most,
                size,
                joined,
                tags,
            ) in racers
        ]


class TableApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter"),
        Binding("x", "clear"),
        Binding("a", "mark_all"),
    ]

    def __init__(self, rows: Sequence[tuple[Cell, ...]]) -> None:
        super().__init__()
        self.rows = rows
        self.signs = cycle("●○")

    def compose(self) -> ComposeResult:
        yield DataTable[Cell](cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for number, title in enumerate(TITLES):
            table.add_column(title, key=str(number))
        table.add_rows(self.rows)

    def _show(self, rows: Sequence[tuple[Cell, ...]]) -> None:
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(rows)

    def action_filter(self) -> None:
        self._show([row for row in self.rows if FILTER in str(row[1]) or FILTER in str(row[2])])

    def action_clear(self) -> None:
        self._show(self.rows)

    def action_mark_all(self) -> None:
        table = self.query_one(DataTable)
        sign = next(self.signs)
        for key in table.rows:
            table.update_cell(key, "0", sign)


if __name__ == "__main__":
    TableApp(read_rows(sys.argv[1])).run()
