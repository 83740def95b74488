"""Data goes to stdout, talk to stderr; lists as a table, JSON or CSV."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence

from drtui.domain.text import clean, csv_cell


def say(text: str) -> None:
    """Tell the admin something, on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def print_json(data: object) -> None:
    """Print JSON; ASCII only, so that no text from outside moves a terminal's cursor."""
    sys.stdout.write(json.dumps(data, indent=2) + "\n")


def print_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print CSV; no cell can start a formula. Lists are joined by blanks."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(_flat(row[column])) for column in columns])


def _flat(value: object) -> object:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(str(each) for each in value)
    return value


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: str = "") -> None:
    """Print a table for people, as wide as it needs to be where it goes to a file.

    Args:
        headings: One per column.
        rows: Cells, already texts; cleaned here.
        right: One letter per column, `r` for those that are aligned to the right.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout, highlight=False, markup=False, width=None if terminal else 10_000
    )
    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold" if terminal else "",
        show_header=any(headings),
    )
    for number, heading in enumerate(headings):
        to_the_right = right[number : number + 1] == "r"
        table.add_column(Text(heading), justify="right" if to_the_right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    console.print(table)


class ProgressLine:
    """One line on a terminal's stderr that is written over; nothing where it is not a terminal."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Show a text instead of the last one."""
        if self._terminal and text != self._shown:
            sys.stderr.write(f"\r\N{ESCAPE}[K{text}")
            sys.stderr.flush()
            self._shown = text

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            sys.stderr.write("\r\N{ESCAPE}[K")
            sys.stderr.flush()
            self._shown = ""
