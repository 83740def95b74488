"""A cell that is too wide for its column stands on room before it, or its column's alone."""

from collections.abc import Mapping

import pytest
from rich.style import Style

from drtui.widgets.cells import Cell, Run
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.row_lines import LineKey, RowLines, Signs

NAME = Column("name", "Name", 8)
BAR = Column("bar", "", 4, lends=True)
NUMBER = Column("number", "Number", 5, borrows=True)
LAST = Column("last", "Last", 3, right=True)


def drawn(row: Mapping[str, str], *columns: Column) -> str:
    def cell(of: Mapping[str, str], placed: PlacedColumn) -> Cell:
        text = of[placed.column.name]
        return [Run(text if len(text) <= placed.width + placed.spare else "short")]

    lines = RowLines(columns, cell, lambda _tone, _cursor: Style())
    room = sum(one.width for one in columns) + 2 * (len(columns) - 1)
    return lines.line(LineKey(1, Signs(()), False, Signs((Run("|"),))), row, room).text


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("12345", "ada       ▇▇▁▁  12345  end |"),
        ("1234567", "ada           1234567  end |"),
        ("12345678901", "ada       12345678901  end |"),
        ("123456789012", "ada       ▇▇▁▁  short  end |"),
    ],
)
def test_the_bar_goes_where_the_number_beside_it_takes_its_room(number: str, said: str) -> None:
    row = {"name": "ada", "bar": "▇▇▁▁", "number": number, "last": "end"}
    assert drawn(row, NAME, BAR, NUMBER, LAST) == said


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("ada", "1234567", "ada     1234567  end |"),
        ("ada", "1234567890", "ada  1234567890  end |"),
        ("ada", "12345678901", "ada       short  end |"),
        ("ada-love", "123456", "ada-love  short  end |"),
    ],
)
def test_of_another_cell_only_what_it_leaves_blank_is_taken(
    name: str, number: str, said: str
) -> None:
    row = {"name": name, "number": number, "last": "end"}
    assert drawn(row, NAME, NUMBER, LAST) == said
