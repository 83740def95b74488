"""What races are made of: the race, who is on its leaderboard, and the queue of a live one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

MAX_RESETS = 3
"""How often a submission may begin anew, unless the race says otherwise (DeepRacer API facts)."""


class LiveStatus(StrEnum):
    """Where a live race stands; the facts name the first, the other two are chosen."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


class EntryStatus(StrEnum):
    """Where a submission to a live race stands."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(slots=True)
class Result:
    """A racer's place on a leaderboard.

    Attributes:
        alias: what the racer was called then; shown when the profile is gone.
        score: what counts, in ms.
        number: which of the racer's submissions it was.
        submitted_at: ISO 8601, UTC.
        stats: times in ms, and counts, as the API names them.
    """

    profile_id: str
    alias: str
    model_id: str
    score: int
    number: int
    submitted_at: str
    stats: dict[str, Any]


@dataclass(slots=True)
class Entry:
    """A submission in the queue of a live race.

    Attributes:
        position: a fractional index, which sorts by bytes.
        resets: how often it began anew.
        started_at: ISO 8601, UTC, of the evaluation that runs.
        ends: simulated seconds when that evaluation ends.
    """

    submission_id: str
    position: str
    profile_id: str
    participant: str
    model_id: str
    model_name: str
    submitted_at: str
    status: EntryStatus = EntryStatus.PENDING
    resets: int = 0
    started_at: str | None = None
    ends: float = 0.0


@dataclass(slots=True)
class Trial:
    """An evaluation for a race that is not live; `ends` in seconds of the racers' life."""

    profile_id: str
    model_id: str
    ends: float


@dataclass(slots=True)
class Race:
    """A race.

    Attributes:
        definition: as it was sent, without what this release does not keep.
        results: the best of each racer, by profile.
        submissions: how many each racer has made, by profile.
        entries: the queue of a live race, by submission.
        trials: evaluations under way, unless it is live.
        live_status: None where it is no live race.
        auto_launch: whether the next submission begins by itself; None while nobody said so.
        submissions_open: whether a live race takes submissions.
        idle_until: simulated seconds before which nothing begins by itself.
        winner: whoever was declared, by profile.
    """

    race_id: str
    definition: dict[str, Any]
    results: dict[str, Result] = field(default_factory=dict)
    submissions: dict[str, int] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    live_status: LiveStatus | None = None
    auto_launch: bool | None = None
    submissions_open: bool = False
    idle_until: float = 0.0
    winner: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether submissions wait in a queue."""
        return self.definition.get("isLive") is True

    @property
    def opens(self) -> datetime:
        """When it opens."""
        return datetime.fromisoformat(self.definition["openTime"])

    @property
    def closes(self) -> datetime:
        """When it closes."""
        return datetime.fromisoformat(self.definition["closeTime"])

    @property
    def live_time(self) -> datetime:
        """When submissions of a live race are run."""
        return datetime.fromisoformat(self.definition["liveEventTime"])

    @property
    def max_resets(self) -> int:
        """How often a submission may begin anew."""
        return int(self.definition.get("maxResets", MAX_RESETS))

    def is_open(self, now: datetime) -> bool:
        """Whether racers may submit by its times."""
        return self.opens <= now < self.closes

    def ranked(self) -> list[Result]:
        """The leaderboard, the best first."""
        return sorted(self.results.values(), key=lambda each: (each.score, each.submitted_at))

    def queue(self) -> list[Entry]:
        """All submissions of a live race, in their order."""
        return sorted(self.entries.values(), key=lambda each: each.position.encode())

    def pending(self) -> list[Entry]:
        """The submissions that wait, the next one first."""
        return [each for each in self.queue() if each.status is EntryStatus.PENDING]

    def running(self) -> Entry | None:
        """The submission that runs."""
        return next(
            (each for each in self.entries.values() if each.status is EntryStatus.IN_PROGRESS),
            None,
        )
