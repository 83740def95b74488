"""Tables for people: as wide as they need to be in a file, as wide as the screen in a terminal."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import TextWrapper
from typing import Final

from rich.cells import cell_len, set_cell_size

from drtui.cli.output import emit, say
from drtui.domain.text import clean

_GAP: Final = "  "
_LEAST: Final = 12
_FIRST: Final = 100  # to be left out
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        number: Aligned to the right, and never cut: a cut number is another number.
        spare: Left out where there is no room, the highest first, and numbers that are all 0
            before them; 0 stays.
        least: Cells that a text needs so that people can tell one from another.
        brief: The part of its cells, all equally long, that suffices where there is no room; it
            is never cut.
        below: On a line of its own below its row, and whole, where there is no room.
    """

    heading: str
    number: bool = False
    spare: int = 0
    least: int = _LEAST
    brief: slice | None = None
    below: bool = False


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, one line a row; what there is no room for is named on stderr.

    Args:
        columns: Their headings; the line of headings is left out where all are empty.
        rows: Cells, already texts; cleaned here.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = _widths(columns, cells)
    terminal, below = sys.stdout.isatty(), set[int]()
    room = shutil.get_terminal_size().columns if terminal else 0
    if terminal and _missing(widths, room) > 0:
        cells = [[_brief(*each) for each in zip(columns, row, strict=True)] for row in cells]
        below = {at for at, column in enumerate(columns) if column.below}
        columns = [_if_telling(each, [row[at] for row in cells]) for at, each in enumerate(columns)]
        whole = _widths(columns, cells)
        widths = _fitted(columns, {at: whole[at] for at in whole if at not in below}, room)
    lines = [
        line
        for row in cells
        for line in [_line(columns, widths, row), *_lines_below(columns, below, row, room)]
    ]
    if any(column.heading for column in columns):
        heading = _line(columns, widths, [column.heading for column in columns])
        bold = terminal and os.environ.get("TERM") != "dumb"
        lines.insert(0, f"\N{ESCAPE}[1m{heading}\N{ESCAPE}[0m" if bold else heading)
    emit("".join(f"{line}\n" for line in lines))
    left_out = [
        column.heading for at, column in enumerate(columns) if at not in widths.keys() | below
    ]
    if left_out:
        say(f"No room for: {', '.join(left_out)} (a wider terminal, --json and --csv have them).")


def print_page(pairs: Sequence[tuple[str, str]]) -> None:
    """Print labels and values, a line each; nothing is cut. An empty label goes on with the last.

    Args:
        pairs: Texts; cleaned here.
    """
    width = max(cell_len(label) for label, _ in pairs)
    emit("".join(f"{_cell(label, width, False)}{_GAP}{clean(text)}\n" for label, text in pairs))


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> dict[int, int]:
    return {
        at: max([cell_len(column.heading), *(cell_len(row[at]) for row in cells)])
        for at, column in enumerate(columns)
    }


def _brief(column: Column, cell: str) -> str:
    return cell if column.brief is None else cell[column.brief]


def _if_telling(column: Column, cells: Sequence[str]) -> Column:
    """Return a column that is left out before others where it has nothing but zeros."""
    return replace(column, spare=_FIRST) if column.number and {*cells} == {"0"} else column


def _missing(taken: Mapping[int, int], room: int) -> int:
    return sum(taken.values()) + len(_GAP) * (len(taken) - 1) - room


def _lines_below(
    columns: Sequence[Column], below: set[int], row: Sequence[str], room: int
) -> list[str]:
    texts = [f"{columns[at].heading}: {row[at]}" for at in sorted(below) if row[at]]
    wrapper = TextWrapper(room, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return [line for text in texts for line in wrapper.wrap(text)]


def _fitted(columns: Sequence[Column], widths: dict[int, int], room: int) -> dict[int, int]:
    """Leave columns out and make texts narrower until a line fits, as far as it goes."""
    widths = dict(widths)

    def least(at: int) -> int:
        uncut = columns[at].number or columns[at].brief is not None
        return widths[at] if uncut else min(widths[at], columns[at].least)

    for at in sorted(widths, key=lambda at: -columns[at].spare):
        if columns[at].spare and _missing({each: least(each) for each in widths}, room) > 0:
            del widths[at]
    excess = _missing(widths, room)
    while excess > 0:
        widest = max(widths, key=lambda at: widths[at] - least(at))
        if widths[widest] <= least(widest):
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _line(columns: Sequence[Column], widths: dict[int, int], cells: Sequence[str]) -> str:
    fitted = [_cell(cells[at], width, columns[at].number) for at, width in widths.items()]
    return _GAP.join(fitted).rstrip()


def _cell(text: str, width: int, number: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if number else text + " " * (width - length)
