"""The live time of a race: moved by a span or to a time, as long as the live race has not begun.

DeepRacer API facts, PATCH of a leaderboard: the live time goes alone, without a definition, before
the live race starts, and has to be in the future.
"""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_documents import wire_time
from drtui.domain.race_times import parse_local
from drtui.domain.races import LiveStatus
from drtui.domain.schedule_times import EXAMPLES as TIME_EXAMPLES
from drtui.domain.schedule_times import parse_when
from drtui.domain.text import clean

EXAMPLES: Final = f"+20m or +1h30m (from the time planned), {TIME_EXAMPLES}"
MOVING: Final = "live time to be moved"
"""What is pending of a race whose live time is on its way to be moved."""
_SPAN: Final = re.compile(
    r"([+-])\s*(?=\d)(?:(\d{1,4})\s*d)?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,4})\s*(?:m|min)?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_live_time(text: str, zone: tzinfo, now: datetime, planned: datetime | None) -> datetime:
    """Return the live time that was typed, in UTC; it may be past.

    Args:
        text: A span from the planned time such as `+20m`, `+1h30m` or `-10` (minutes), or a time as
            `race_times.parse_local` and `schedule_times.parse_when` take it.
        zone: Which a time is in where it does not say.
        now: The present.
        planned: The live time so far; None where it is not known.

    Raises:
        InvalidInputError: It is neither, or a time that the zone does not have, or has twice.
    """
    typed = text.strip()
    if typed.startswith(("+", "-")):
        return _shifted(typed, planned)
    return parse_local(typed, zone) if typed[:4].isdigit() else parse_when(typed, zone, now)


def why_not_moved(live_status: str, live_at: datetime, now: datetime) -> str:
    """Say why the deployment would not move a live time; empty where it would.

    Args:
        live_status: As sent; empty where it was not told.
        live_at: The new time.
        now: The present.
    """
    return why_begun(live_status) or ("The live time is past." if live_at <= now else "")


def why_begun(live_status: str) -> str:
    """Say why a live time is not moved any more, to whatever time; empty where it is."""
    if live_status in ("", LiveStatus.SCHEDULED):
        return ""
    stands = "is over" if live_status == LiveStatus.COMPLETED else "has begun"
    return f"The live race {stands}: its time stays."


def is_same_time(one: datetime | None, other: datetime) -> bool:
    """Whether two times are the same as they are sent: to the millisecond."""
    return one is not None and wire_time(one) == wire_time(other)


def _shifted(typed: str, planned: datetime | None) -> datetime:
    found = _SPAN.fullmatch(typed)
    if found is None:
        raise InvalidInputError(f"“{clean(typed, 40)}” is no span: write +20m, +1h or +1h30m.")
    if planned is None:
        raise InvalidInputError("The live time so far is not known: write a time, not a span.")
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes)
    try:
        return planned + span if found[1] == "+" else planned - span
    except OverflowError as error:
        raise InvalidInputError(f"There is no time {clean(typed, 40)} from then.") from error
