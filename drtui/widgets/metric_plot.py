"""A number over the episodes of a training: each episode as a dot, the means as a line.

The plotting library is imported when the first one is drawn.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

Points = tuple[tuple[float, float], ...]

_FOCUS, _DIM = "bold $primary", "$foreground-muted"
_BLANK: Final = "\N{BRAILLE PATTERN BLANK}"
_DRAWN: Final = re.compile("[\N{BRAILLE PATTERN DOTS-1}-\N{BRAILLE PATTERN DOTS-12345678}]")
_CELLS_A_TICK: Final = 12
_APART: Final = 0.5  # of a step: nearer to the end, a label would run into its label
_LEAST: Final = (24, 6)  # of a plot that says anything
_RESET: Final = "\N{ESCAPE}[0m"


@dataclass(frozen=True, slots=True)
class Series:
    """What a plot shows over the numbers of episodes.

    Attributes:
        name: What the line is, such as `reward, mean of an iteration`.
        line: In order; drawn where there are two points or more.
        dots: Drawn behind the line.
        top: The upper end of the axis; None is as the numbers have it.
        nothing: What is said where there is nothing to draw.
    """

    name: str
    line: Points = ()
    dots: Points = ()
    top: float | None = None
    nothing: str = ""

    @property
    def worth_drawing(self) -> bool:
        """Whether there are two points at least."""
        return len(self.line) > 1 or len(self.dots) > 1

    @property
    def every(self) -> Points:
        """All points."""
        return (*self.line, *self.dots)


class MetricPlot(Widget):
    """A series as a plot; a sentence where there is nothing to plot."""

    series: reactive[Series] = reactive(Series(""), layout=True)

    def watch_series(self) -> None:
        """Take no more room than a sentence needs."""
        self.set_class(not self.series.worth_drawing, "-in-words")

    def render(self) -> Content:
        """Draw the plot, or say why there is none."""
        width, height = self.size
        if not self.series.worth_drawing:
            return Content.styled(self.series.nothing, _DIM)
        if width < _LEAST[0] or height < _LEAST[1]:
            return Content.styled("No room for the plot here.", _DIM)
        return plotted(self.series, width, height)


def plotted(series: Series, width: int, height: int) -> Content:
    """Return the plot with a caption, in so many cells and lines."""
    caption = series.name
    if series.dots and len(series.line) > 1:
        caption += " (dots: episodes)"
    lines = [Content.styled(caption, _DIM).truncate(width, ellipsis=True)]
    behind = _drawing(series, series.dots, width, height - 1, dots=True)
    before = _drawing(series, series.line, width, height - 1, dots=False)
    for back, front in zip(behind, before, strict=True):
        lines.append(_merged(back.ljust(width), front.ljust(width)).truncate(width))
    return Content("\n").join(lines)


def _merged(back: str, front: str) -> Content:
    """Lay a line of the drawing over the one behind it, cell by cell."""
    runs: list[tuple[str, str]] = []
    for below, above in zip(back, front, strict=True):
        focus = _DRAWN.match(above) is not None
        char = above if focus or above not in f" {_BLANK}" else below
        style = _FOCUS if focus else _DIM
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + char, style)
        else:
            runs.append((char, style))
    return Content.assemble(*runs).rstrip()


def _drawing(
    series: Series, points: Points, width: int, height: int, *, dots: bool
) -> Sequence[str]:
    """Draw points on the axes of the whole series."""
    from textual_plotext import Plot

    across = [x for x, _ in series.every]
    values = [y for _, y in series.every]
    low, high = min(0.0, *values), max(values) if series.top is None else series.top
    if low == high:
        high = low + 1
    plot: Any = Plot()
    plot.theme("clear")
    plot.plotsize(width, height)
    # It limits that to the terminal that it finds; textual-plotext's own widget does the same.
    plot._set_size(width, height)
    if points:
        draw = plot.scatter if dots else plot.plot
        draw([x for x, _ in points], [y for _, y in points], marker="braille")
    else:  # an empty plot has no axes
        plot.plot([across[0]], [high * 2 + 1], marker="braille")
    first, last = min(across), max(across)
    plot.xlim(first, last if last > first else first + 1)
    plot.ylim(low, high)
    middle = (low + high) / 2
    labels = [_short(value) for value in (low, middle, high)]
    longest = max(len(_short(value)) for value in (low, middle, high))
    plot.yticks([low, middle, high], [label.rjust(longest) for label in labels])
    at = _ticks(first, last, max(2, width // _CELLS_A_TICK))
    plot.xticks(at, [f"{one:,}" for one in at])
    drawn: str = plot.build()
    lines = [line.rstrip() for line in drawn.replace(_RESET, "").splitlines()]
    return [*lines, *([""] * (height - len(lines)))][:height]


def _ticks(first: float, last: float, most: int) -> list[int]:
    """Return round numbers of the axis, about so many at the most, and where it ends."""
    wanted = max(1.0, (last - first) / most)
    power = 10 ** math.floor(math.log10(wanted))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= wanted)
    at = range(math.ceil(first / step), math.floor(last / step) + 1)
    before = [step * one for one in at if last - step * one >= step * _APART]
    return [*(before or [round(first)]), round(last)]


def _short(value: float) -> str:
    """A number in few cells: what an axis says is no exact value."""
    if abs(value) >= 1e6:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"
