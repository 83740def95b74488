"""How fast calls may start: a token bucket that slows down when the deployment says so.

And how many of those may be made that a firewall counts.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

_BURST_SECONDS: Final = 0.25
_SLOWEST: Final = 1.0
_RECOVERY_SECONDS: Final = 30.0


class Pacer:
    """A token bucket: `rate` calls a second, a quarter of a second's worth saved up.

    A throttled answer halves the rate, once a second at the most; it grows back to what was
    asked for within half a minute without one.
    """

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._ceiling = rate
        self._rate = rate
        self._clock = clock
        self._tokens = self._burst()
        self._at = clock()
        self._slowed_at = clock() - _RECOVERY_SECONDS

    @property
    def rate(self) -> float:
        """Calls a second at present."""
        return self._rate

    @property
    def ceiling(self) -> float:
        """Calls a second while the deployment does not ask for less."""
        return self._ceiling

    def take(self, wanted: int) -> int:
        """Take up to `wanted` tokens; return how many calls may start now."""
        self._refill()
        taken = min(wanted, int(self._tokens))
        self._tokens -= taken
        return taken

    def give_back(self, unused: int) -> None:
        """Return tokens of calls that were not made after all."""
        self._tokens = min(self._tokens + unused, self._burst())

    def throttled(self) -> None:
        """Slow down, since the deployment asked for it."""
        now = self._clock()
        if now - self._slowed_at >= 1.0:
            self._refill()
            self._rate = max(_SLOWEST, self._rate / 2)
            self._tokens = 0.0
            self._slowed_at = now

    def _burst(self) -> float:
        return max(1.0, self._rate * _BURST_SECONDS)

    def _refill(self) -> None:
        now = self._clock()
        passed, self._at = max(0.0, now - self._at), now
        if now - self._slowed_at >= 1.0:
            self._rate = min(self._ceiling, self._rate + self._ceiling * passed / _RECOVERY_SECONDS)
        self._tokens = min(self._tokens + passed * self._rate, self._burst())


class AdminBudget:
    """Calls whose path contains `/admin/`: a token bucket, shared by all who make them.

    A firewall blocks an address after 100 of them in 5 minutes (DeepRacer API facts). In any such
    window this lets through what is saved up and what grows back, `calls` altogether, which
    leaves the rest to the admin's browser. Safe to use from several threads.

    Args:
        calls: How many in a window at the most.
        window: Seconds.
        burst: How many of them at once.
        clock: Seconds that never go backwards.
    """

    def __init__(
        self,
        calls: int = 80,
        window: float = 300.0,
        burst: int = 40,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < burst < calls:
            raise ValueError("some calls have to be left to grow back")
        self._burst = float(burst)
        self._rate = (calls - burst) / window
        self._clock = clock
        self._tokens = self._burst
        self._at = clock()
        self._lock = threading.Lock()

    @property
    def interval(self) -> float:
        """Seconds in which one call grows back."""
        return 1 / self._rate

    def take(self, count: int = 1) -> bool:
        """Take tokens for so many calls; False, and none is taken, when there are not enough."""
        with self._lock:
            self._refill()
            if self._tokens < count:
                return False
            self._tokens -= count
            return True

    def seconds_until(self, count: int = 1) -> float:
        """How long until there are tokens for so many calls, if nobody else takes any; 0 is now.

        Infinite for more calls than can be saved up.
        """
        with self._lock:
            self._refill()
            if count > self._burst:
                return float("inf")
            return max(0.0, (count - self._tokens) / self._rate)

    def _refill(self) -> None:
        now = self._clock()
        passed, self._at = max(0.0, now - self._at), now
        self._tokens = min(self._tokens + passed * self._rate, self._burst)
