"""The sponsor's own view of models: the bucket with their files, and the jobs that run.

Implemented in `drtui.aws.sponsor`; methods raise `SponsorError`. Read only: nothing is written or
deleted in the bucket behind the deployment's back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""What can be the name of a bucket; a full match."""


class JobKind(StrEnum):
    """What a SageMaker job of the deployment does."""

    TRAINING = "training"
    EVALUATION = "evaluation"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """The files of one model, as a listing of the bucket adds them up.

    Attributes:
        size: Of all of them, in bytes.
        count: How many there are.
        newest: When the newest was written.
    """

    profile_id: str
    model_id: str
    size: int
    count: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a model.

    Attributes:
        path: Below the model's own folder, such as `metrics/training/…json`.
    """

    path: str
    size: int
    written_at: datetime | None


class ModelBucket(Protocol):
    """The bucket of the deployment's models."""

    def name(self) -> str:
        """Return its name, found out where it is not known yet."""

    def everything(self) -> Iterator[StoredFiles]:
        """Yield all models, each with the sum of its files, in the order of their keys."""

    def files(self, profile_id: str, model_id: str) -> list[StoredFile]:
        """Return the files of one model."""

    def read(self, profile_id: str, model_id: str, path: str, most: int) -> bytes:
        """Return a file, at most so many bytes of it."""


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that runs now.

    Attributes:
        name: Of the SageMaker job.
        profile_id: Whose; empty where its output does not tell.
        model_id: Of which model; empty where its output does not tell.
        status: As sent.
    """

    name: str
    kind: JobKind | None
    profile_id: str
    model_id: str
    status: str
    began_at: datetime | None


class TrainingJobs(Protocol):
    """SageMaker's jobs of the deployment; listed rarely, since the deployment needs the calls."""

    def running(self) -> list[RunningJob]:
        """Return the jobs that run or are being stopped (at most 2 calls a second)."""

    def stop(self, name: str) -> None:
        """Stop a job of any racer; the deployment's workflow finalises it."""
