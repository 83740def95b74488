"""What an account is made of: profiles, their models, and the jobs that run."""

import json
import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

UNLIMITED = -1
"""The limit that never refuses."""

INT32 = range(-(2**31), 2**31)
"""The whole numbers that the API can read."""

FIRST_ALIAS = "RacerAlias"
"""What everybody is called until the first sign-in."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def seeded_random(seed: int, purpose: str) -> random.Random:
    """Chance that repeats itself: the same seed and purpose give the same draws."""
    return random.Random(f"{seed}:{purpose}")


def new_id(rng: random.Random) -> str:
    """An id as the deployment makes them: 15 letters and digits."""
    return "".join(rng.choices(_PAIRS, k=8))[:15]


class Group(StrEnum):
    """The user pool's groups, which are the roles."""

    ADMINS = "dr-admins"
    FACILITATORS = "dr-race-facilitators"
    RACERS = "dr-racers"


ROLES = {
    "admin": Group.ADMINS,
    "facilitator": Group.FACILITATORS,
    "racer": Group.RACERS,
}
"""What the ready line and control call the groups."""


class Status(StrEnum):
    """What a model can be doing."""

    QUEUED = "QUEUED"
    IMPORTING = "IMPORTING"
    TRAINING = "TRAINING"
    EVALUATING = "EVALUATING"
    SUBMITTING = "SUBMITTING"
    STOPPING = "STOPPING"
    READY = "READY"
    ERROR = "ERROR"
    DELETING = "DELETING"
    WAITING_FOR_CAPACITY = "WAITING_FOR_CAPACITY"


class JobState(StrEnum):
    """What a job can be doing."""

    QUEUED = "QUEUED"
    INITIALIZING = "INITIALIZING"
    IN_PROGRESS = "IN_PROGRESS"
    STOPPING = "STOPPING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


TRAINED = "TRAINED"
IMPORTED = "IMPORTED"
"""Where models come from; the facts name no values, these two are chosen."""


@dataclass(slots=True)
class Model:
    """A racer's model.

    Attributes:
        model_id: 15 letters and digits.
        name: letters, digits and hyphens.
        status: what it is doing.
        created_at: ISO 8601, UTC.
        size: what its files take, in bytes.
        has_files: a model without files cannot be deleted and ends as ERROR
            (DeepRacer API facts: behaviour 6).
        training: how its last training ended, or how it stands where no job tells.
        description: empty where there is none.
        source: `TRAINED` or `IMPORTED`; None where the row does not say.
        trouble: why its import failed.
        packaged_at: simulated seconds when its physical-car archive is built; None never.
        minutes: the longest that its training may take.
        evaluations: how many were completed.
        contents: what an imported model brought along; others are made up from their id.
    """

    model_id: str
    name: str
    status: Status
    created_at: str
    size: int = 0
    has_files: bool = True
    training: JobState = JobState.COMPLETED
    description: str = ""
    source: str | None = TRAINED
    trouble: str | None = None
    packaged_at: float | None = 0.0
    minutes: int = 60
    evaluations: int = 0
    contents: dict[str, Any] | None = None


@dataclass(slots=True)
class Profile:
    """A user of the deployment. What is None is absent from the stored row.

    Attributes:
        profile_id: 15 letters and digits.
        alias: what the user is called; nothing keeps it harmless or unique.
        avatar: appearance, free of meaning here.
        group: the user pool group, which decides.
        email: the address of the invitation.
        minutes_used: training and evaluation this month, in minutes.
        minutes_queued: minutes reserved by what runs or waits.
        minutes_limit: `UNLIMITED`, or the most minutes.
        model_count: models created this month.
        model_limit: `UNLIMITED`, or the most models in a month.
        storage: what the models take, in bytes.
        role_name: the role that listings show, which follows `group` late.
        created_at: ISO 8601, UTC.
        signed_in: whether the user has ever signed in.
        models: by model id, oldest first.
        rendered: the row of a listing, kept until something changes.
    """

    profile_id: str
    alias: str
    avatar: dict[str, str]
    group: Group
    email: str | None = None
    minutes_used: int | None = None
    minutes_queued: int | None = None
    minutes_limit: int | None = None
    model_count: int | None = None
    model_limit: int | None = None
    storage: int | None = None
    role_name: str | None = None
    created_at: str | None = None
    signed_in: bool = True
    models: dict[str, Model] = field(default_factory=dict)
    rendered: bytes | None = None

    def refuses_minutes(self, requested: int) -> bool:
        """Whether a training or evaluation of so many minutes is refused.

        DeepRacer API facts, quota rule: refused when the limit is not unlimited and used +
        queued + requested is above it. An absent limit refuses nothing.
        """
        if self.minutes_limit is None or self.minutes_limit == UNLIMITED:
            return False
        spoken_for = (self.minutes_used or 0) + (self.minutes_queued or 0)
        return spoken_for + requested > self.minutes_limit

    def refuses_model(self) -> bool:
        """Whether one more model is refused (DeepRacer API facts, quota rule)."""
        if self.model_limit is None or self.model_limit == UNLIMITED:
            return False
        return (self.model_count or 0) + 1 > self.model_limit

    def listed(self) -> bytes:
        """The row that GET /profiles shows, as JSON."""
        if self.rendered is None:
            row = {
                "alias": self.alias,
                "avatar": self.avatar,
                "computeMinutesQueued": self.minutes_queued,
                "computeMinutesUsed": self.minutes_used,
                "createdAt": self.created_at,
                "emailAddress": self.email,
                "maxModelCount": self.model_limit,
                "maxTotalComputeMinutes": self.minutes_limit,
                "modelCount": self.model_count,
                "modelStorageUsage": self.storage,
                "profileId": self.profile_id,
                "roleName": self.role_name,
            }
            self.rendered = to_json(present(row))
        return self.rendered


class JobKind(StrEnum):
    """What a job does with its model."""

    TRAINING = "TRAINING"
    EVALUATION = "EVALUATION"


@dataclass(slots=True)
class Job:
    """One run of a model. Moments are seconds of the racers' life.

    Attributes:
        job_id: 15 letters and digits.
        profile_id: whose it is.
        model_id: the model that is trained or evaluated; it may be gone by the end.
        kind: training or evaluation.
        requested: minutes reserved as queued at the start.
        actual: minutes that count as used at the end, never more than requested.
        begins: when it leaves the queue.
        ends: when it completes.
        running: whether it has left the queue.
        stopping: whether it was told to stop.
    """

    job_id: str
    profile_id: str
    model_id: str
    kind: JobKind
    requested: int
    actual: int
    begins: float
    ends: float
    running: bool = False
    stopping: bool = False


def present(row: dict[str, Any]) -> dict[str, Any]:
    """The row without the members that are absent."""
    return {key: value for key, value in row.items() if value is not None}


def to_json(value: object) -> bytes:
    """Compact JSON in UTF-8, as the backend writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
