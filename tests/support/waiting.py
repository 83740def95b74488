"""Waiting for a condition, instead of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import Final

_LOOK: Final = 0.02
_REST: Final = 2  # for as long as a look takes, twice as long without one
_LONGEST: Final = 0.3


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll until the condition holds, or fail after so many seconds.

    What takes long to look at is looked at less often: the time is theirs who bring it about.
    """
    deadline = time.monotonic() + seconds
    looked = time.monotonic()
    while not holds():
        now = time.monotonic()
        assert now < deadline, "it did not come true in time"
        time.sleep(min(max(_LOOK, _REST * (now - looked)), _LONGEST))
        looked = time.monotonic()
