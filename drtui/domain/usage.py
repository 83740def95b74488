"""Usage over time: the deployment zeroes it on the first of a month, an event goes on counting."""

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


def _fell(before: int | None, now: int | None) -> bool:
    return before is not None and now is not None and now < before
