"""How long something takes, took, or is away."""

from datetime import timedelta
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def duration_text(span: timedelta) -> str:
    """Return a span in its two largest units: `3 d 4 h`, `2 h 05 min`, `12 min`, `40 s`.

    One that is zero goes without saying, and is none of the two: `1 d 25 min`.
    """
    seconds = max(0, int(span.total_seconds()))
    days, hours, minutes = seconds // _DAY, seconds // _HOUR % 24, seconds // _MINUTE % 60
    if days:
        rest = f"{hours} h" if hours else f"{minutes} min" if minutes else ""
        return f"{days:,} d {rest}".rstrip()
    if hours:
        return f"{hours} h {minutes:02} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def rounded_up_text(seconds: float) -> str:
    """Return a duration that is not promised too short: `7 s`, `3 min`, `2 h 05 min`, `2 d 1 h`."""
    whole = rounded_up(seconds, 1)
    step = 1 if whole < _MINUTE else _MINUTE if whole < _DAY else _HOUR
    return duration_text(timedelta(seconds=step * rounded_up(whole, step)))


def rounded_up(amount: float, size: int) -> int:
    """Return how many of a size are at least needed for an amount; one is the least."""
    return max(1, int(-(-amount // size)))
