"""A live race while it is on: its queue, what runs now, who leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from drtui.domain.races import Ranking
from drtui.domain.text import clean


class QueueStatus(StrEnum):
    """Where a submission stands, as far as this version knows the words; others are shown."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


_WORDS: Final[Mapping[str, str]] = {
    QueueStatus.PENDING: "waits",
    QueueStatus.IN_PROGRESS: "runs",
    QueueStatus.COMPLETED: "done",
    QueueStatus.FAILED: "failed",
}


def status_word(status: str) -> str:
    """Return what a status is called, safe to show; as sent where it is not known."""
    return _WORDS.get(status) or clean(status, 30) or "?"


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One submission in the queue of a live race.

    Attributes:
        position: A fractional index; it sorts by bytes (DeepRacer API facts, behaviour 10).
        model_id: Empty where it was not told.
        participant: The alias as the queue shows it.
        status: As sent, see `QueueStatus`.
        resets: How often it was begun anew.
    """

    submission_id: str
    position: str
    profile_id: str
    participant: str
    model: str
    status: str
    model_id: str = ""
    resets: int = 0
    submitted_at: datetime | None = None

    @property
    def place(self) -> bytes:
        """What the queue is ordered by."""
        return self.position.encode()


@dataclass(frozen=True, slots=True)
class LiveState:
    """How a live race stands.

    Attributes:
        live_status: As sent, see `races.LiveStatus`.
        current: What runs now, as sent; None where nothing does.
        total: How many are in the queue; None where it was not told, as the other counts.
        rankings: The first 100.
        winner: The alias of whoever was declared; empty while nobody was.
        document: The race, as sent.
    """

    race_id: str
    name: str
    live_status: str
    auto_launch: bool | None
    submissions_open: bool | None
    current: Mapping[str, object] | None
    total: int | None
    completed: int | None
    pending: int | None
    in_progress: int | None
    rankings: tuple[Ranking, ...] = ()
    winner: str = ""
    document: Mapping[str, object] = field(default_factory=dict, repr=False)
