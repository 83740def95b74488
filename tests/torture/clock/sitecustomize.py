"""Sets the clock of a program off by what a file says, in seconds; where no file is named, by none.

It is on the path of the programs that are tortured, and Python imports it at their start. Only
what they call the time is changed: signatures, which a wrong clock would spoil, are not. By SIGUSR1
a program that hangs tells where.
"""

import faulthandler
import mmap
import os
import signal
import struct
import time
from functools import cache

_NUMBER = struct.Struct("<d")
_true_time = time.time


@cache
def _mapped(path: str) -> mmap.mmap:
    with open(path, "rb") as file:  # noqa: PTH123  # before anything else may be imported
        return mmap.mmap(file.fileno(), _NUMBER.size, access=mmap.ACCESS_READ)


def _time() -> float:
    path = os.environ.get("TORTURE_CLOCK")
    return _true_time() + (_NUMBER.unpack_from(_mapped(path))[0] if path else 0.0)


time.time = _time
faulthandler.register(signal.SIGUSR1)
