"""Where a race stands at a moment, and how that reads.

A race is open from its opening to its closing, both included (DeepRacer API facts, DELETE
/leaderboards/{id}). A live race has a state of its own beside that.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.durations import duration_text
from drtui.domain.race_times import time_text
from drtui.domain.races import Definition, LiveStatus, RaceType, TimingMethod
from drtui.domain.text import clean


class Staged(Protocol):
    """A race of which it is known how it stands, such as a `ListedRace`."""

    @property
    def definition(self) -> Definition:
        """What it is to be."""

    @property
    def live_status(self) -> str:
        """As sent; empty where it was not told."""

    @property
    def auto_launch(self) -> bool | None:
        """Whether the next submission is run by itself; None where it was not told."""

    @property
    def submissions_open(self) -> bool | None:
        """Whether a live race takes submissions; None where it was not told."""


class RaceState(StrEnum):
    """Where a race stands."""

    FUTURE = "future"
    OPEN = "open"
    CLOSED = "closed"


NOT_CLOSED: Final = frozenset({RaceState.FUTURE, RaceState.OPEN})
"""Those that count against the quota of open or future races."""

_LIVE: Final[Mapping[str, str]] = {
    LiveStatus.SCHEDULED: "scheduled",
    LiveStatus.IN_PROGRESS: "running",
    LiveStatus.COMPLETED: "completed",
}
_TYPES: Final = {
    RaceType.TIME_TRIAL: "time trial",
    RaceType.OBJECT_AVOIDANCE: "object avoidance",
}
_TIMINGS: Final = {
    TimingMethod.BEST_LAP: "best lap",
    TimingMethod.AVERAGE_LAP: "average lap",
    TimingMethod.TOTAL: "total time",
}


def state_of(definition: Definition, now: datetime) -> RaceState:
    """Return where a race stands at a moment."""
    if now < definition.opens_at:
        return RaceState.FUTURE
    return RaceState.OPEN if now <= definition.closes_at else RaceState.CLOSED


def countdown(definition: Definition, now: datetime) -> str:
    """Say what comes next: `opens in 2 h 05 min`, `closes in 40 s`, `closed 3 d 4 h ago`."""
    match state_of(definition, now):
        case RaceState.FUTURE:
            return f"opens in {duration_text(definition.opens_at - now)}"
        case RaceState.OPEN:
            return f"closes in {duration_text(definition.closes_at - now)}"
        case RaceState.CLOSED:
            return f"closed {duration_text(now - definition.closes_at)} ago"


def live_text(race: Staged) -> str:
    """Say how a live race stands, such as `scheduled · submissions open · auto-launch`.

    Empty where it is no live race. What was not told is left out.
    """
    if not race.definition.live:
        return ""
    submissions = {True: "submissions open", False: "submissions closed", None: ""}
    parts = (
        live_status_text(race.live_status),
        submissions[race.submissions_open],
        "auto-launch" if race.auto_launch else "",
    )
    return " · ".join(filter(None, parts))


def live_status_text(status: str) -> str:
    """Say how a live race stands, such as `running`; `live` where it was not told."""
    return _LIVE.get(status) or clean(status, 30) or "live"


def live_countdown(race: Staged, now: datetime) -> str:
    """Say when a live race that is scheduled begins: `live in 2 h`, `live since 5 min`."""
    at = race.definition.live_at
    over = race.live_status not in ("", LiveStatus.SCHEDULED)
    if not race.definition.live or at is None or over:
        return ""
    if now < at:
        return f"live in {duration_text(at - now)}"
    return f"could be live since {duration_text(now - at)}"


def type_text(race_type: str) -> str:
    """Return what is to be driven, safe to show; as sent where it is not known."""
    return _TYPES[RaceType(race_type)] if race_type in _TYPES else clean(race_type, 40)


def timing_text(timing: str) -> str:
    """Return what is ranked by, safe to show; as sent where it is not known."""
    return _TIMINGS[TimingMethod(timing)] if timing in _TIMINGS else clean(timing, 40)


def span_text(definition: Definition, zone: tzinfo) -> str:
    """Return from when to when a race is open, each with its zone."""
    return f"{time_text(definition.opens_at, zone)} to {time_text(definition.closes_at, zone)}"
