"""Calls whose path contains `/admin/`: how many of them there may be, and which are counted.

A deployment's firewall blocks an address after 100 of them in 5 minutes (DeepRacer API facts).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST: Final = 90
"""So many in 5 minutes unless the settings say otherwise; the rest is the admin's browser's."""

HELD_SECONDS: Final = 330.0
"""How long a call counts: the firewall's 5 minutes, and the half minute that a call may take to
get there after it was counted, behind others or behind the deletion that comes first."""


def bulk_share(calls: int) -> int:
    """How many of so many calls may count while bulk operations make more: three quarters.

    The rest is for whoever looks at a racer's page meanwhile.
    """
    return max(1, calls * 3 // 4)


def download_share(calls: int) -> int:
    """How many of so many calls downloads may have: three fifths.

    They go on for hours, and what else goes on meanwhile has to get on too.
    """
    return max(1, calls * 3 // 5)


def sweep_share(calls: int) -> int:
    """How many of so many calls may count while reading everybody's models makes more: half.

    The other half is for deletions and for whoever looks at a racer's page meanwhile.
    """
    return max(1, calls // 2)


def least_sweep_share(calls: int) -> int:
    """How many of so many calls reading everybody's models may have beside others: a quarter.

    Downloads as fast as they may be leave so many of the bulk's share.
    """
    return max(1, calls // 4)


def sweep_pace(calls: int, others: int, *, yields: bool = False) -> int:
    """How many calls reading everybody's models may have while so many of others' count.

    Args:
        calls: How many may count in all.
        others: How many of others' count.
        yields: Whether downloads are on their way, which go before.
    """
    if yields:
        return max(1, min(least_sweep_share(calls), bulk_share(calls) - others))
    beside = min(least_sweep_share(calls), bulk_share(calls) - others)
    return max(1, sweep_share(calls) - others, beside)


def last_turn(count: int, now: float, made: Sequence[float], room: int) -> float:
    """Return when the last of some calls can be made, of which only so many may count at a time.

    Args:
        count: How many there are to make.
        now: In seconds since the epoch, as the others.
        made: When those were made that count still.
        room: How many may count.
    """
    times = sorted(made)
    at = now
    for _ in range(count):
        if len(times) >= room:
            at = max(at, times[-room] + HELD_SECONDS)
        times.append(at)
    return at


@dataclass(frozen=True, slots=True)
class AdminCalls:
    """The calls that count at present.

    Attributes:
        allowed: How many may count at a time.
        made_at: When they were made, the earliest first, those that counted when it was read.
    """

    allowed: int
    made_at: tuple[datetime, ...] = ()

    def used(self, now: datetime) -> int:
        """How many count."""
        gone = bisect_right(self.made_at, now - timedelta(seconds=HELD_SECONDS))
        return len(self.made_at) - gone

    def free(self, now: datetime) -> int:
        """How many may be made now."""
        return max(0, self.allowed - self.used(now))

    def next_slot(self, now: datetime) -> datetime | None:
        """When the next one of them ceases to count; None while none counts."""
        used = self.used(now)
        return self.made_at[-used] + timedelta(seconds=HELD_SECONDS) if used else None
