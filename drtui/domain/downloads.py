"""How many downloads there may be, and when the last of them begins."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.durations import rounded_up_text
from drtui.domain.wording import counted

DOWNLOADS: Final = 40
"""So many begin in 5 minutes unless the settings say otherwise."""

ALARM: Final = 50
"""At so many in 5 minutes an alarm of the deployment fires (DeepRacer API facts)."""

WINDOW_SECONDS: Final = 300.0
"""An alarm of the deployment counts the downloads of so long (DeepRacer API facts)."""

_MINUTES: Final = 5
_PLAYED: Final = 500  # turns that are reckoned one by one; the rest go at the pace


@dataclass(frozen=True, slots=True)
class Most:
    """How many downloads there may be, all of them one at least.

    Attributes:
        downloads: That begin within `WINDOW_SECONDS`.
        own_calls: That count among those that a firewall counts.
        calls: Such calls that may count beside those of screens.
    """

    downloads: int
    own_calls: int
    calls: int


def finish_line(
    count: int, now: datetime, *, waiting: int, begun: int, per_window: int, calls: int
) -> str:
    """Say when the last of some downloads begins, if nothing else holds it up.

    Args:
        count: How many are planned.
        now: When this is said.
        waiting: How many are on their way already.
        begun: How many began in the last 5 minutes.
        per_window: How many may begin in 5 minutes, by the settings.
        calls: How many calls of bulk operations a firewall leaves in 5 minutes.
    """
    most = max(1, min(per_window, calls))
    windows = (max(1, count) + waiting + min(begun, most) - 1) // most
    what = counted(count + waiting, "download")
    pace = f"{most} in 5 minutes"
    if not windows:
        return f"{what}, at most {pace}: all of them begin one after the other, without a pause."
    wait = timedelta(minutes=_MINUTES * windows)
    return (
        f"{what} at {pace}: the last begins about {now + wait:%Y-%m-%d %H:%M} UTC, in "
        f"{rounded_up_text(wait.total_seconds())}, if files come as fast as that."
    )


@dataclass(frozen=True, slots=True)
class Turns:
    """When downloads that wait may begin, if files come as fast as that.

    Attributes:
        first: In how many seconds the next one may; 0 is now.
        last: In how many seconds the last one may.
    """

    first: float
    last: float


def turns(
    count: int, now: float, *, begun: Sequence[float], calls: Sequence[float], most: Most
) -> Turns:
    """Return when so many downloads may begin.

    Args:
        count: How many wait, one at least.
        now: In seconds since the epoch, as the others.
        begun: When those began that count still, the earliest first.
        calls: When the calls were made that a firewall counts, likewise; downloads are such calls.
        most: How many there may be.
    """
    counts = [
        (deque(begun), most.downloads, WINDOW_SECONDS),
        (deque(begun), most.own_calls, HELD_SECONDS),
        (deque(calls), most.calls, HELD_SECONDS),
    ]
    first = at = now
    played = min(count, _PLAYED)
    for number in range(played):
        for made, room, held in counts:
            while made and made[0] <= at - held:
                made.popleft()
            if len(made) >= room:
                at = max(at, made[len(made) - room] + held)
        for made, _, _ in counts:
            made.append(at)
        first = first if number else at
    pace = min(room / held for _, room, held in counts)
    return Turns(first - now, at - now + (count - played) / pace)


def size_text(size: int) -> str:
    """Return a size for the admin: `812 bytes`, `12.3 MB`, `4.9 GB`; 1 MB is 1,000,000 bytes."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= bytes_of:
            return f"{size / bytes_of:,.1f} {unit}"
    return f"{size} bytes"
