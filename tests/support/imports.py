"""Models as they are imported: the files that the deployment wants, in a folder or an archive."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, bytes] = {
    "model_metadata.json": json.dumps(
        {
            "action_space": [{"steering_angle": 0, "speed": 1.5}],
            "sensor": ["FRONT_FACING_CAMERA"],
            "training_algorithm": "clipped_ppo",
        }
    ).encode(),
    "reward_function.py": b"def reward_function(params):\n    return 1.0\n",
    "training_params.yaml": b'JOB_TYPE: "TRAINING"\nWORLD_NAME: "Vegas_track"\n',
    "hyperparameters.json": json.dumps(
        {"batch_size": 64, "lr": 0.0003, "discount_factor": 0.99, "loss_type": "huber"}
    ).encode(),
    "model/.coach_checkpoint": b"1_Step-1.ckpt",
    "model/1_Step-1.ckpt.index": b"i",
    "model/1_Step-1.ckpt.data-00000-of-00001": b"d" * 1000,
    "model/1_Step-1.ckpt.meta": b"m",
}


def files(**changed: bytes | None) -> dict[str, bytes]:
    """The files of a sound model, some of them changed, or left out where that is None.

    Names are given with `__` for a dot.
    """
    named = {name.replace("__", "."): data for name, data in changed.items()}
    return {name: data for name, data in {**FILES, **named}.items() if data is not None}


def model_folder(where: Path, held: Mapping[str, bytes] = FILES) -> Path:
    """Write a model's folder."""
    for name, data in held.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return where


def model_archive(where: Path, held: Mapping[str, bytes] = FILES, root: str = "") -> Path:
    """Write a .tar.gz of a model, below a folder of its own where one is named."""
    with tarfile.open(where, "w:gz") as tar:
        for name, data in held.items():
            info = tarfile.TarInfo(f"{root}{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return where
