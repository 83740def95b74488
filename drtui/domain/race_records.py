"""Races as the store knows them: with their age, what is on its way, and what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.races import ListedRace, Ranking


@dataclass(frozen=True, slots=True)
class StoredRace:
    """A race with what drtui knows of it beyond the deployment.

    Attributes:
        key: What tables and marks count by; it stays the same for as long as the store does.
        as_of: When it was last read or written.
        pending: What operations on their way will do to it, such as `to be deleted`; empty is
            nothing.
        gone_at: When it was not there any more; None while it is.
    """

    key: int
    race: ListedRace
    as_of: datetime
    pending: str = ""
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RaceListing:
    """How reading the list of races goes.

    Attributes:
        read_at: When all were last read; None when they never were.
        tried_at: When that was last tried.
        trouble: Why it failed the last time; empty when it did not.
    """

    read_at: datetime | None = None
    tried_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class StoredLeaderboard:
    """A race's leaderboard as last read.

    Attributes:
        rankings: As sent, without the links to videos.
        read_at: When; None when it never was, and then there are none here.
        trouble: Why reading it failed the last time; empty when it did not.
    """

    rankings: tuple[Ranking, ...] = ()
    read_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PositionChange:
    """An alias's place on a leaderboard from a moment on.

    Attributes:
        rank: None from when it was not there any more.
        score: In ms; None where it was not told.
    """

    alias: str
    rank: int | None
    score: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredLive:
    """A live race as last read.

    Attributes:
        state: None where it was never read.
        queue: In its order.
        read_at: When the queue was last read, or written by a call of drtui's own; None never.
        trouble: Why reading failed the last time; empty when it did not.
    """

    state: LiveState | None = None
    queue: tuple[QueueItem, ...] = ()
    read_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class NamedRacer:
    """Somebody who bears an alias.

    Attributes:
        email: None is unknown.
        tags: Labels, as `label` or `key:value`.
        ready_models: How many of the models are ready; None where they were never listed.
        certain: Whether nothing is known that makes it doubtful: that the racer is gone, or bore
            the alias only before or after it was read.
    """

    profile_id: str
    alias: str
    email: str | None
    tags: tuple[str, ...] = ()
    ready_models: int | None = None
    certain: bool = True
