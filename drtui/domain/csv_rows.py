"""The rows of a CSV that people made: each with its line in the file, and none that spoils others.

Python's csv reads the cells. What it does not do is here: it forgets where a row began, lets a
quote that is never closed swallow the rest of the file, and stops at a cell that is too long.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t")
MOST_LINES: Final = 50  # of one row; a quote that is open for longer was not meant as one
_UNCLOSED: Final = "a quote is opened that is not closed"
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank.

    Attributes:
        line: Where it begins in the file, from 1; new lines within quotes are counted.
        cells: Its cells without the blanks around them; empty when it cannot be read.
        fault: Why it cannot be read; empty when it can.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""


class _TooManyLinesError(Exception):
    """A row goes on for longer than a row does."""


class _Feed:
    """Gives lines to a csv reader, and knows how far it has read.

    An empty line follows the last one: a row that takes it as well has a quote that is never
    closed.

    Attributes:
        row: The index of the line in which the row began that is being read.
        next: The index of the line that is read next.
    """

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.row = self.next = first
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        lines = self._lines
        for place in range(self.next, len(lines)):
            if place - self.row >= MOST_LINES:
                raise _TooManyLinesError
            self.next = place + 1
            yield f"{lines[place]}\n"
        self.next += 1
        yield "\n"


def split_lines(text: str) -> list[str]:
    r"""Return the lines as an editor counts them: ended by `\n`, `\r\n` or `\r`.

    A byte order mark before the first and NUL bytes anywhere are dropped.
    """
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return plain.lstrip(_BYTE_ORDER_MARK).split("\n")


def read_rows(
    lines: Sequence[str],
    delimiter: str,
    *,
    first: int = 0,
    may_be_cell: Callable[[str], bool] = lambda _: True,
) -> Iterator[Row]:
    """Yield the rows that are not blank; never raises.

    Where a row cannot be read, its first line alone is told as faulty, and reading goes on with
    the line after it.

    Args:
        lines: What `split_lines` returned.
        delimiter: What stands between cells.
        first: The index of the line to begin with.
        may_be_cell: Whether text of several lines can be one cell; where it cannot, a quote that
            was not meant as one took it for a cell.
    """
    feed = _Feed(lines, first)
    reader = csv.reader(feed, delimiter=delimiter, skipinitialspace=True)
    while feed.row < len(lines):
        fault = ""
        cells: list[str] = []
        try:
            cells = next(reader, [])
        except csv.Error:
            fault = f"a cell has more than {csv.field_size_limit():,} characters"
        except _TooManyLinesError:
            fault = _UNCLOSED
        if feed.next > len(lines):
            fault = fault or _UNCLOSED
        elif feed.next - feed.row > 1 and not all(map(may_be_cell, cells)):
            fault = _UNCLOSED
        if fault:
            yield Row(feed.row + 1, (), fault)
            feed = _Feed(lines, feed.row + 1)
            reader = csv.reader(feed, delimiter=delimiter, skipinitialspace=True)
            continue
        stripped = tuple([cell.strip() for cell in cells])
        if any(stripped):
            yield Row(feed.row + 1, stripped)
        feed.row = feed.next
