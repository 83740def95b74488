"""How fast calls may start: a token bucket that slows down when the deployment says so."""

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
