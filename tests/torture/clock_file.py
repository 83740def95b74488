"""The clock of the programs that are tortured: a file that says how far it is off."""

import os
import struct
from pathlib import Path
from typing import Final

from tests.e2e.forking import Forks

_NUMBER: Final = struct.Struct("<d")
_PROGRAM: Final = Path(__file__).parent / "clock"


class ClockFile:
    """How far off the clock is, for all programs at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.offset = 0.0
        path.write_bytes(_NUMBER.pack(0.0))

    def step(self, seconds: float) -> None:
        """Set the clock forward, or back."""
        self.offset += seconds
        with self._path.open("r+b") as file:
            file.write(_NUMBER.pack(self.offset))

    def environment(self) -> dict[str, str]:
        """What makes a program's clock this one."""
        return {"TORTURE_CLOCK": str(self._path), "PYTHONPATH": python_path()}


def python_path() -> str:
    """The path of a program whose clock can be set."""
    kept = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([str(_PROGRAM), *filter(None, [kept])])


def forks_with_clocks() -> Forks:
    """What makes runs of `drtui` begin quickly, each with a clock that can be set."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = python_path()
    try:
        return Forks()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
