"""Writing race files: races that are there, and templates for common events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

import tomlkit
from tomlkit.items import Array

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_documents import definition_document, definition_from, wire_time
from drtui.domain.race_files import DEFAULTS, KEYS, RACE, ZONE
from drtui.domain.race_states import timing_text, type_text
from drtui.domain.race_times import SystemZone, clock_text, parse_local
from drtui.domain.races import Definition, Direction, ObjectPosition, RaceType, TimingMethod
from drtui.domain.tracks import direction_text

_OWN: Final = frozenset({"name", "opens", "closes", "live_at"})
"""The keys that are a race's own even where all races of a file have the same."""

_TRACK: Final = "reinvent_base"
_OPENS: Final = time(9)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)

Value = str | int | float | bool | list[dict[str, int | float]]


def write(races: Sequence[Definition], zone: tzinfo) -> str:
    """Return the text of a race file; `race_files.parse` reads the same races from it.

    Args:
        races: One, or a series.
        zone: Of the times. This machine's own has no name, so that they are in UTC then.
    """
    zone = UTC if isinstance(zone, SystemZone) else zone
    tables = [_table(definition, zone) for definition in races]
    document = tomlkit.document()
    if len(tables) == 1:
        document.update({ZONE: str(zone), **_items(tables[0])})
        return tomlkit.dumps(document)
    common = _common(tables)
    document.append(DEFAULTS, tomlkit.item({ZONE: str(zone), **_items(common)}))
    series = tomlkit.aot()
    for table in tables:
        own = {key: value for key, value in table.items() if key not in common}
        series.append(tomlkit.item(_items(own)))
    document.append(RACE, series)
    return tomlkit.dumps(document)


def single_time_trial(now: datetime, zone: tzinfo) -> list[Definition]:
    """Return a time trial of one week from tomorrow on."""
    return [_race("Time trial", now, zone, _DAY, _WEEK)]


def weekly_series(now: datetime, zone: tzinfo) -> list[Definition]:
    """Return four time trials of one week each, one after the other, from tomorrow on."""
    return [
        _race(f"Series, week {number}", now, zone, _DAY + (number - 1) * _WEEK, _WEEK)
        for number in range(1, 5)
    ]


def object_avoidance(now: datetime, zone: tzinfo) -> list[Definition]:
    """Return a race of one week among three objects, from tomorrow on."""
    return [
        replace(
            _race("Object avoidance", now, zone, _DAY, _WEEK),
            race_type=RaceType.OBJECT_AVOIDANCE.value,
            objects=3,
            positions=tuple(
                ObjectPosition(lane, part) for lane, part in ((1, 0.2), (-1, 0.5), (1, 0.8))
            ),
            collision_penalty=5,
        )
    ]


def live_final(now: datetime, zone: tzinfo) -> list[Definition]:
    """Return a live race: submissions for a week from tomorrow on, live on its last day."""
    final = _race("Live final", now, zone, _DAY, _WEEK + timedelta(hours=10))
    return [
        replace(
            final,
            live=True,
            live_at=_at(now, zone, _DAY + _WEEK, time(17)),
            max_submissions=1,
            max_resets=3,
        )
    ]


TEMPLATES: Final[Mapping[str, Callable[[datetime, tzinfo], list[Definition]]]] = {
    "time-trial": single_time_trial,
    "weekly-series": weekly_series,
    "object-avoidance": object_avoidance,
    "live-final": live_final,
}
"""Races for common events by name: from the moment, and the zone of their times."""


def _race(
    name: str, now: datetime, zone: tzinfo, begins: timedelta, lasts: timedelta
) -> Definition:
    opens, closes = (_at(now, zone, span, _OPENS) for span in (begins, begins + lasts))
    return Definition(
        name,
        opens,
        closes + (lasts % _DAY),
        _TRACK,
        Direction.COUNTER_CLOCKWISE.value,
        timing=TimingMethod.BEST_LAP.value,
        off_track_penalty=2,
        max_minutes=10,
    )


def _at(now: datetime, zone: tzinfo, later: timedelta, clock: time) -> datetime:
    """Return a time of day so many days after today, as the zone's clocks show it."""
    day = now.astimezone(zone).date() + later
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _table(definition: Definition, zone: tzinfo) -> dict[str, Value]:
    """Return the keys of a race, in the order of `KEYS`; what is as it is anyway is left out."""
    definition = definition_from(definition_document(definition)) or definition
    plain = Definition(
        "", definition.opens_at, definition.closes_at, "", "", live=definition.live_at is not None
    )
    always = {"name", "race_type", "track", "direction", "opens_at", "closes_at"}
    always |= {"max_submissions", "timing", "min_laps", "max_laps"}
    return {
        key: _value(getattr(definition, field), field, zone)
        for key, field in KEYS.items()
        if field in always or getattr(definition, field) != getattr(plain, field)
    }


def _items(table: Mapping[str, Value]) -> dict[str, Value | Array]:
    """Return a table whose lists stand on one line each."""
    return {
        key: _one_line(value) if isinstance(value, list) else value for key, value in table.items()
    }


def _one_line(values: list[dict[str, int | float]]) -> Array:
    line = tomlkit.array()
    for one in values:
        item = tomlkit.inline_table()
        item.update(one)
        line.append(item)
    return line


def _value(value: object, field: str, zone: tzinfo) -> Value:
    if isinstance(value, datetime):
        return _time(value, zone)
    if isinstance(value, tuple):
        return [{"part": _plain(one.part), "lane": _plain(one.lane)} for one in value]
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, bool | int):
        return value
    told = _WORDS.get(field)
    return str(value) if told is None else told(str(value))


_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "race_type": lambda value: type_text(value) if value in list(RaceType) else value,
    "timing": lambda value: timing_text(value) if value in list(TimingMethod) else value,
    "direction": lambda value: direction_text(value) if value in list(Direction) else value,
}


def _time(at: datetime, zone: tzinfo) -> str:
    """Return a time as it is typed; in UTC where it could not be typed so."""
    typed = clock_text(at, zone)
    try:
        return typed if parse_local(typed, zone) == at else wire_time(at)
    except InvalidInputError:
        return wire_time(at)


def _common(tables: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    first, *others = tables or [{}]
    return {
        key: value
        for key, value in first.items()
        if key not in _OWN and all(key in one and one[key] == value for one in others)
    }


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number
