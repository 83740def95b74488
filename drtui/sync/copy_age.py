"""How old the store's copy of the account is, and when it is to be read again."""

import time
from typing import Final

from drtui.store.database import Database
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import read_sync_state
from drtui.sync.sweeping import NAMES_SECONDS, Sweeper

_FAILURES_ENOUGH: Final = 3
_SWEEP_SHARE: Final = 5.0  # a sweep may take at most a fifth of the time


class CopyAge:
    """The age of one engine's copy; for the engine's own thread.

    Args:
        sweeper: Who reads it.
        refresh_seconds: How old it may get before it is read again.

    Attributes:
        wanted: Whether it is to be read before anything is sent: an outage would hide a conflict.
        failures: How many first calls and readings in a row have failed.
    """

    def __init__(self, sweeper: Sweeper, refresh_seconds: float) -> None:
        self.wanted = True
        self.failures = 0
        self._sweeper = sweeper
        self._refresh = refresh_seconds
        self._ended_at = float("-inf")  # monotonic; the end of the last sweep, complete or not
        self._complete_at = float("-inf")

    def begin(self, database: Database) -> None:
        """Take over the copy that an engine before this one has read, if there is one.

        Where it is of the future the clock was set back, and its age is not known.
        """
        with database.read() as connection:
            swept_at = read_sync_state(connection).swept_at
            names_only = swept_names_only(connection)
        if swept_at is None:
            return
        age = database.clock() - swept_at.timestamp()
        self._complete_at = self._ended_at = time.monotonic() - max(0.0, age)
        self.wanted = names_only or not 0.0 <= age <= self._refresh

    def want(self) -> None:
        """Have it read from now on; to be said again while it was not.

        A sweep under way began earlier: the next one is meant.
        """
        self.wanted |= not self._sweeper.running

    def ended(self, *, complete: bool) -> None:
        """A sweep ended."""
        self._ended_at = time.monotonic()
        if complete:
            self._complete_at = self._ended_at
            self.wanted = False
            self.failures = 0

    def is_due(self, for_items: float | None, now: float) -> bool:
        """Whether it is to be read now, where nothing is in the way.

        Args:
            for_items: From when on reading it lets some item go on; None where none waits for it.
            now: In seconds since the epoch, as that is.
        """
        since = self.since_sweep()
        if since < self._sweeper.gap and (self.failures or not self.wanted):
            return False
        lets_go_on = for_items is not None and for_items <= now and not self._sweeper.names_only
        return self.wanted or lets_go_on or since >= self.pause

    @property
    def hopeless(self) -> bool:
        """Whether reading it has failed too often for anybody to wait for it."""
        return self.failures >= _FAILURES_ENOUGH

    @property
    def names_only(self) -> bool:
        """Whether it was read by somebody who sees no more than names."""
        return self._sweeper.names_only

    @property
    def pause(self) -> float:
        """How long to wait between two sweeps, in seconds."""
        least = NAMES_SECONDS if self._sweeper.names_only else 0.0
        return max(least, self._refresh, _SWEEP_SHARE * self._sweeper.duration)

    def since_sweep(self) -> float:
        """How long ago the last sweep ended, in seconds."""
        return time.monotonic() - self._ended_at

    @property
    def good(self) -> bool:
        """Whether it can show a conflict: it was read whole, and not too long ago.

        One of names alone shows none, and who reads that may not change anything either.
        """
        too_old = time.monotonic() - self._complete_at > 2 * self.pause
        return not (self.wanted or too_old or self._sweeper.names_only)
