"""Races: as they were listed, their leaderboards, what happens in a live one, hidden aliases."""

from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class RaceRow(SQLModel, table=True):
    """A race, as last listed or read.

    Attributes:
        key: Dense, never reused; what tables and marks count by.
        definition: As `race_documents.definition_text` writes it; the columns beside it are what
            tables and filters read of it.
        participants: NULL where it was not told, as `auto_launch` and `submissions_open`.
        live_status: As sent; empty where it was not told.
        document: All that was sent, as JSON.
        search_text: Name, track and description, folded.
        as_of: When it was last read or written.
        written_at: When drtui itself wrote it, or what its own call answered; NULL where it never
            did. Lists lag behind that by a moment.
        live_as_of: The same as `as_of` of what changes while a live race is on; NULL where
            only a list, or the race itself, has told it.
        gone_at: When it was not there any more; NULL while it is.
    """

    __tablename__: ClassVar[str] = "race"
    key: int | None = Field(default=None, primary_key=True)
    race_id: str = Field(unique=True)
    name: str
    race_type: str
    track: str
    timing: str
    opens_at: float
    closes_at: float
    max_submissions: int
    live: bool
    live_at: float | None = None
    participants: int | None = None
    live_status: str = ""
    auto_launch: bool | None = None
    submissions_open: bool | None = None
    definition: str
    document: str
    search_text: str
    as_of: float
    written_at: float | None = None
    live_as_of: float | None = None
    gone_at: float | None = None


class RaceListingRow(SQLModel, table=True):
    """How reading the list of races goes: one row.

    Attributes:
        read_at: When all were last read; NULL when they never were.
        tried_at: When that was last tried; NULL when it never was.
        trouble: Why it failed the last time; empty when it did not.
    """

    __tablename__: ClassVar[str] = "race_listing"
    id: int = Field(default=1, primary_key=True)
    read_at: float | None = None
    tried_at: float | None = None
    trouble: str = ""


class RankingRow(SQLModel, table=True):
    """A place on a race's leaderboard, as last read.

    Attributes:
        line: Its place in the list as sent, from 0: ranks and aliases may occur twice.
        score: In ms, as all times here.
    """

    __tablename__: ClassVar[str] = "ranking"
    race_id: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    rank: int
    alias: str
    score: int | None = None
    submission: int | None = None
    submitted_at: float | None = None
    laps: int | None = None
    resets: int | None = None
    off_tracks: int | None = None
    collisions: int | None = None
    best_lap: int | None = None
    average_lap: int | None = None
    total: int | None = None


class RankingListingRow(SQLModel, table=True):
    """How the last reading of a race's leaderboard went.

    Attributes:
        read_at: When it was last read; NULL when it never was.
        tried_at: When that was last tried.
        trouble: Why that failed; empty when it did not.
        count: How many were on it when it was last read.
        participants: How many the list of races spoke of then; NULL where it did not.
        live_status: What it said of the live race then.
    """

    __tablename__: ClassVar[str] = "ranking_listing"
    race_id: str = Field(primary_key=True)
    read_at: float | None = None
    tried_at: float
    trouble: str = ""
    count: int = 0
    participants: int | None = None
    live_status: str = ""


class RankingChangeRow(SQLModel, table=True):
    """A racer's place on a leaderboard from a moment on; see `rankings.write_rankings`.

    Attributes:
        rank: NULL from when the alias was not on it any more.
    """

    __tablename__: ClassVar[str] = "ranking_change"
    __table_args__ = (Index("ix_ranking_change_race", "race_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    race_id: str
    alias: str
    rank: int | None = None
    score: int | None = None
    at: float


class LiveRaceRow(SQLModel, table=True):
    """How a live race stands, and how reading that goes.

    Attributes:
        document: As `live_documents.text_of_live` writes it; empty while it never was read.
        state_at: When that was last read or written; NULL when it never was.
        read_at: The same of its queue: how old what is shown may be.
        tried_at: When that was last tried.
        trouble: Why that failed; empty when it did not.
    """

    __tablename__: ClassVar[str] = "live_race"
    race_id: str = Field(primary_key=True)
    document: str = ""
    state_at: float | None = None
    read_at: float | None = None
    tried_at: float
    trouble: str = ""


class LiveQueueItemRow(SQLModel, table=True):
    """A submission in the queue of a live race; see `live_races.QueueItem`."""

    __tablename__: ClassVar[str] = "live_queue_item"
    race_id: str = Field(primary_key=True)
    submission_id: str = Field(primary_key=True)
    position: str
    profile_id: str
    participant: str
    model: str
    model_id: str = ""
    status: str
    resets: int = 0
    submitted_at: float | None = None


class HiddenAliasRow(SQLModel, table=True):
    """An alias that no audience is shown.

    Attributes:
        folded: As aliases are compared.
        who: The system user who hid it, or who confirmed that it is changed.
        by_change: Whether it is hidden since it was changed, and not by hand.
    """

    __tablename__: ClassVar[str] = "hidden_alias"
    folded: str = Field(primary_key=True)
    alias: str
    who: str
    at: float
    by_change: bool = False
