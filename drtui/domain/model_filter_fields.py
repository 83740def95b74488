"""The fields of filters of models."""

from collections.abc import Mapping
from typing import Final

from drtui.domain.filter_fields import YES, Field, FieldKind, Language
from drtui.domain.models import JobStatus, ModelStatus, Stage

IN_BUCKET: Final = "bucket-only"
"""The word of `status` for models of which nothing but files is known."""
_UNKNOWN: Final = "unknown"
_STATUSES: Final = (
    Stage.RUNNING.value,
    Stage.ENDED.value,
    *(status.value.lower() for status in ModelStatus),
    IN_BUCKET,
    _UNKNOWN,
)
_JOBS: Final = (*(status.value.lower() for status in JobStatus), _UNKNOWN)

_ALL: Final = (
    Field("name", FieldKind.TEXT, "The model's name contains this", "name:v2"),
    Field("racer", FieldKind.TEXT, "The racer's alias or email contains this", "racer:ada"),
    Field("alias", FieldKind.TEXT, "The racer's alias contains this", "alias:ada"),
    Field(
        "email",
        FieldKind.TEXT,
        "The racer's email contains this",
        "email:@example.com",
        (_UNKNOWN,),
    ),
    Field("id", FieldKind.ID, "The model's id, or its racer's", "id:Ab3dE6gH9jK2mN5"),
    Field(
        "status",
        FieldKind.WORD,
        "The status, or running and ended for several",
        "status:ready",
        _STATUSES,
    ),
    Field("team", FieldKind.TAG, "The racer's team, or the model's", "team:red"),
    Field("tag", FieldKind.TAG, "A tag of the racer or the model", "tag:vip"),
    Field(
        "created",
        FieldKind.DATE,
        "The day, month or year of creation, in UTC",
        "created>2026-05-01",
        (_UNKNOWN,),
    ),
    Field(
        "size",
        FieldKind.NUMBER,
        "GB that its files take",
        "size>1",
        (_UNKNOWN,),
        unit="GB",
    ),
    Field("source", FieldKind.TEXT, "Where it came from contains this", "source:import"),
    Field("track", FieldKind.TEXT, "The track's id contains this", "track:vegas", (_UNKNOWN,)),
    Field(
        "training",
        FieldKind.WORD,
        "The status of its last training job",
        "training:failed",
        _JOBS,
    ),
    Field(
        "downloaded",
        FieldKind.CHOICE,
        "Whether a sound archive was saved",
        "downloaded:no",
        (YES, "no"),
    ),
    Field(
        "pending",
        FieldKind.CHOICE,
        "Something on its way or in conflict",
        "pending:yes",
        (YES, "no"),
    ),
)

MODEL_FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _ALL}
"""Every field of models by its name, in the order in which help shows them."""

MODELS: Final = Language("models", MODEL_FIELDS, "size>1")
"""What filters of models can name."""
