"""Archives of models for tests: sound ones, and all kinds that are not.

archive()                               # bytes of a sound one
archive({"a.txt": b"x"}, metadata=None) # other files, without model_metadata.json
packed(tar_of(member("../x", b"")))     # by hand
"""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping

from drtui.domain.models import ModelRow

METADATA: Mapping[str, object] = {
    "action_space": [
        {"steering_angle": 30, "speed": 1.0, "index": 1},
        {"steering_angle": -30.0, "speed": 2, "index": 0},
    ],
    "sensor": ["FRONT_FACING_CAMERA"],
    "neural_network": "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW",
    "training_algorithm": "clipped_ppo",
    "version": "5",
}
REWARD = "def reward_function(params):\n    return 1.0\n"


def member(name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, **more: object) -> bytes:
    """One member as the standard library writes it: header, data, padding."""
    info = tarfile.TarInfo(name)
    info.size, info.type = len(data), kind
    for key, value in more.items():
        setattr(info, key, value)
    plain = len(name) <= 200 and name.isascii()
    header = info.tobuf(tarfile.GNU_FORMAT) if plain else info.tobuf(tarfile.PAX_FORMAT)
    return header + data + b"\0" * (-len(data) % 512)


def tar_of(*members: bytes) -> bytes:
    """Members with the end behind them."""
    return b"".join(members) + b"\0" * 1024


def packed(data: bytes, level: int = 6) -> bytes:
    """Data as gzip, always the same for the same."""
    return gzip.compress(data, level, mtime=0)


def archive(
    files: Mapping[str, bytes] | None = None,
    metadata: object = METADATA,
    reward: str | None = REWARD,
    *,
    mtime: int = 0,
) -> bytes:
    """A sound archive."""
    held = dict(files if files is not None else {"agent/model.pb": bytes(range(256)) * 40})
    if metadata is not None:
        held["model_metadata.json"] = json.dumps(metadata).encode()
    if reward is not None:
        held["reward_function.py"] = reward.encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in held.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), mtime
            tar.addfile(info, io.BytesIO(data))
    return packed(buffer.getvalue())


def model(
    number: int = 0, *, alias: str = "ada", name: str = "fast", status: str = "READY"
) -> ModelRow:
    """A model of a racer, both by a number."""
    return ModelRow(
        number,
        f"racer{number:010d}",
        f"model{number:010d}",
        name,
        status,
        alias=alias,
        email=f"{alias}@example.com",
    )
