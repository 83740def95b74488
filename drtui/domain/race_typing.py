"""A race as it is typed in a form: texts by field, and what they come to.

The deployment's rules are those of `race_rules`; here it is only whether a text can be meant at
all. Pure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_fields import LABELS
from drtui.domain.race_rules import Fault
from drtui.domain.race_times import clock_text, parse_local, zone_at
from drtui.domain.races import Definition, ObjectPosition, RaceType
from drtui.domain.text import clean, fold
from drtui.domain.tracks import find_tracks, track_name
from drtui.domain.wording import capitalised

YES: Final = "yes"
"""What a field holds that is on; one that is off is empty."""
CHOICES: Final = frozenset({"race_type", "direction", "timing"})
"""The fields that hold one of a few values of the deployment's, as they are sent."""
FLAGS: Final = frozenset({"live", "continuous_lap"})
_TEXTS: Final = frozenset({"name", "description", "footer"})
_TIMES: Final = frozenset({"opens_at", "closes_at", "live_at"})
_WHOLE: Final = frozenset({"max_submissions", "min_laps", "max_laps", "objects", "max_resets"})
_OPTIONAL: Final = frozenset(
    {"objects", "max_resets", "max_minutes", "off_track_penalty", "collision_penalty", "live_at"}
)
_OF_OBJECTS: Final = frozenset({"objects", "positions"})
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(\.\d{0,6})?", re.ASCII)
_PLACE: Final = re.compile(r"(\d*\.?\d+)\s*(?::|/|@|\s)\s*([+-]?\d*\.?\d+)", re.ASCII)


def typed_texts(definition: Definition, zone: tzinfo) -> dict[str, str]:
    """Return a definition as it would be typed, by the fields of `LABELS`."""
    return {field: _text(field, getattr(definition, field), zone) for field in LABELS}


def typed_definition(
    texts: Mapping[str, str], before: Definition, zone: tzinfo
) -> tuple[Definition, tuple[Fault, ...]]:
    """Return the definition that texts come to, and which of them cannot be meant.

    Args:
        texts: As `typed_texts` returns them, changed.
        before: What a field keeps that cannot be read.
        zone: Of the times that are typed.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    left_out = _left_out(texts)
    for field in LABELS:
        if field in left_out:
            values[field] = () if field == "positions" else None
            continue
        try:
            values[field] = _value(field, texts.get(field, ""), before, zone)
        except InvalidInputError as error:
            faults.append(Fault(field, str(error)))
    return replace(before, **values), tuple(faults)


def _left_out(texts: Mapping[str, str]) -> frozenset[str]:
    """The fields that mean nothing as the others are."""
    trial = texts.get("race_type") == RaceType.TIME_TRIAL
    live = bool(texts.get("live"))
    return frozenset({*(_OF_OBJECTS if trial else ()), *(() if live else ("live_at",))})


def _text(field: str, value: object, zone: tzinfo) -> str:
    if value is None:
        return ""
    if field in FLAGS:
        return YES if value else ""
    if isinstance(value, datetime):
        return f"{clock_text(value, zone)} {zone_at(value, zone)}"
    if field == "positions" and isinstance(value, tuple):
        return "  ".join(f"{one.part:g}:{one.lane:g}" for one in value)
    if field == "track":
        return clean(track_name(str(value)))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(field: str, text: str, before: Definition, zone: tzinfo) -> object:
    typed = text.strip()
    if field in FLAGS:
        return bool(typed)
    if field in CHOICES or field in _TEXTS:
        return typed if field in CHOICES else text if typed else ""
    if not typed and field in _OPTIONAL:
        return None
    if field in _TIMES:
        return _time(field, typed, before, zone)
    return _READERS[field](typed, before) if field in _READERS else _number(field, typed)


def _time(field: str, typed: str, before: Definition, zone: tzinfo) -> datetime:
    was: datetime | None = getattr(before, field)
    if was is not None and typed == _text(field, was, zone):
        return was  # one that is there twice, or whose zone has no name of its own, stays
    return parse_local(typed, zone)


def _number(field: str, typed: str) -> int | float:
    label = capitalised(LABELS[field])
    if not _NUMBER.fullmatch(typed):
        raise InvalidInputError(f"{label}: type a number.")
    number = float(typed)
    if field not in _WHOLE:
        return number
    if not number.is_integer():
        raise InvalidInputError(f"{label}: type a whole number.")
    return int(number)


def _track(typed: str, before: Definition) -> str:
    if typed and typed in (before.track, clean(track_name(before.track))):
        return before.track
    found = [
        one for one in find_tracks(typed) if fold(typed) in (fold(one.track_id), fold(one.name))
    ]
    if len(found) == 1:
        return found[0].track_id
    near = find_tracks(typed) if typed else ()
    if not typed:
        raise InvalidInputError("The race needs a track: f2 lists them.")
    if len(near) == 1:
        return near[0].track_id
    meant = f"{len(near)} tracks are called so" if near else "No track is called so"
    raise InvalidInputError(f"{meant}: f2 lists them.")


def _positions(typed: str, _: Definition) -> tuple[ObjectPosition, ...]:
    """Return places typed as `0.2:1  0.5:-1`: the part of the track, and the lane."""
    found = []
    for one in re.split(r"\s*[,;]\s*|\s{1,}(?=[\d.]+\s*[:/@])", typed) if typed else ():
        match = _PLACE.fullmatch(one.strip())
        if match is None:
            raise InvalidInputError(
                "Type each place as part:lane, such as 0.2:1  0.5:-1, or leave it empty."
            )
        found.append(ObjectPosition(float(match[2]), float(match[1])))
    return tuple(found)


_READERS: Final[Mapping[str, Callable[[str, Definition], object]]] = {
    "track": _track,
    "positions": _positions,
}
