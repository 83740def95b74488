"""What the deployment checks of the files of a model that is to be imported.

The files are those that its guide to importing names; a physical-car archive alone has not got
them. Some mistakes are told at once, some only when the import has gone on for a while.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drtui.emulator.uploads import Stored

LARGEST_FILE = 10 * 2**20
LARGEST_MODEL = 2**30

_REQUIRED = (
    "model_metadata.json",
    "reward_function.py",
    "training_params.yaml",
    "hyperparameters.json",
)
_CHECKPOINTS = ("model/.coach_checkpoint", "model/deepracer_checkpoints.json")
_INVALID = (
    "We can't validate your model because it's been edited. "
    "If you have a copy of the model, try to import it again."
)
_HYPERPARAMETERS = {"batch_size", "lr", "discount_factor", "loss_type"}


class ImportRefusedError(Exception):
    """The files cannot be imported; the message is what the API answers."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was found in the files.

    Attributes:
        size: of all of them, in bytes.
        contents: metadata, track and car, as the model will show them.
        trouble: what the import is going to fail with; None where it will not.
    """

    size: int
    contents: dict[str, Any]
    trouble: str | None


def read_upload(files: Mapping[str, Stored]) -> Upload:
    """Check the files of a model, by their path below its folder.

    Raises:
        ImportRefusedError: one is missing, too large or cannot be read.
    """
    missing = [name for name in _REQUIRED if name not in files]
    if missing:
        text = f"Missing required files: {', '.join(missing)}"
        raise ImportRefusedError(text)
    size = sum(each.size for each in files.values())
    if size > LARGEST_MODEL:
        text = "Your model exceeds the 1 GB size limit."
        raise ImportRefusedError(text)
    for name in _REQUIRED:
        if files[name].size > LARGEST_FILE:
            text = f"{name} exceeds the 10 MB size limit."
            raise ImportRefusedError(text)
    metadata = _json(files, "model_metadata.json")
    hyperparameters = _json(files, "hyperparameters.json")
    reward = files["reward_function.py"].read().decode(errors="replace")
    contents = {
        "metadata": _metadata(metadata, hyperparameters, reward),
        "track": _track(files["training_params.yaml"].read().decode(errors="replace")),
        "car": {"carColor": "BLACK", "carShell": "DEEPRACER"},
    }
    return Upload(size, contents, _trouble(files, reward))


def _json(files: Mapping[str, Stored], name: str) -> dict[str, Any]:
    try:
        found = json.loads(files[name].read())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        text = f"Unable to parse {name}."
        raise ImportRefusedError(text)
    return found


def _metadata(
    metadata: dict[str, Any], hyperparameters: dict[str, Any], reward: str
) -> dict[str, Any]:
    soft = metadata.get("training_algorithm") == "sac"
    space = _action_space(metadata)
    if soft and "discrete" in space:
        text = "Agent algorithm SAC does not work with discrete action space."
        raise ImportRefusedError(text)
    missing = sorted(_HYPERPARAMETERS - hyperparameters.keys())
    if missing:
        text = f"Missing hyperparameters: {', '.join(missing)}"
        raise ImportRefusedError(text)
    sensors = metadata.get("sensor")
    if not isinstance(sensors, list) or not all(isinstance(each, str) for each in sensors):
        text = "Invalid sensors in model_metadata.json."
        raise ImportRefusedError(text)
    return {
        "agentAlgorithm": "SAC" if soft else "PPO",
        "rewardFunction": reward,
        "hyperparameters": hyperparameters,
        "actionSpace": space,
        "sensors": {"lidar" if "LIDAR" in each else "camera": each for each in sensors},
    }


def _action_space(metadata: dict[str, Any]) -> dict[str, Any]:
    actions = metadata.get("action_space")
    try:
        if isinstance(actions, list):
            return {
                "discrete": [
                    {
                        "speed": float(each["speed"]),
                        "steeringAngle": float(each["steering_angle"]),
                    }
                    for each in actions
                ]
            }
        held: dict[str, Any] = actions if isinstance(actions, dict) else {}
        steering, speed = held["steering_angle"], held["speed"]
        return {
            "continous": {
                "lowSpeed": float(speed["low"]),
                "highSpeed": float(speed["high"]),
                "lowSteeringAngle": float(steering["low"]),
                "highSteeringAngle": float(steering["high"]),
            }
        }
    except (KeyError, TypeError, ValueError):
        text = "Invalid action space in model_metadata.json."
        raise ImportRefusedError(text) from None


def _track(parameters: str) -> dict[str, str]:
    found = re.search(r"^WORLD_NAME:[ \[\]\"'-]*\n?[ \"'-]*(\w+)", parameters, re.MULTILINE)
    if found is None:
        text = "Invalid track configuration in training_params.yaml."
        raise ImportRefusedError(text)
    name = found[1]
    clockwise = name.endswith("_cw")
    return {
        "trackId": re.sub("_c?cw$", "", name),
        "trackDirection": "CLOCKWISE" if clockwise else "COUNTER_CLOCKWISE",
    }


def _trouble(files: Mapping[str, Stored], reward: str) -> str | None:
    """What only shows when the import has gone on for a while."""
    weights = {name.rpartition(".ckpt.")[2].partition("-")[0] for name in files if ".ckpt." in name}
    if not {"index", "data", "meta"} <= weights or not any(name in files for name in _CHECKPOINTS):
        return _INVALID
    try:
        tree = ast.parse(reward)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "The reward function is not valid Python."
    named = (each.name for each in tree.body if isinstance(each, ast.FunctionDef))
    return None if "reward_function" in named else "The reward function was not found."
