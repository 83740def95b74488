"""How fast calls may start: a token bucket that slows down when the deployment says so.

And how many of those may be made that a firewall counts.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from drtui.domain.admin_calls import HELD_SECONDS, MOST, bulk_share
from drtui.store.admin_calls import claim_calls, counted_calls
from drtui.store.database import Database

_BURST_SECONDS: Final = 0.25
_SLOWEST: Final = 1.0
_RECOVERY_SECONDS: Final = 30.0
_UNPACED: Final = 1e6  # calls a second from which on nothing is held back; it can be infinite


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


class Ceiling:
    """At most so many calls begin in any one second, whatever was saved up for them.

    The bucket of a `Pacer` lets a burst through after a pause, and calls that waited behind slow
    ones begin together; a user pool's quota is counted by the second. Safe to use from several
    threads.

    Args:
        per_second: How many, rounded down, one at the least.
        clock: Seconds that never go backwards.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        most = max(1, int(min(per_second, _UNPACED)))
        self._begun: deque[float] = deque(maxlen=most)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Return when the next call may begin.

        Args:
            wanted: Whether the call is to be made at all; one that is not, any more, counts for
                nothing.

        Returns:
            Whether it may; it may not where it is not wanted.
        """
        # Whoever comes meanwhile waits for the lock, and would have to wait longer than this one.
        with self._lock:
            if wanted() and len(self._begun) == self._begun.maxlen:
                while (left := self._begun[0] + 1.0 - self._clock()) > 0:
                    self._sleep(left)
            if not wanted():
                return False
            self._begun.append(self._clock())
            return True


class Counted:
    """Calls that one purpose made in this process, for as long as they count.

    Args:
        held: Seconds for which a call counts.
        clock: Seconds that never go backwards.
    """

    def __init__(self, held: float, clock: Callable[[], float]) -> None:
        self._held = held
        self._clock = clock
        self._made: deque[float] = deque()

    def __len__(self) -> int:
        gone = self._clock() - self._held
        while self._made and self._made[0] <= gone:
            self._made.popleft()
        return len(self._made)

    def add(self, count: int = 1) -> None:
        """Count calls that are about to be made."""
        self._made.extend([self._clock()] * count)

    def seconds_until(self, room: int) -> float:
        """How long until at most so many count; 0 is now."""
        count = len(self)
        if count <= room:
            return 0.0
        return self._made[count - room - 1] + self._held - self._clock()


class AdminBudget:
    """Calls whose path contains `/admin/`: counted in the store, for all who make them.

    A firewall blocks an address after 100 of them in 5 minutes (DeepRacer API facts). At most
    `calls` count at any time, whichever processes of this store made them, before or after a
    restart; what is left to the firewall's limit is for the admin's browser. They may be made at
    once: models of a few dozen racers are deleted without a pause, and what comes after gets its
    turn as those calls cease to count, one by one. Three quarters of them are what a bulk
    operation can have; the rest is kept for whoever looks at a racer's page meanwhile, and for
    the reading that a facilitator's list comes from, so that the screens of an event day stay
    alive during the largest deletion.

    Time is the store's clock, since it has to outlast the process. One that is set back makes
    calls count longer. One that is set forward is seen through by the process that made the
    calls, which remembers them by a clock of its own, and not by others.

    Safe to use from several threads. Every method raises a `StoreProblemError` when the store
    cannot be used.

    Args:
        database: The open store.
        calls: How many may count at a time.
        held: Seconds for which a call counts.
        clock: Seconds that never go backwards.
    """

    def __init__(
        self,
        database: Database,
        calls: int = MOST,
        held: float = HELD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if calls < 1:
            raise ValueError("some calls have to be allowed")
        self._database = database
        self._calls = calls
        self._held = held
        self._clock = clock
        self._own = Counted(held, clock)  # what this process made
        self._lock = threading.Lock()

    @property
    def calls(self) -> int:
        """How many may count at a time."""
        return self._calls

    @property
    def interval(self) -> float:
        """Seconds after which one more call can be made in bulk, on an average."""
        return self._held / self._most(bulk=True)

    def counted(self) -> Counted:
        """Return what counts the calls of one purpose for as long as they count here."""
        return Counted(self._held, self._clock)

    def take(self, count: int = 1, *, bulk: bool = False, most: int | None = None) -> bool:
        """Count so many calls, before they are made.

        Args:
            count: How many.
            bulk: Whether they are one target's among many, for which nobody waits at a screen.
            most: How many may count at a time, these included, where that is fewer.

        Returns:
            Whether they may be made; none is counted where there are not enough for all.
        """
        most = self._most(bulk=bulk) if most is None else most
        with self._lock:
            if len(self._own) + count > most:
                return False
            if not claim_calls(self._database, count, most, self._held):
                return False
            self._own.add(count)
            return True

    def seconds_until(
        self, count: int = 1, *, bulk: bool = False, most: int | None = None
    ) -> float:
        """How long until so many calls can be made, if nobody else makes any; 0 is now.

        Infinite for more calls than can ever be made at once.
        """
        most = self._most(bulk=bulk) if most is None else most
        if count > most:
            return float("inf")
        with self._lock:
            here = self._own.seconds_until(most - count)
        now = self._database.clock()
        with self._database.read() as connection:
            made = counted_calls(connection, now, self._held)
        return max(here, self._left(made, most - count, now))

    def _most(self, *, bulk: bool) -> int:
        return bulk_share(self._calls) if bulk else self._calls

    def _left(self, made: Sequence[float], room: int, now: float) -> float:
        """Seconds until at most `room` of these calls count."""
        if len(made) <= room:
            return 0.0
        return made[len(made) - room - 1] + self._held - now
