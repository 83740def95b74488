"""What there is to say of all races together, as lines for a width."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.race_states import RaceState
from drtui.domain.race_times import SystemZone, zone_at, zone_text
from drtui.domain.summary import MOST_RACES
from drtui.domain.text import clean
from drtui.domain.wording import noun
from drtui.widgets.facts import Lines
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.screens.races_desk import RacesSummary

_HAND, _DIM = "$error", "$foreground-muted"
_SEPARATOR: Final = Content.styled(" · ", _DIM)
_BY_GUIDE: Final = (
    "The guide's 10 races per participant and 50 private leaderboards do not apply here."
)


def summary_lines(
    summary: "RacesSummary", now: datetime, zone: tzinfo, width: int, *, roomy: bool
) -> Lines:
    """Return how many races there are against the guide's quotas, how old that is, and the zone.

    Args:
        summary: As read.
        now: When it is drawn.
        zone: Of the times in the table.
        width: Of the lines, in cells.
        roomy: Whether there is room for what does not apply, too.
    """
    lines = []
    if summary.listing.read_at is not None:
        lines.append(_fitted(_counts(summary), width))
    lines.append(_fitted(_ages(summary, now, zone), width))
    if summary.listing.trouble:
        told = f"The races could not be read: {clean(summary.listing.trouble)} R tries again."
        lines.append(Content.styled(told, _HAND).truncate(width, ellipsis=True))
    if roomy:
        lines.append(Content.styled(_BY_GUIDE, _DIM).truncate(width, ellipsis=True))
    return lines


def _counts(summary: "RacesSummary") -> list[Content]:
    states = summary.states
    counted = states[RaceState.OPEN] + states[RaceState.FUTURE]
    over = f", {counted - MOST_RACES:,} too many" if counted > MOST_RACES else ""
    tone = _HAND if over else ""
    parts = [
        Content.assemble(
            (f"{counted:,}", "bold"),
            (f" of {MOST_RACES} open or future {noun(counted, 'race')}", tone),
            (over, tone),
        ),
        Content(f"{states[RaceState.OPEN]:,} open"),
        Content(f"{states[RaceState.FUTURE]:,} future"),
        Content(f"{states[RaceState.CLOSED]:,} closed"),
    ]
    if summary.live:
        parts.append(Content(f"{summary.live:,} live"))
    if summary.creating:
        parts.append(Content.styled(f"{summary.creating:,} to be created", "$warning"))
    return parts


def _ages(summary: "RacesSummary", now: datetime, zone: tzinfo) -> list[Content]:
    read_at = summary.listing.read_at
    age = "not listed yet" if read_at is None else f"listed {age_text(now - read_at)} ago"
    where = zone_text(zone)
    name = zone_at(now, zone)
    times = f"times in {name}" if where == name else f"times in {where}, {name} now"
    if isinstance(zone, SystemZone):
        times = f"times in {name} (this machine's zone)"
    return [Content(age), Content.styled(times, _DIM)]


def _fitted(parts: list[Content], width: int) -> Content:
    """Join as many parts as there is room for."""
    while len(parts) > 1 and _SEPARATOR.join(parts).cell_length > width:
        parts = parts[:-1]
    return _SEPARATOR.join(parts).truncate(width, ellipsis=True)
