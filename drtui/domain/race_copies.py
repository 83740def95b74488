"""Copies of races, to be edited or created: named anew, and with dates that are not past."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from drtui.domain.race_rules import LONGEST_NAME
from drtui.domain.races import Definition

_WEEK: Final = timedelta(weeks=1)


def clone_of(
    definition: Definition,
    *,
    now: datetime,
    zone: tzinfo,
    names: Collection[str] = (),
    weeks: int | None = None,
) -> Definition:
    """Return a copy to be edited: `Copy of …`, with dates that are not past.

    It is moved by the fewest whole weeks, and keeps its times of day where the clocks change.

    Args:
        definition: Of the race to be copied.
        now: The moment.
        zone: Whose time of day stays.
        names: Of the races there are, which the copy does not take.
        weeks: By how many it is moved; None is the fewest.
    """
    weeks = _weeks_to_come(definition, now) if weeks is None else weeks
    live_at = definition.live_at
    return replace(
        definition,
        name=_copy_name(definition.name, names),
        opens_at=_later(definition.opens_at, weeks, zone),
        closes_at=_later(definition.closes_at, weeks, zone),
        live_at=None if live_at is None else _later(live_at, weeks, zone),
    )


def clones_of(
    definitions: Sequence[Definition],
    *,
    now: datetime,
    zone: tzinfo,
    names: Collection[str] = (),
) -> list[Definition]:
    """Return copies of races, all moved by the same weeks, so that a series stays one.

    See `clone_of`.
    """
    weeks = max((_weeks_to_come(one, now) for one in definitions), default=0)
    taken, copies = set(names), []
    for one in definitions:
        copies.append(clone_of(one, now=now, zone=zone, names=taken, weeks=weeks))
        taken.add(copies[-1].name)
    return copies


def _weeks_to_come(definition: Definition, now: datetime) -> int:
    """Return the fewest whole weeks by which a race is moved so that it is to come."""
    first = min(filter(None, (definition.opens_at, definition.live_at)))
    return max(0, math.floor((now - first) / _WEEK) + 1) if first <= now else 0


def _later(at: datetime, weeks: int, zone: tzinfo) -> datetime:
    try:
        local = at.astimezone(zone)
        moved = (local.replace(tzinfo=None) + weeks * _WEEK).replace(tzinfo=zone, fold=local.fold)
        return moved.astimezone(UTC)
    except (OverflowError, ValueError, OSError):  # of the machine's zone, at the ends of time
        return at


def _copy_name(name: str, names: Collection[str]) -> str:
    number = 1
    while True:
        prefix = "Copy of " if number == 1 else f"Copy {number} of "
        copied = f"{prefix}{name.strip()}"[:LONGEST_NAME].rstrip()
        if copied not in names:
            return copied
        number += 1
