"""Models as the console shows them: one row of everybody's, and what their statuses mean."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class ModelStatus(StrEnum):
    """The statuses that are known (DeepRacer API facts, "Model status"); others are shown too."""

    QUEUED = "QUEUED"
    WAITING_FOR_CAPACITY = "WAITING_FOR_CAPACITY"
    IMPORTING = "IMPORTING"
    TRAINING = "TRAINING"
    EVALUATING = "EVALUATING"
    SUBMITTING = "SUBMITTING"
    STOPPING = "STOPPING"
    READY = "READY"
    ERROR = "ERROR"
    DELETING = "DELETING"


class JobStatus(StrEnum):
    """The statuses of a training job that are known; others are shown too."""

    QUEUED = "QUEUED"
    INITIALIZING = "INITIALIZING"
    IN_PROGRESS = "IN_PROGRESS"
    STOPPING = "STOPPING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class Stage(StrEnum):
    """What a status comes to."""

    RUNNING = "running"
    READY = "ready"
    ENDED = "ended"
    UNKNOWN = "unknown"


STAGES: Final = {
    ModelStatus.QUEUED: Stage.RUNNING,
    ModelStatus.WAITING_FOR_CAPACITY: Stage.RUNNING,
    ModelStatus.IMPORTING: Stage.RUNNING,
    ModelStatus.TRAINING: Stage.RUNNING,
    ModelStatus.EVALUATING: Stage.RUNNING,
    ModelStatus.SUBMITTING: Stage.RUNNING,
    ModelStatus.STOPPING: Stage.RUNNING,
    ModelStatus.READY: Stage.READY,
    ModelStatus.ERROR: Stage.ENDED,
    ModelStatus.DELETING: Stage.ENDED,
}
"""The stage of each known status; one that is waiting for its turn or for capacity counts as
running, since it is going to use minutes."""

BUCKET_ONLY: Final = "in the bucket only"
"""What is shown for the status of a model of which nothing but its files is known."""


def known_status(status: str) -> ModelStatus | None:
    """Return a status as sent, in any case, where it is known."""
    try:
        return ModelStatus(status.upper())
    except ValueError:
        return None


def stage_of(status: str) -> Stage:
    """Return what a status as sent comes to."""
    known = known_status(status)
    return Stage.UNKNOWN if known is None else STAGES[known]


def status_text(status: str) -> str:
    """Return a status as sent in words, such as `waiting for capacity`; not cleaned."""
    return status.replace("_", " ").lower() or "unknown"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One row of the models' table, as the store knows it.

    Attributes:
        key: What tables and marks count by; it stays the same for as long as the store does.
        status: As sent, see `known_status`; empty when it was left out.
        source: Where it came from, as sent; empty where nothing was said.
        trouble: Why it could not be imported, text from outside.
        size: What its files take, in bytes; None is unknown.
        files: How many files it has; None is unknown.
        training_status: The status of its last training job, as sent; empty where not told.
        track: The id of the track that it was trained on; empty where not told.
        alias: Its racer's; empty where the racer is not known.
        email: Its racer's; None is unknown.
        racer_key: Its racer's key; None where the racer is not known.
        racer_tags: The labels on its racer.
        tags: The labels on itself.
        listed: Whether a listing has shown it; if not, there are files of it in the bucket, and
            nothing else is known.
        downloaded: Whether a sound archive of it was saved.
        pending: What operations on their way will do to it, such as `deleted`; empty is nothing.
        as_of: When it was last read.
    """

    key: int
    profile_id: str
    model_id: str
    name: str
    status: str
    created_at: datetime | None = None
    source: str = ""
    trouble: str = ""
    size: int | None = None
    files: int | None = None
    training_status: str = ""
    track: str = ""
    alias: str = ""
    email: str | None = None
    racer_key: int | None = None
    racer_tags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    listed: bool = True
    downloaded: bool = False
    pending: str = ""
    as_of: datetime | None = None

    @property
    def stage(self) -> Stage:
        """What its status comes to."""
        return stage_of(self.status)

    @property
    def status_text(self) -> str:
        """Its status in words; text from outside, as is its name."""
        return status_text(self.status) if self.listed else BUCKET_ONLY


@dataclass(frozen=True, slots=True)
class ModelTotals:
    """What models come to together.

    Attributes:
        by_status: How many have each status as sent, the most frequent first; those that no
            listing has shown are counted as `BUCKET_ONLY`.
        size: Of those whose size is known, in bytes; None when it is of none.
        unsized: How many have no known size.
    """

    by_status: dict[str, int]
    size: int | None
    unsized: int

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.by_status.values())

    def count_in(self, stage: Stage) -> int:
        """How many are in a stage."""
        return sum(count for status, count in self.by_status.items() if stage_of(status) is stage)


def model_subject(profile_id: str, model_id: str) -> str:
    """Return what an errand about one model is about, so that the model shows it as pending."""
    return f"{profile_id}/{model_id}"
