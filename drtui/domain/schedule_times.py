"""When something is to be done later: as the admin types it, and as it is told.

A time is always of a zone, which is told with it; see `race_times` for what the clocks' changes
make of one.
"""

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from drtui.domain.durations import duration_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_times import clock_text, in_zone, parse_local, zone_at
from drtui.domain.text import clean

EXAMPLES: Final = "18:00, tomorrow 09:00 or YYYY-MM-DD 18:00"
_TYPED: Final = re.compile(
    r"(?:(today|tomorrow)\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S.*)?",
    re.ASCII | re.IGNORECASE,
)
_FURTHEST: Final = timedelta(days=366)


def parse_when(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Return the UTC time that was typed.

    Args:
        text: `18:00` (the next time that the clock shows it), `today 18:00`, `tomorrow 09:00`, or
            a date and time as `race_times.parse_local` takes it; each with a zone behind it where
            it is not the zone given. To the minute: seconds can only be `:00`.
        zone: Which it is in where it does not say.
        now: The present; its day is the zone's.

    Raises:
        InvalidInputError: It is no time, has seconds, is over already, more than a year ahead, or
            one that the zone does not have, or has twice.
    """
    typed = text.strip()
    found = _TYPED.fullmatch(typed)
    if found is not None:
        word, hour, minute, seconds, suffix = found.groups()
        if int(seconds or 0):
            raise _has_seconds(typed)
        clock, today = f"{hour}:{minute} {suffix or ''}", in_zone(now, zone).date()
        if word is None:
            return _next(clock, today, zone, now, anywhere=bool(suffix))
        day = today if word.casefold() == "today" else today + timedelta(days=1)
        at = parse_local(f"{day} {clock}", zone)
    elif typed[:4].isdigit():
        at = parse_local(typed, zone)
        if at.second:
            raise _has_seconds(typed)
    else:
        raise InvalidInputError(f"“{clean(typed, 40)}” is no time: write {EXAMPLES}.")
    if at <= now:
        present = _full(now.replace(second=0), zone)
        raise InvalidInputError(f"{_full(at, zone)} is over already: it is {present}.")
    if at - now > _FURTHEST:
        raise InvalidInputError(f"{_full(at, zone)} is more than a year ahead.")
    return at


def _has_seconds(typed: str) -> InvalidInputError:
    return InvalidInputError(
        f"“{clean(typed, 40)}” has seconds, and times are to the minute: write {EXAMPLES}."
    )


def _next(clock: str, today: date, zone: tzinfo, now: datetime, *, anywhere: bool) -> datetime:
    """Return the next time that clocks show.

    A day whose clocks leave it out, or show it twice, is passed over only once that is over.

    Args:
        clock: The time of day, with a zone behind it where one was typed.
        today: In the zone given.
        zone: Of the time where it names none.
        now: The present.
        anywhere: Whether it names a zone, whose day may be another.
    """
    for days in range(-1 if anywhere else 0, 3):
        day = today + timedelta(days=days)
        try:
            at = parse_local(f"{day} {clock}", zone)
        except InvalidInputError:
            if days >= 0 and not _over(day, clock, zone, now):
                raise
            continue
        if at > now:
            return at
    raise InvalidInputError(f"“{clean(clock, 40)}” is no time: write {EXAMPLES}.")


def _over(day: date, clock: str, zone: tzinfo, now: datetime) -> bool:
    """Whether a time that there is twice, or never, is over: by both readings of it."""
    hour, minute = (int(part) for part in clock.split(maxsplit=1)[0].split(":"))
    if hour > 23 or minute > 59:
        return False
    typed = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return all(typed.replace(fold=fold).timestamp() <= now.timestamp() for fold in (0, 1))


def when_text(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a time as short as it can be meant: `18:00 CET`, or with its date.

    Args:
        at: When.
        zone: Which it is told in.
        now: The present; on the same day of the zone the date goes without saying.
    """
    days = (in_zone(at, zone).date() - in_zone(now, zone).date()).days
    full = _full(at, zone)
    if days == 1:
        return f"tomorrow {full.partition(' ')[2]}"
    return full if days else full.partition(" ")[2]


def ahead_text(at: datetime, now: datetime) -> str:
    """Return how far ahead a time is: `in 3 h 20 min`, or `now` where it has come."""
    return f"in {duration_text(at - now)}" if at > now else "now"


def _full(at: datetime, zone: tzinfo) -> str:
    return f"{clock_text(at, zone)} {zone_at(at, zone)}"
