"""Noting the pace in the store, for whoever watches a delivery."""

from collections.abc import Callable
from typing import Final

from drtui.store.database import Database
from drtui.store.sync_state import write_pace
from drtui.sync.pacing import Pacer

_SECONDS: Final = 1.0
_MOST: Final = 1e6  # beyond that it is no pace; it can be infinite


class PaceNote:
    """Writes the pace when it reads otherwise, as a whole number, at most once a second.

    Args:
        database: The open store.
        pacer: Whose pace it is.
        clock: Seconds that never go backwards.
    """

    def __init__(self, database: Database, pacer: Pacer, clock: Callable[[], float]) -> None:
        self._database = database
        self._pacer = pacer
        self._clock = clock
        self._noted = -1
        self._at = float("-inf")

    def renew(self) -> None:
        """Look at the pace, while something is sent."""
        now, pace = self._clock(), round(min(self._pacer.rate, _MOST))
        if pace != self._noted and now - self._at >= _SECONDS:
            write_pace(self._database, self._pacer.rate, self._pacer.ceiling)
            self._noted, self._at = pace, now
