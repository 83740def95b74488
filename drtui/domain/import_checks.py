"""What the deployment wants of the files of a model that is imported, so that it is said before.

The files are those that its guide to importing names. A mistake that shows only once the import has
gone on for a while, such as an incomplete checkpoint, is found here too.
"""

import ast
import json
import re
import warnings
from collections.abc import Mapping
from typing import Final

from drtui.domain.archives import METADATA, REWARD
from drtui.domain.downloads import size_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

TRAINING: Final = "training_params.yaml"
HYPERPARAMETERS: Final = "hyperparameters.json"
REQUIRED: Final = (METADATA, REWARD, TRAINING, HYPERPARAMETERS)
"""The files whose contents are looked at; all of them have to be there."""

LARGEST_FILE: Final = 10 * 2**20
LARGEST_MODEL: Final = 2**30
MOST_FILES: Final = 10_000

MODEL_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
DESCRIPTION: Final = re.compile(r"[A-Za-z0-9 -]{0,255}")
"""What the deployment takes as the name of a model, and as its description; each a full match."""

PHYSICAL_ONLY: Final = (
    "This is the archive of a model for the physical car, which has no checkpoint to go on from: "
    "it cannot be imported alone. Take the folder of the trained model, with "
    f"{TRAINING}, {HYPERPARAMETERS} and model/*.ckpt.*."
)
"""What is said of an archive as the deployment's own downloads are."""

_CHECKPOINTS: Final = ("model/.coach_checkpoint", "model/deepracer_checkpoints.json")
_WEIGHTS: Final = re.compile(r"\.ckpt\.(index|data|meta)(?:-[0-9of-]+)?$")
_HYPER: Final = frozenset({"batch_size", "lr", "discount_factor", "loss_type"})
_WORLD: Final = re.compile(r"^WORLD_NAME:[ \[\]\"'-]*\n?[ \"'-]*\w", re.MULTILINE)
_JUNK: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def is_junk(name: str) -> bool:
    """Whether a file, by its path, is what file managers leave behind, and no part of a model."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last in _JUNK or last.startswith("._")


def check_name(name: str, description: str = "") -> None:
    """Refuse a name or a description that the deployment would.

    Raises:
        InvalidInputError: It takes no such.
    """
    if not MODEL_NAME.fullmatch(name):
        raise InvalidInputError(
            f"“{clean(name, 70)}” cannot be a model's name: write 1 to 64 letters from A to Z, "
            "digits or hyphens."
        )
    check_description(description)


def check_description(description: str) -> None:
    """Refuse a description that the deployment would; empty is none.

    Raises:
        InvalidInputError: It takes no such.
    """
    if not DESCRIPTION.fullmatch(description):
        raise InvalidInputError(
            "A description is letters from A to Z, digits, blanks and hyphens, 255 at the most."
        )


def model_root(names: Mapping[str, int]) -> str:
    """Return the folder, within what was given, that holds the model: empty, or ending in a slash.

    Args:
        names: The size of each file, by its path.

    Raises:
        InvalidInputError: There is none, or several are.
    """
    roots = [name.removesuffix(METADATA) for name in names if name.split("/")[-1] == METADATA]
    if not roots:
        raise InvalidInputError(f"There is no {METADATA} in it: it is no model of DeepRacer.")
    depth = min(root.count("/") for root in roots)
    nearest = [root for root in roots if root.count("/") == depth]
    if len(nearest) > 1:
        raise InvalidInputError("There are several models in it: name the folder of one.")
    return nearest[0]


def check_model(sizes: Mapping[str, int], contents: Mapping[str, bytes]) -> None:
    """Refuse files that the deployment would not import.

    Args:
        sizes: The size of each file of the model in bytes, by its path below the model's folder.
        contents: Of those of `REQUIRED` that are there and not too large.

    Raises:
        InvalidInputError: It would not; the message says why.
    """
    missing = [name for name in REQUIRED if name not in sizes]
    if missing and any(name.endswith(".pb") for name in sizes) and not _has_weights(sizes):
        raise InvalidInputError(PHYSICAL_ONLY)
    if missing:
        raise InvalidInputError(f"It cannot be imported without {', '.join(missing)}.")
    total = sum(sizes.values())
    if total > LARGEST_MODEL:
        raise InvalidInputError(
            f"It is {size_text(total)}: the deployment imports at most {size_text(LARGEST_MODEL)}."
        )
    for name in REQUIRED:
        if sizes[name] > LARGEST_FILE:
            raise InvalidInputError(
                f"{name} is {size_text(sizes[name])}: at most {size_text(LARGEST_FILE)} are taken."
            )
    _check_metadata(_json(METADATA, contents))
    lacking = sorted(_HYPER - _json(HYPERPARAMETERS, contents).keys())
    if lacking:
        raise InvalidInputError(f"{HYPERPARAMETERS} says nothing of {', '.join(lacking)}.")
    if not _WORLD.search(contents[TRAINING].decode("utf-8", "replace")):
        raise InvalidInputError(f"{TRAINING} names no track: it needs a line WORLD_NAME.")
    if not _has_weights(sizes) or not any(name in sizes for name in _CHECKPOINTS):
        raise InvalidInputError(
            "Its checkpoint is incomplete: model/.coach_checkpoint (or deepracer_checkpoints.json) "
            "and a .ckpt.index, a .ckpt.data… and a .ckpt.meta file are needed."
        )
    _check_reward(contents[REWARD])


def _has_weights(sizes: Mapping[str, int]) -> bool:
    kinds = {found[1] for name in sizes if (found := _WEIGHTS.search(name))}
    return kinds == {"index", "data", "meta"}


def _json(name: str, contents: Mapping[str, bytes]) -> dict[str, object]:
    try:
        found = json.loads(contents[name])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInputError(f"{name} is no JSON object.")
    return found


def _check_metadata(document: Mapping[str, object]) -> None:
    space = document.get("action_space")
    if isinstance(space, list):
        known = all(
            isinstance(one, dict) and _numbers(one, "speed", "steering_angle") for one in space
        )
        if document.get("training_algorithm") == "sac":
            raise InvalidInputError("The algorithm SAC does not work with a discrete action space.")
    else:
        ranges = space if isinstance(space, dict) else {}
        known = all(
            isinstance(one := ranges.get(name), dict) and _numbers(one, "low", "high")
            for name in ("speed", "steering_angle")
        )
    if not known:
        raise InvalidInputError(f"{METADATA} has no action space that the deployment knows.")
    sensors = document.get("sensor")
    if not isinstance(sensors, list) or not all(isinstance(one, str) for one in sensors):
        raise InvalidInputError(f"{METADATA} has no list of sensors.")


def _numbers(values: Mapping[str, object], *names: str) -> bool:
    try:
        for name in names:
            float(str(values[name]))
    except (KeyError, ValueError):
        return False
    return True


def _check_reward(source: bytes) -> None:
    """Refuse what is no Python, without running any of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of a backslash, which the deployment takes
            tree = ast.parse(source.decode("utf-8", "replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidInputError(f"{REWARD} is no Python that can be read.") from None
    if not any(
        isinstance(one, ast.FunctionDef) and one.name == "reward_function" for one in tree.body
    ):
        raise InvalidInputError(f"{REWARD} has no function reward_function.")
