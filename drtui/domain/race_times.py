"""Times of races as the admin reads and types them: always with the zone they are in.

Times are sent in UTC. Where the clocks change, a local time may not exist, or exist twice: neither
is ever guessed.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_TYPED: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T|\s+|\s*,\s*)(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S.*)?",
    re.ASCII | re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_UTC: Final = ("utc", "gmt", "z")
_TWICE: Final = 2
_HOURS: Final = 24


class SystemZone(tzinfo):
    """The zone of this machine, whatever it is called, with its changes of the clock."""

    def utcoffset(self, at: datetime | None, /) -> timedelta | None:
        """Return the offset of a local time."""
        return None if at is None else _as_local(at).utcoffset()

    def dst(self, at: datetime | None, /) -> timedelta | None:
        """Return that it is not known."""
        return None

    def tzname(self, at: datetime | None, /) -> str | None:
        """Return what the zone is called at a local time."""
        return None if at is None else _as_local(at).tzname()

    def fromutc(self, at: datetime, /) -> datetime:
        """Return the local time of a moment; the second one of two is marked by its fold."""
        local = at.replace(tzinfo=UTC).astimezone()
        first = local.replace(tzinfo=self, fold=0)
        return first if first.utcoffset() == local.utcoffset() else first.replace(fold=1)


SYSTEM_ZONE: Final = SystemZone()


def zone_named(name: str) -> tzinfo:
    """Return a zone such as `Europe/Berlin`; an empty name is this machine's.

    Raises:
        InvalidInputError: There is none of that name.
    """
    wanted = name.strip()
    if not wanted:
        return SYSTEM_ZONE
    if wanted.casefold() in _UTC:
        return UTC
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInputError(
            f"There is no time zone “{clean(wanted, 40)}”: write one such as Europe/Berlin, or UTC."
        ) from error


def zone_text(zone: tzinfo) -> str:
    """Return what a zone is called, such as `Europe/Berlin`."""
    if isinstance(zone, SystemZone):
        return "this machine's time zone"
    return str(zone)


def time_text(at: datetime, zone: tzinfo) -> str:
    """Return a time in a zone: `2026-03-29 14:30 CEST`; the seconds where they are not zero."""
    return f"{clock_text(at, zone)} {zone_at(at, zone)}"


def clock_text(at: datetime, zone: tzinfo) -> str:
    """Return a time in a zone that is told beside it: `2026-03-29 14:30`."""
    local = in_zone(at, zone)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def zone_at(at: datetime, zone: tzinfo) -> str:
    """Return what a zone is called at a time: `CEST`, or `UTC+03` where it has no such name."""
    name = clean(in_zone(at, zone).tzname() or "UTC", 40)
    return f"UTC{name}" if name[:1] in ("+", "-") else name


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """Return a time in a zone; in UTC at the ends of the calendar, where it has none there."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError, OSError):  # the last two are of this machine's own zone
        return at.astimezone(UTC)


def parse_local(text: str, zone: tzinfo) -> datetime:
    """Return the UTC time that was typed.

    Args:
        text: `2026-03-29 14:30`, with or without seconds; behind it `UTC`, an offset such as
            `+02:00`, or what the zone is called then such as `CEST`.
        zone: Which it is in where it does not say.

    Raises:
        InvalidInputError: It is no time, or one that the zone does not have, or has twice.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise InvalidInputError(
            f"“{clean(text.strip(), 40)}” is no date and time: write YYYY-MM-DD 14:30, and the "
            f"zone behind it (UTC, +02:00) where it is not {zone_text(zone)}."
        )
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        typed = datetime(year, month, day, hour, minute, second)
        return _placed(typed, (found[7] or "").strip(), zone)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"There is no such time as {clean(text.strip(), 40)}.") from error


def _placed(typed: datetime, suffix: str, zone: tzinfo) -> datetime:
    """Return the UTC time of what was typed, with what stands behind it."""
    if suffix.casefold() in _UTC:
        return typed.replace(tzinfo=UTC)
    if offset := _OFFSET.fullmatch(suffix):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        ahead = timedelta(hours=hours, minutes=minutes)
        if hours >= _HOURS or minutes >= 60:
            raise ValueError(suffix)
        return typed.replace(tzinfo=UTC) - (ahead if offset[1] == "+" else -ahead)
    local = f"{typed:%Y-%m-%d %H:%M}"
    times = _times_of(typed, zone)
    if not times:
        raise InvalidInputError(
            f"{local} does not exist in {zone_text(zone)}: the clocks go forward over it."
        )
    names = [zone_at(one, zone) for one in times]
    if suffix:
        named = [one for one, name in zip(times, names, strict=True) if _same(name, suffix)]
        if len(named) == 1:
            return named[0]
        raise InvalidInputError(
            f"“{clean(suffix, 40)}” is not the time that {zone_text(zone)} has then: write "
            f"{' or '.join(names)}, or UTC."
        )
    if len(times) == _TWICE:
        raise InvalidInputError(
            f"{local} is there twice in {zone_text(zone)}, where the clocks go back: write "
            f"{' or '.join(names)} behind it."
        )
    return times[0]


def _times_of(typed: datetime, zone: tzinfo) -> list[datetime]:
    """Return the UTC times that a zone's clocks show as typed: none, one or two."""
    both = (typed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = {one for one in both if one.astimezone(zone).replace(tzinfo=None) == typed}
    return sorted(shown)


def _same(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()


def _as_local(at: datetime) -> datetime:
    return at.replace(tzinfo=None).astimezone()
