"""What is inside a model: made up from its id, so that it need not be kept.

The members are those that the deployment's API names for a model's metadata, training and car; the
facts say nothing about their values.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drtui.emulator.records import IMPORTED, Model

_TRACKS = (
    ("reInvent2019_wide", "CLOCKWISE"),
    ("2022_reinvent_champ", "COUNTER_CLOCKWISE"),
    ("Vegas_track", "COUNTER_CLOCKWISE"),
    ("Spain_track", "CLOCKWISE"),
    ("Monaco", "CLOCKWISE"),
    ("2022_april_open", "CLOCKWISE"),
    ("Bowtie_track", "COUNTER_CLOCKWISE"),
    ("New_York_Track", "COUNTER_CLOCKWISE"),
    ("2024_reinvent_champ", "COUNTER_CLOCKWISE"),
    ("arctic_open", "CLOCKWISE"),
)
_DISCRETE: tuple[list[dict[str, float]], ...] = (
    [{"speed": 1.0, "steeringAngle": float(angle)} for angle in (-30, -15, 0, 15, 30)],
    [
        {"speed": speed, "steeringAngle": float(angle)}
        for angle in (-25, 0, 25)
        for speed in (1.3, 2.6)
    ],
)
_CONTINUOUS: tuple[dict[str, float], ...] = (
    {"lowSpeed": 1.0, "highSpeed": 4.0, "lowSteeringAngle": -30.0, "highSteeringAngle": 30.0},
    {"lowSpeed": 0.8, "highSpeed": 2.2, "lowSteeringAngle": -20.0, "highSteeringAngle": 20.0},
)
_SENSORS: tuple[dict[str, str], ...] = (
    {"camera": "FRONT_FACING_CAMERA"},
    {"camera": "FRONT_FACING_CAMERA"},
    {"camera": "STEREO_CAMERAS"},
    {"camera": "FRONT_FACING_CAMERA", "lidar": "SECTOR_LIDAR"},
)
_COLORS = ("BLACK", "BLUE", "GREEN", "ORANGE", "PURPLE", "RED", "TEAL", "WHITE")
_SHELLS = ("DEEPRACER", "F1", "GT", "KART", "BUGGY", "SNAIL")
_REWARDS = (
    '''def reward_function(params):
    """Stay close to the centre line."""
    width = params["track_width"]
    distance = params["distance_from_center"]
    if distance <= 0.1 * width:
        return 1.0
    if distance <= 0.25 * width:
        return 0.5
    return 1e-3
''',
    '''def reward_function(params):
    """Be fast, and stay on the track."""
    if not params["all_wheels_on_track"]:
        return 1e-3
    return float(params["speed"]) ** 2
''',
    '''import math


def reward_function(params):
    """Look to where the track goes."""
    points = params["waypoints"]
    behind, ahead = params["closest_waypoints"]
    (x0, y0), (x1, y1) = points[behind], points[ahead]
    direction = math.degrees(math.atan2(y1 - y0, x1 - x0))
    off = abs(direction - params["heading"])
    return 1.0 if min(off, 360 - off) < 10 else 0.2
''',
)
_SHARED = 24
"""One in so many models is a starter model that several racers have, byte by byte the same."""
_STARTERS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """What is inside a model.

    Attributes:
        content: models with the same one have the same archive.
        metadata: algorithm, reward function, hyperparameters, action space, sensors.
        track: as a training's configuration names it.
        car: colour and shell.
    """

    content: str
    metadata: Mapping[str, Any]
    track: Mapping[str, str]
    car: Mapping[str, str]


def mark_of(text: str) -> int:
    """A number that stands for a text, always the same."""
    return zlib.crc32(text.encode())


def card_of(model: Model) -> Card:
    """What is inside this model."""
    if model.contents is not None:
        held = model.contents
        return Card(model.model_id, held["metadata"], held["track"], held["car"])
    mark = mark_of(model.model_id)
    shared = mark % _SHARED == 0 and model.source != IMPORTED
    return _made_up(f"starter-{mark // _SHARED % _STARTERS}" if shared else model.model_id)


def for_operators(card: Card) -> dict[str, Any]:
    """The metadata that the listing of everybody's models shows."""
    return {name: card.metadata[name] for name in ("agentAlgorithm", "sensors", "actionSpace")}


def archived_metadata(card: Card) -> dict[str, Any]:
    """The `model_metadata.json` of an archive."""
    space: Mapping[str, Any] = card.metadata["actionSpace"]
    actions: object
    if "discrete" in space:
        actions = [
            {"steering_angle": each["steeringAngle"], "speed": each["speed"], "index": index}
            for index, each in enumerate(space["discrete"])
        ]
    else:
        held = space["continous"]
        actions = {
            "steering_angle": {"low": held["lowSteeringAngle"], "high": held["highSteeringAngle"]},
            "speed": {"low": held["lowSpeed"], "high": held["highSpeed"]},
        }
    return {
        "action_space": actions,
        "sensor": list(card.metadata["sensors"].values()),
        "neural_network": "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW",
        "training_algorithm": "sac" if card.metadata["agentAlgorithm"] == "SAC" else "clipped_ppo",
        "action_space_type": "discrete" if "discrete" in space else "continuous",
        "version": "5",
    }


@lru_cache(maxsize=4096)
def _made_up(content: str) -> Card:
    mark = mark_of(content)
    continuous = mark % 3 == 0
    soft = continuous and mark % 2 == 0
    # The deployment's API spells it that way.
    space: dict[str, Any] = (
        {"continous": _CONTINUOUS[mark // 6 % len(_CONTINUOUS)]}
        if continuous
        else {"discrete": _DISCRETE[mark // 6 % len(_DISCRETE)]}
    )
    track, direction = _TRACKS[mark // 5 % len(_TRACKS)]
    return Card(
        content,
        {
            "agentAlgorithm": "SAC" if soft else "PPO",
            "rewardFunction": _REWARDS[mark // 7 % len(_REWARDS)],
            "hyperparameters": _hyperparameters(mark, soft=soft),
            "actionSpace": space,
            "sensors": _SENSORS[mark // 11 % len(_SENSORS)],
        },
        {"trackId": track, "trackDirection": direction},
        {
            "carColor": _COLORS[mark // 13 % len(_COLORS)],
            "carShell": _SHELLS[mark // 17 % len(_SHELLS)],
        },
    )


def _hyperparameters(mark: int, *, soft: bool) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "batch_size": (32, 64, 128)[mark % 3],
        "lr": (0.0003, 0.0001, 0.0005)[mark // 3 % 3],
        "discount_factor": (0.999, 0.99, 0.9)[mark // 9 % 3],
        "loss_type": ("huber", "mean_squared_error")[mark // 27 % 2],
        "exploration_type": "categorical",
        "stack_size": 1,
    }
    if soft:
        return shared | {"num_episodes_between_training": 1, "sac_alpha": 0.2}
    return shared | {
        "num_episodes_between_training": 20,
        "num_epochs": (3, 5, 10)[mark // 54 % 3],
        "beta_entropy": 0.01,
        "e_greedy_value": 0.05,
        "epsilon_steps": 10_000,
    }
