"""How a race looks as a row of the races' table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from drtui.domain.race_states import (
    RaceState,
    countdown,
    live_countdown,
    live_text,
    state_of,
    type_text,
)
from drtui.domain.race_table import RaceRow
from drtui.domain.race_times import clock_text, in_zone, time_text
from drtui.domain.text import clean
from drtui.domain.tracks import track_name
from drtui.widgets.cells import Cell, Run, Tone, fitting, width_of
from drtui.widgets.columns import Column, PlacedColumn

COLUMNS: Final = (
    Column("name", "Name", 18, most=40, least=12),
    Column("state", "State", 23, most=24, least=18),
    Column("kind", "Kind", 10, most=16, rank=4),
    Column("track", "Track", 14, most=24, rank=3),
    Column("opens", "Opens", 11, most=21, rank=5),
    Column("closes", "Closes", 11, most=21, rank=2),
    Column("participants", "Racers", 6, right=True),
    Column("submissions", "Subm.", 5, right=True, rank=6),
    Column("live", "Live", 9, most=44, least=8),
)
"""Marks and cursor apart, what the table shows."""

COLUMN_TITLES: Final = {
    **{column.name: column.title for column in COLUMNS},
    "state": "State and countdown",
    "participants": "Racers with a submission",
    "submissions": "Submissions per racer",
    "live": "Live state",
}
"""What each column is called where it is chosen."""

USUAL_COLUMNS: Final = tuple(column.name for column in COLUMNS)
"""What is shown where nothing was chosen."""

SORTS: Final = {
    "state": ("state", False),
    "name": ("name", False),
    "opens": ("opens", False),
    "closes": ("closes", False),
    "kind": ("kind", False),
    "track": ("track", False),
    "participants": ("participants", True),
    "submissions": ("submissions", True),
    "live": ("live", False),
}
"""By what the table can be sorted: the field of the store, and whether the largest comes first."""

SORT_TITLES: Final = {
    "state": "State: open, to come, closed",
    "name": "Name",
    "opens": "Opening",
    "closes": "Closing",
    "kind": "Kind",
    "track": "Track",
    "participants": "Racers with a submission",
    "submissions": "Submissions per racer",
    "live": "Live state",
}
"""What each of these is called."""

SORT_LETTERS: Final = dict(
    zip(SORT_TITLES, ("s", "n", "o", "c", "k", "t", "r", "u", "l"), strict=True)
)
"""What chooses each of them."""

OPEN: Final = "▸ "
"""The sign before the countdown of a race that is open."""

_NONE: Final = Run("-", Tone.DIM)
_UNKNOWN: Final = Run("?")
_TONES: Final = {
    RaceState.OPEN: Tone.FOCUS,
    RaceState.FUTURE: Tone.PLAIN,
    RaceState.CLOSED: Tone.DIM,
}
_SEPARATOR: Final = " · "
_WITH_YEAR, _WITH_ZONE = 16, 20  # cells


@dataclass(frozen=True, slots=True)
class ShownRace:
    """A race as it stands at a moment.

    Attributes:
        next: What comes next, such as `closes in 2 h 05 min`.
        live: How a live race stands, or when it begins; empty where it is none.
        zone: Of its times on the screen.
    """

    row: RaceRow
    state: RaceState
    next: str
    live: str
    zone: tzinfo


def shown_race(row: RaceRow, now: datetime, zone: tzinfo) -> ShownRace:
    """Return a race as it stands at a moment; its words are others when something has changed."""
    live = _SEPARATOR.join(filter(None, (live_text(row), live_countdown(row, now))))
    state = state_of(row.definition, now)
    return ShownRace(row, state, countdown(row.definition, now), live, zone)


def race_cell(race: ShownRace, placed: PlacedColumn) -> Cell:
    """Return a race's cell for a column."""
    return _CELLS[placed.column.name](race, placed)


def _name(race: ShownRace, _: PlacedColumn) -> Cell:
    return [Run(clean(race.row.definition.name) or race.row.race_id)]


def _state(race: ShownRace, placed: PlacedColumn) -> Cell:
    """Return the state with its countdown; what is pending is never cut."""
    tone = _TONES[race.state]
    if not race.row.pending:
        return [Run(f"{OPEN if race.state is RaceState.OPEN else ''}{race.next}", tone)]
    pending = Run(f"→ {clean(race.row.pending)}", Tone.PENDING)
    both = [Run(f"{race.state.value} ", tone), pending]
    return both if width_of(both) <= placed.width else [pending]


def _kind(race: ShownRace, _: PlacedColumn) -> Cell:
    return [Run(type_text(race.row.definition.race_type))]


def _track(race: ShownRace, _: PlacedColumn) -> Cell:
    return [Run(track_name(race.row.definition.track))]


def _opens(race: ShownRace, placed: PlacedColumn) -> Cell:
    return _time(race.row.definition.opens_at, race.zone, placed.width)


def _closes(race: ShownRace, placed: PlacedColumn) -> Cell:
    return _time(race.row.definition.closes_at, race.zone, placed.width)


def _time(at: datetime, zone: tzinfo, width: int) -> Cell:
    if width >= _WITH_ZONE:
        return [Run(time_text(at, zone))]
    if width >= _WITH_YEAR:
        return [Run(clock_text(at, zone))]
    return [Run(f"{in_zone(at, zone):%m-%d %H:%M}")]


def _participants(race: ShownRace, _: PlacedColumn) -> Cell:
    number = race.row.participants
    if number is None:
        return [_NONE if race.row.creating else _UNKNOWN]
    return [Run(f"{number:,}")]


def _submissions(race: ShownRace, _: PlacedColumn) -> Cell:
    return [Run(f"{race.row.definition.max_submissions:,}")]


def _live(race: ShownRace, placed: PlacedColumn) -> Cell:
    """Return as much of how a live race stands as there is room for, in whole parts."""
    parts = race.live.split(_SEPARATOR)
    told = [_SEPARATOR.join(parts[:number]) for number in range(len(parts), 0, -1)]
    return [Run(fitting(told, placed.width)) if race.live else _NONE]


_CELLS: Final[Mapping[str, Callable[[ShownRace, PlacedColumn], Cell]]] = {
    "name": _name,
    "state": _state,
    "kind": _kind,
    "track": _track,
    "opens": _opens,
    "closes": _closes,
    "participants": _participants,
    "submissions": _submissions,
    "live": _live,
}
