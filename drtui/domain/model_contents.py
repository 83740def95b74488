"""What an archive tells of its model: action space, sensors, network, algorithm, reward function.

The form is that of the `model_metadata.json` which the DeepRacer car reads. All of it is text and
numbers from outside: what cannot be read is left out, and said.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from drtui.domain.archives import METADATA, REWARD, Archive
from drtui.domain.text import clean

_SPEED: Final = "speed"
_STEERING: Final = "steering_angle"
_MOST_ACTIONS: Final = 1_000
_MOST_SENSORS: Final = 20


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a discrete action space.

    Attributes:
        steering: The angle in degrees, to the left above 0; None where it was not told.
        speed: In metres a second; None where it was not told.
    """

    steering: float | None
    speed: float | None


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most of what a continuous action space can choose."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelContents:
    """What is inside a model; texts are cleaned but for the reward function.

    Attributes:
        actions: Of a discrete action space, in the order of their numbers; empty otherwise.
        steering: Of a continuous action space, in degrees; None otherwise.
        speed: Of a continuous action space, in metres a second; None otherwise.
        sensors: As the car knows them, such as `FRONT_FACING_CAMERA`.
        network: Such as `DEEP_CONVOLUTIONAL_NETWORK_SHALLOW`; empty where it was not told.
        algorithm: Such as `clipped_ppo`; empty where it was not told.
        version: Of the metadata's form; empty where it was not told.
        reward: The reward function's source, text from outside; None where it is not in there.
        trouble: What could not be read, a sentence; empty where all could.
    """

    actions: tuple[Action, ...] = ()
    steering: Range | None = None
    speed: Range | None = None
    sensors: tuple[str, ...] = ()
    network: str = ""
    algorithm: str = ""
    version: str = ""
    reward: str | None = None
    trouble: str = ""

    @property
    def action_space(self) -> str:
        """The action space in a line, such as `discrete, 5 actions`; empty where not told."""
        if self.actions:
            return f"discrete, {len(self.actions)} actions"
        if self.steering is None or self.speed is None:
            return ""
        steering, speed = self.steering, self.speed
        return (
            f"continuous, {steering.low:g} to {steering.high:g}°, "
            f"{speed.low:g} to {speed.high:g} m/s"
        )


def is_complete(contents: ModelContents) -> bool:
    """Whether an archive of the model would have nothing to add."""
    told = contents.action_space and contents.sensors and contents.algorithm
    return bool(told)


def filled(told: ModelContents, found: ModelContents) -> tuple[ModelContents, tuple[str, ...]]:
    """Fill in what one source does not tell from another.

    Args:
        told: What counts where both tell it.
        found: What fills the gaps.

    Returns:
        The contents, and what of them was filled in, in words such as `action space`.
    """
    news: list[str] = []
    if not told.action_space and found.action_space:
        told = replace(told, actions=found.actions, steering=found.steering, speed=found.speed)
        news.append("action space")
    if not told.sensors and found.sensors:
        told = replace(told, sensors=found.sensors)
        news.append("sensors")
    if not told.algorithm and found.algorithm:
        told = replace(told, algorithm=found.algorithm)
        news.append("algorithm")
    if not told.network and found.network:
        told = replace(told, network=found.network)
        news.append("network")
    if told.reward is None and found.reward is not None:
        told = replace(told, reward=found.reward)
        news.append("reward function")
    return told, tuple(news)


def contents_of(archive: Archive) -> ModelContents:
    """Return what an archive tells of its model."""
    return contents_in(archive.kept)


def contents_in(files: Mapping[str, bytes]) -> ModelContents:
    """Return what the files of a model tell, by their names without folders."""
    reward = files.get(REWARD)
    source = None if reward is None else reward.decode("utf-8", "replace")
    data = files.get(METADATA)
    if data is None:
        return ModelContents(reward=source, trouble=f"There is no {METADATA} in it.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return ModelContents(reward=source, trouble=f"Its {METADATA} is no JSON.")
    if not isinstance(document, Mapping):
        return ModelContents(reward=source, trouble=f"Its {METADATA} holds something else.")
    space = document.get("action_space")
    actions = _actions(space) if isinstance(space, list) else ()
    ranges = space if isinstance(space, Mapping) else {}
    steering, speed = _range(ranges.get(_STEERING)), _range(ranges.get(_SPEED))
    told = bool(actions) or (steering is not None and speed is not None)
    return ModelContents(
        actions,
        steering,
        speed,
        _sensors(document.get("sensor")),
        _text(document.get("neural_network")),
        _text(document.get("training_algorithm")),
        _text(document.get("version")),
        source,
        "" if told else f"Its {METADATA} tells no action space that this version knows.",
    )


def _actions(space: list[object]) -> tuple[Action, ...]:
    found = [one for one in space[:_MOST_ACTIONS] if isinstance(one, Mapping)]
    numbered = sorted(enumerate(found), key=lambda pair: _index(pair[1], pair[0]))
    return tuple(
        Action(_number(one.get(_STEERING)), _number(one.get(_SPEED))) for _, one in numbered
    )


def _index(action: Mapping[str, object], otherwise: int) -> float:
    number = _number(action.get("index"))
    return otherwise if number is None else number


def _range(value: object) -> Range | None:
    if not isinstance(value, Mapping):
        return None
    low, high = _number(value.get("low")), _number(value.get("high"))
    return None if low is None or high is None else Range(low, high)


def _number(value: object) -> float | None:
    """Return a finite number; of one that is too large for that, nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _sensors(value: object) -> tuple[str, ...]:
    told = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(_text, told[:_MOST_SENSORS])))


def _text(value: object) -> str:
    return clean(str(value), 80) if isinstance(value, str | int | float) else ""
