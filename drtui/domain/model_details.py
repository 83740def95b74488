"""What a model's page shows beside its row: training, evaluations, and what is inside the model.

It comes from the deployment's API for one's own models and from the bucket for everybody's, and is
kept as JSON. All of it is text and numbers from outside.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from drtui.domain.archives import METADATA, MOST_KEPT, REWARD
from drtui.domain.iterations import Point
from drtui.domain.metrics import Episode, Evaluation, Lap, Training, text
from drtui.domain.model_calls import OwnModel
from drtui.domain.model_contents import ModelContents, contents_in
from drtui.domain.text import clean

NO_METRICS: Final = "There are no metrics of a training."
"""The note where nothing of a training was found."""

Pairs = tuple[tuple[str, str], ...]

_MOST_PAIRS: Final = 60
_MOST_ACTIONS: Final = 1_000
_DEPTH: Final = 4
_PLAIN: Final = ("sensor", "neural_network", "training_algorithm", "version")
_OF_AN_ACTION: Final = ("steering_angle", "speed", "index")
_OF_A_RANGE: Final = ("low", "high")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# As the API spells it, and as one would.
_CONTINUOUS: Final = ("continous", "continuous")
_RANGES: Final = {
    "steering_angle": ("lowSteeringAngle", "highSteeringAngle"),
    "speed": ("lowSpeed", "highSpeed"),
}


class Way(StrEnum):
    """Where details come from."""

    API = "api"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What was read of one model.

    Attributes:
        description: Cleaned; empty where there is none.
        settings: Of its training and its car, as names with values, cleaned.
        hyperparameters: As names with values, cleaned.
        metadata: As `model_metadata.json` has it; empty where it was not told.
        reward: The reward function's source, text from outside; None where it was not told.
        training: None where there are no metrics.
        evaluations: The newest first.
        notes: What could not be read, in sentences.
        training_status: How the training ended, where its files tell that; empty otherwise.
        track: The id of the track it was trained on, where its files tell it; empty otherwise.
    """

    description: str = ""
    settings: Pairs = ()
    hyperparameters: Pairs = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    reward: str | None = None
    training: Training | None = None
    evaluations: tuple[Evaluation, ...] = ()
    notes: tuple[str, ...] = ()
    training_status: str = ""
    track: str = ""

    @property
    def contents(self) -> ModelContents:
        """What is inside it, as an archive tells it."""
        return contents_from(self.metadata, self.reward)


def contents_from(metadata: Mapping[str, object], reward: str | None = None) -> ModelContents:
    """Return what metadata in the form of `model_metadata.json` tells."""
    files = {METADATA: json.dumps(metadata).encode()} if metadata else {}
    if reward is not None:
        files[REWARD] = reward.encode("utf-8", "replace")
    return contents_in(files)


def own_details(
    model: OwnModel,
    evaluations: Iterable[Evaluation],
    training: Training | None,
    notes: Iterable[str] = (),
) -> ModelDetails:
    """Return the details of one of the caller's own models."""
    metadata = _mapping(model.document.get("metadata"))
    hyperparameters = _mapping(metadata.get("hyperparameters"))
    settings = _mapping(model.document.get("carCustomization"))
    reward = metadata.get("rewardFunction")
    return ModelDetails(
        description=clean(model.description, 300),
        settings=(*pairs_of(model.training), *pairs_of(settings))[:_MOST_PAIRS],
        hyperparameters=pairs_of(hyperparameters),
        metadata=metadata_of(metadata),
        reward=reward[:MOST_KEPT] if isinstance(reward, str) else None,
        training=training,
        evaluations=newest_first(evaluations),
        notes=tuple(notes),
    )


def metadata_of(told: Mapping[str, object]) -> dict[str, object]:
    """Return the API's metadata in the form of `model_metadata.json`; empty where it has none."""
    found: dict[str, object] = {}
    space = _mapping(told.get("actionSpace"))
    ranges = next((space[name] for name in _CONTINUOUS if isinstance(space.get(name), Mapping)), {})
    discrete = space.get("discrete")
    if isinstance(discrete, list):
        found["action_space"] = [
            {"steering_angle": one.get("steeringAngle"), "speed": one.get("speed")}
            for one in discrete
            if isinstance(one, Mapping)
        ]
    elif ranges:
        held = _mapping(ranges)
        found["action_space"] = {
            name: {"low": held.get(low), "high": held.get(high)}
            for name, (low, high) in _RANGES.items()
        }
    sensors = told.get("sensors")
    if isinstance(sensors, Mapping):
        sensors = list(sensors.values())
    if isinstance(sensors, list) and sensors:
        found["sensor"] = [one for one in sensors if isinstance(one, str)]
    if isinstance(algorithm := told.get("agentAlgorithm"), str) and algorithm:
        found["training_algorithm"] = algorithm
    return told_metadata(found)


def told_metadata(document: Mapping[str, object]) -> dict[str, object]:
    """Return what of a `model_metadata.json` is kept: only what is known, and nothing deeper."""
    found: dict[str, object] = {
        name: value for name in _PLAIN if _is_plain(value := document.get(name))
    }
    space = document.get("action_space")
    if isinstance(space, list):
        actions = [one for one in space[:_MOST_ACTIONS] if isinstance(one, Mapping)]
        found["action_space"] = [_plain(one, _OF_AN_ACTION) for one in actions]
    elif isinstance(space, Mapping):
        found["action_space"] = {
            name: _plain(_mapping(space.get(name)), _OF_A_RANGE) for name in _RANGES
        }
    sensors = document.get("sensor")
    if isinstance(sensors, list):
        found["sensor"] = [one for one in sensors[:_MOST_PAIRS] if isinstance(one, str)]
    return found


def pairs_of(told: Mapping[str, object]) -> Pairs:
    """Return names and values of what is no list, however deep, the names as words."""
    return tuple(found for found, _ in zip(_pairs(told, _DEPTH), range(_MOST_PAIRS), strict=False))


def newest_first(evaluations: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
    """Return evaluations by their dates; those without one come last."""
    past = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(evaluations, key=lambda one: one.at or past, reverse=True))


def as_text(details: ModelDetails) -> str:
    """Return details as JSON, for `details_from`."""
    return json.dumps(asdict(details), separators=(",", ":"), default=datetime.isoformat)


def details_from(stored: str) -> ModelDetails | None:
    """Return what `as_text` wrote; None for what another version wrote, which is read anew."""
    try:
        told = json.loads(stored)
        training = told["training"]
        return ModelDetails(
            description=told["description"],
            settings=tuple((name, value) for name, value in told["settings"]),
            hyperparameters=tuple((name, value) for name, value in told["hyperparameters"]),
            metadata=told["metadata"],
            reward=told["reward"],
            training=None if training is None else _training(training),
            evaluations=tuple(_evaluation(one) for one in told["evaluations"]),
            notes=tuple(told["notes"]),
            training_status=told.get("training_status", ""),
            track=told.get("track", ""),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _training(told: dict[str, object]) -> Training:
    points, dots = _objects(told.pop("points")), _objects(told.pop("dots"))
    began = _moment(told.pop("began_at"))
    members: dict[str, Any] = dict(told)  # as `as_text` wrote them; others are a TypeError
    return Training(
        **members,
        points=tuple(Point(**one) for one in points),
        dots=tuple(Episode(**one) for one in dots),
        began_at=began,
    )


def _evaluation(told: dict[str, object]) -> Evaluation:
    laps, at = _objects(told.pop("laps")), _moment(told.pop("at"))
    members: dict[str, Any] = dict(told)  # as `as_text` wrote them; others are a TypeError
    return Evaluation(
        **members,
        laps=tuple(Lap(**one) for one in laps),
        at=at,
    )


def _objects(told: object) -> list[dict[str, Any]]:
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise TypeError("these are no objects")
    return told


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None


def _pairs(told: Mapping[str, object], depth: int) -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        if isinstance(value, Mapping) and depth:
            yield from _pairs(value, depth - 1)
        elif isinstance(value, bool):
            yield _words(name), "yes" if value else "no"
        elif shown := text(value):
            yield _words(name), shown


def _words(name: object) -> str:
    return clean(_HUMP.sub(" ", str(name)).replace("_", " ").lower(), 40)


def _plain(told: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: value for name in names if _is_plain(value := told.get(name))}


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
