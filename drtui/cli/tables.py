"""Tables for people: as wide as they need to be in a file, as wide as the screen in a terminal."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size

from drtui.cli.output import emit, say
from drtui.domain.text import clean

_GAP: Final = "  "
_LEAST: Final = 12  # cells that a text needs so that people can tell one from another


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        number: Aligned to the right, and never cut: a cut number is another number.
        spare: Left out where there is no room, the highest first; 0 stays.
    """

    heading: str
    number: bool = False
    spare: int = 0


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, one line a row; what there is no room for is named on stderr.

    Args:
        columns: Their headings; the line of headings is left out where all are empty.
        rows: Cells, already texts; cleaned here.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    needed = [max((cell_len(row[at]) for row in cells), default=0) for at in range(len(columns))]
    widths = {
        at: max(width, cell_len(column.heading))
        for at, (width, column) in enumerate(zip(needed, columns, strict=True))
    }
    terminal = sys.stdout.isatty()
    if terminal:
        widths = _fitted(columns, widths, shutil.get_terminal_size().columns)
    lines = [_line(columns, widths, row) for row in cells]
    if any(column.heading for column in columns):
        heading = _line(columns, widths, [column.heading for column in columns])
        bold = terminal and os.environ.get("TERM") != "dumb"
        lines.insert(0, f"\N{ESCAPE}[1m{heading}\N{ESCAPE}[0m" if bold else heading)
    emit("".join(f"{line}\n" for line in lines))
    left_out = [column.heading for at, column in enumerate(columns) if at not in widths]
    if left_out:
        say(f"No room for: {', '.join(left_out)} (a wider terminal, --json and --csv have them).")


def print_page(pairs: Sequence[tuple[str, str]]) -> None:
    """Print labels and values, a line each; nothing is cut. An empty label goes on with the last.

    Args:
        pairs: Texts; cleaned here.
    """
    width = max(cell_len(label) for label, _ in pairs)
    emit("".join(f"{_cell(label, width, False)}{_GAP}{clean(text)}\n" for label, text in pairs))


def _fitted(columns: Sequence[Column], widths: dict[int, int], room: int) -> dict[int, int]:
    """Leave columns out and make texts narrower until a line fits, as far as it goes."""
    widths = dict(widths)

    def missing(taken: Sequence[int]) -> int:
        return sum(taken) + len(_GAP) * (len(taken) - 1) - room

    def least(at: int) -> int:
        return widths[at] if columns[at].number else min(widths[at], _LEAST)

    for at in sorted(widths, key=lambda at: -columns[at].spare):
        if columns[at].spare and missing([least(each) for each in widths]) > 0:
            del widths[at]
    excess = missing(list(widths.values()))
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
