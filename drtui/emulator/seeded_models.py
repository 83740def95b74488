"""What seeded models are beside their names: drawn by their ids, and the first admin's own."""

from datetime import datetime, timedelta
from random import Random

from drtui.emulator.clock import iso
from drtui.emulator.model_cards import mark_of
from drtui.emulator.records import (
    IMPORTED,
    TRAINED,
    JobState,
    Model,
    Profile,
    Status,
    new_id,
)

_NEVER_PACKAGED = 40
"""One in so many models has no archive for physical cars."""

_IMPORTED = 9
_UNTOLD = 7
"""One in so many rows is of before models had a source."""

_TROUBLE = (
    "We can't validate your model because it's been edited. "
    "If you have a copy of the model, try to import it again."
)


def furnish(model: Model) -> None:
    """Give a settled model its source, its evaluations and its archive."""
    mark = mark_of(model.model_id)
    if mark % _UNTOLD == 0:
        model.source = None
    elif mark // 7 % _IMPORTED == 0:
        model.source = IMPORTED
    model.minutes = (30, 60, 60, 90, 120, 300)[mark // 63 % 6]
    if model.status is Status.READY:
        model.evaluations = mark // 378 % 4
        model.packaged_at = None if mark // 1512 % _NEVER_PACKAGED == 0 else 0.0
        return
    model.packaged_at = None
    if model.source == IMPORTED:
        model.trouble = _TROUBLE
    else:
        model.training = JobState.FAILED


def give_own_models(rng: Random, profile: Profile, until: datetime) -> None:
    """Give the first admin models in several states, so that calls about own ones find some."""
    made = [
        _own(rng, "centre-line", Status.READY, evaluations=3, description="Slow and steady"),
        _own(rng, "apex-sac", Status.READY, evaluations=1, source=IMPORTED),
        _own(rng, "fresh", Status.READY, packaged_at=None),
        _own(rng, "spun-off", Status.ERROR, training=JobState.FAILED, packaged_at=None),
        _own(
            rng,
            "edited-import",
            Status.ERROR,
            source=IMPORTED,
            trouble=_TROUBLE,
            packaged_at=None,
        ),
        # Nothing waits for it any more: stopping it takes the backend too long.
        _own(rng, "stuck", Status.QUEUED, packaged_at=None),
    ]
    for number, model in enumerate(made):
        model.created_at = iso(until - timedelta(hours=8 * (len(made) - number)))
        if model.status is Status.READY:
            model.size = rng.randrange(80, 900) * 131_072
        else:
            model.has_files = False
        profile.models[model.model_id] = model
    profile.storage = sum(model.size for model in made)
    profile.model_count = len(made)


def _own(
    rng: Random,
    name: str,
    status: Status,
    *,
    description: str = "",
    source: str = TRAINED,
    training: JobState = JobState.COMPLETED,
    trouble: str | None = None,
    packaged_at: float | None = 0.0,
    evaluations: int = 0,
) -> Model:
    return Model(
        new_id(rng),
        name,
        status,
        "",
        training=training,
        description=description,
        source=source,
        trouble=trouble,
        packaged_at=packaged_at,
        evaluations=evaluations,
    )
