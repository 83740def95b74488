"""Usage over time: the deployment zeroes it on the first of a month, an event goes on counting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

# The deployment's monthly job runs some time on the first; a day later it surely has run.
RESET_SURE_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a profile has used, as read at one moment; None is unknown."""

    minutes_used: int | None
    models: int | None
    read_at: datetime


def began_again(before: Usage, now: Usage) -> bool:
    """Whether the deployment has zeroed the month's counts between two readings.

    Used minutes and models never fall otherwise. Where they have not fallen, they still began
    again when a month has begun since the first reading and its first day is over.
    """
    if _fell(before.minutes_used, now.minutes_used) or _fell(before.models, now.models):
        return True
    first = now.read_at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return before.read_at < first and now.read_at >= first + RESET_SURE_AFTER


def minutes_over_time(
    readings: Iterable[Usage], in_total: int | None
) -> tuple[tuple[datetime, int], ...]:
    """Return how the minutes added up, month after month: readings with their running totals.

    Args:
        readings: In the order of time; those without minutes are left out.
        in_total: What they are known to add up to by now, None when that is unknown. A reading
            never shows more: which of two months a reading belongs to can be doubtful.
    """
    series: list[tuple[datetime, int]] = []
    carried = 0
    before: Usage | None = None
    for reading in readings:
        if reading.minutes_used is None:
            continue
        if before is not None and began_again(before, reading):
            carried += before.minutes_used or 0
        before = reading
        total = carried + reading.minutes_used
        series.append((reading.read_at, total if in_total is None else min(total, in_total)))
    return tuple(series)


def _fell(before: int | None, now: int | None) -> bool:
    return before is not None and now is not None and now < before
