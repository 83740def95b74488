"""Reports as HTML: one file each, which asks for nothing from anywhere and runs nothing.

Texts are data: they are cleaned, and escaped by the templates. A report opens wherever it is
copied to, offline, and prints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from drtui.domain.text import clean

_LONGEST: Final = 4_000
_PACKAGE: Final = "drtui.commands"
_FOLDER: Final = "reports"


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report's table; numbers are aligned to the right."""

    heading: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of a report's table.

    Attributes:
        cells: As many as there are columns.
        anchor: Of the sheet that the row leads to; empty where there is none.
    """

    cells: tuple[str, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table; `link` is the column whose cells lead to sheets."""

    caption: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    link: int = 1


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """A line of steps, such as the places over time.

    Attributes:
        caption: What it shows.
        points: Of the line, each within `width` and `height`.
        top: What the upper edge stands for; likewise `bottom`, `left` and `right`.
    """

    caption: str
    points: tuple[tuple[float, float], ...]
    width: int
    height: int
    top: str
    bottom: str
    left: str
    right: str

    @property
    def line(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """A place on the podium."""

    place: int
    name: str
    value: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """What there is to one racer; `anchor` is its name within the page."""

    anchor: str
    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...] = ()
    plots: tuple[ReportPlot, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A page.

    Attributes:
        facts: Labels and values below the title.
        notes: What the reader has to know beside.
        written: When, and as of when, in words.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    written: str
    podium: tuple[ReportPlace, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    notes: tuple[str, ...] = ()
    sheets: tuple[ReportSheet, ...] = ()


def report_html(report: Report) -> str:
    """Return a report as a page of HTML."""
    return _environment().get_template("report.html.j2").render(report=report)


def sheet_html(report: Report, sheet: ReportSheet) -> str:
    """Return one sheet of a report as a page of its own."""
    return _environment().get_template("sheet.html.j2").render(report=report, sheet=sheet)


def podium_of(places: Sequence[ReportPlace]) -> tuple[ReportPlace, ...]:
    """Return those who stand on the podium: the first three places, ties included."""
    return tuple(one for one in places if one.place <= 3)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE, _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _safe(value: object) -> object:
    """Clean what a template writes, but for what is HTML already, such as a macro's."""
    return clean(value, _LONGEST) if type(value) is str else value
