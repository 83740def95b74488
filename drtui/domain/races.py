"""Races: a leaderboard's definition and what a deployment tells of one.

A definition is kept as the deployment takes it (DeepRacer API facts, "Leaderboard definition").
Values that this version does not know are kept and shown: a reading never fails for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RaceType(StrEnum):
    """What has to be driven."""

    TIME_TRIAL = "TIME_TRIAL"
    OBJECT_AVOIDANCE = "OBJECT_AVOIDANCE"


class TimingMethod(StrEnum):
    """What a submission is ranked by; each is a time in milliseconds, and less is better."""

    BEST_LAP = "BEST_LAP_TIME"
    AVERAGE_LAP = "AVG_LAP_TIME"
    TOTAL = "TOTAL_TIME"


class Direction(StrEnum):
    """Which way round."""

    CLOCKWISE = "CLOCKWISE"
    COUNTER_CLOCKWISE = "COUNTER_CLOCKWISE"


class LiveStatus(StrEnum):
    """Where a live race stands, as far as this version knows the words; others are shown as sent.

    Only `SCHEDULED` was observed; the others are what the rules of the calls speak of.
    """

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class ObjectPosition:
    """Where an object stands.

    Attributes:
        lane: -1 to 1.
        part: Of the track's length, 0.07 to 0.90.
    """

    lane: float
    part: float


@dataclass(frozen=True, slots=True)
class Definition:
    """What a race is to be.

    Attributes:
        race_type: See `RaceType`; as sent where it is another one. Likewise `timing` and
            `direction`.
        max_submissions: Of each racer; 0 is what the deployment makes of it.
        objects: How many objects; None in a time trial.
        positions: Where they stand; empty leaves it to the deployment.
        continuous_lap: Whether a lap goes on after a reset.
        collision_penalty: Seconds; None leaves it to the deployment. Likewise `off_track_penalty`.
        min_laps: At the least, in one submission.
        max_minutes: For one submission; None leaves it to the deployment.
        live: Whether submissions wait in a queue and are run before an audience.
        live_at: When they are; None where it is no live race.
        max_resets: How often a submission may be begun anew; None leaves it to the deployment (3).
        footer: What a 1.3 deployment shows below the leaderboard; empty where there is nothing.
    """

    name: str
    opens_at: datetime
    closes_at: datetime
    track: str
    direction: str
    race_type: str = RaceType.TIME_TRIAL
    description: str = ""
    max_submissions: int = 5
    objects: int | None = None
    positions: tuple[ObjectPosition, ...] = ()
    continuous_lap: bool = True
    collision_penalty: float | None = None
    off_track_penalty: float | None = None
    min_laps: int = 1
    max_laps: int = 3
    max_minutes: float | None = None
    timing: str = TimingMethod.BEST_LAP
    live: bool = False
    live_at: datetime | None = None
    max_resets: int | None = None
    footer: str = ""


@dataclass(frozen=True, slots=True)
class ListedRace:
    """A race as the deployment lists it.

    Attributes:
        participants: How many have a submission; None where it was not told.
        live_status: As sent, such as `SCHEDULED`; empty where it was not told.
        auto_launch: Whether the next submission is run by itself; None where it was not told.
        submissions_open: Whether a live race takes submissions; None where it was not told, as in
            the answers for one race (DeepRacer API facts, behaviour 9).
        document: All that was sent.
    """

    race_id: str
    definition: Definition
    participants: int | None = None
    live_status: str = ""
    auto_launch: bool | None = None
    submissions_open: bool | None = None
    document: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RacePage:
    """One page of races, by when they close.

    Attributes:
        token: Asks for the next one; None after the last.
        whole: Whether all races of the page could be read: one that could not is there still.
    """

    races: tuple[ListedRace, ...]
    token: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Ranking:
    """A place on a leaderboard; there is neither an email nor a profile's id.

    Attributes:
        rank: 1 is the leader.
        score: What it is ranked by, in ms; None where it was not told, as any other number.
        submission: Which of the racer's submissions it was.
        best_lap: In ms; likewise `average_lap` and `total`.
        video_url: A link that expires, secret for as long as it is good: never stored or shown.
    """

    rank: int
    alias: str
    score: int | None = None
    submission: int | None = None
    submitted_at: datetime | None = None
    laps: int | None = None
    resets: int | None = None
    off_tracks: int | None = None
    collisions: int | None = None
    best_lap: int | None = None
    average_lap: int | None = None
    total: int | None = None
    video_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RankingPage:
    """One page (up to 100) of a leaderboard; `token` asks for the next one, None after the last."""

    rankings: tuple[Ranking, ...]
    token: str | None = None
