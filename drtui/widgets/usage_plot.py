"""Used hours over time as a plot. The plotting library is imported when the first one is drawn."""

import math
import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from drtui.domain.quotas import hours_text
from drtui.widgets.sync_status import local

Points = Sequence[tuple[datetime, int]]

_FOCUS, _DIM = "$primary", "$foreground-muted"
_DRAWN: Final = re.compile("([\N{BRAILLE PATTERN DOTS-1}-\N{BRAILLE PATTERN DOTS-12345678}]+)")
_CELLS_A_TICK: Final = 18
_LEAST: Final = (24, 8)  # of a plot that says anything
_SHORT: Final = timedelta(days=3)  # up to here the time of day matters
_RESET: Final = "\N{ESCAPE}[0m"


class UsagePlot(Widget):
    """Hours used, month after month, over local time; a sentence where there is nothing to plot."""

    usage: reactive[Points] = reactive((), layout=True)
    """Readings with the minutes used up to then, the oldest first."""

    @property
    def worth_drawing(self) -> bool:
        """Whether there is more than one value to draw."""
        return len({minutes for _, minutes in self.usage}) > 1

    def watch_usage(self) -> None:
        """Take no more room than a sentence needs."""
        self.set_class(not self.worth_drawing, "-in-words")

    def render(self) -> Content:
        """Draw the plot, or say why there is none."""
        width, height = self.size
        if not self.worth_drawing:
            return Content.styled(in_words(self.usage), _DIM)
        if width < _LEAST[0] or height < _LEAST[1]:
            return Content.styled("No room for the plot here.", _DIM)
        return plotted(self.usage, width, height)


def in_words(usage: Points) -> str:
    """Say what readings tell that are too few, or all the same."""
    if not usage:
        return "No readings of used hours yet."
    first, minutes = usage[0]
    hours, since = f"{hours_text(minutes)} h", f"{local(first):%Y-%m-%d %H:%M %Z}"
    if len(usage) == 1:
        return f"One reading so far: {hours} at {since}; a plot needs two."
    return f"Unchanged since the first reading: {hours} at {since}."


def plotted(usage: Points, width: int, height: int) -> Content:
    """Return the plot with a caption, in so many cells and lines."""
    first, last = local(usage[0][0]), local(usage[-1][0])
    caption = f"All months · {first:%m-%d %H:%M} to {last:%m-%d %H:%M %Z}"
    lines = [Content.styled(caption, _DIM).truncate(width, ellipsis=True)]
    for line in _drawing(usage, width, height - 1):
        parts = _DRAWN.split(line)
        styles = [(text, _FOCUS if at % 2 else _DIM) for at, text in enumerate(parts)]
        lines.append(Content.assemble(*styles))
    return Content("\n").join(lines)


def _drawing(usage: Points, width: int, height: int) -> list[str]:
    from textual_plotext import Plot

    steps = stepped(thinned(usage, 2 * width))
    at = [moment.timestamp() for moment, _ in steps]
    most = max(minutes for _, minutes in steps) / 60
    plot: Any = Plot()
    plot.theme("clear")
    plot.plotsize(width, height)
    # It limits that to the terminal that it finds; textual-plotext's own widget does the same.
    plot._set_size(width, height)
    plot.plot(at, [minutes / 60 for _, minutes in steps], marker="braille")
    plot.ylim(0, most)
    plot.yticks([0, most / 2, most], [f"{hours:,.1f}" for hours in (0, most / 2, most)])
    plot.xticks(*_ticks(usage[0][0], usage[-1][0], width))
    drawn: str = plot.build()
    return [line.rstrip() for line in drawn.replace(_RESET, "").splitlines()]


def thinned(usage: Points, most: int) -> Points:
    """Return the last reading of each of so many equal spans of time, and the first of all."""
    first, last = usage[0][0], usage[-1][0]
    span = (last - first).total_seconds() or 1.0
    kept = {int((at - first).total_seconds() / span * most): (at, used) for at, used in usage}
    return [usage[0], *(point for point in kept.values() if point != usage[0])]


def stepped(usage: Points) -> Points:
    """Return the corners of the steps: a value holds until the reading that found another."""
    corners = [usage[0]]
    for at, minutes in usage[1:]:
        corners += [(at, corners[-1][1]), (at, minutes)]
    return corners


def _ticks(first: datetime, last: datetime, width: int) -> tuple[list[float], list[str]]:
    most = max(2, width // _CELLS_A_TICK)
    span = last - first
    if span <= _SHORT:
        moments, form = [first + span * step / (most - 1) for step in range(most)], "%m-%d %H:%M"
    else:
        moments, form = midnights(first, last, most), "%m-%d"
    return [at.timestamp() for at in moments], [f"{local(at):{form}}" for at in moments]


def midnights(first: datetime, last: datetime, most: int) -> list[datetime]:
    """Return beginnings of local days between two moments, at equal distances, at most so many."""
    day = local(first).date() + timedelta(days=1)
    days = (local(last).date() - day).days + 1
    every = max(1, math.ceil(days / most))
    starts = (day + timedelta(days=ahead) for ahead in range(0, days, every))
    return [datetime.combine(start, time.min).astimezone() for start in starts]
