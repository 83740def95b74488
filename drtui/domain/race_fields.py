"""A race's definition field by field: what each is called, how it reads, what changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

from drtui.domain.race_documents import definition_document, definition_from, definition_in
from drtui.domain.race_states import timing_text, type_text
from drtui.domain.race_times import time_text
from drtui.domain.races import Definition
from drtui.domain.text import clean
from drtui.domain.tracks import direction_text, track, track_name

LABELS: Final[Mapping[str, str]] = {
    "name": "name",
    "race_type": "kind",
    "track": "track",
    "direction": "direction",
    "opens_at": "opening",
    "closes_at": "closing",
    "live": "live race",
    "live_at": "live time",
    "max_submissions": "submissions per racer",
    "timing": "ranked by",
    "min_laps": "fewest laps",
    "max_laps": "most laps",
    "max_minutes": "minutes at the most",
    "objects": "objects",
    "positions": "places of the objects",
    "continuous_lap": "lap goes on after a reset",
    "off_track_penalty": "off-track penalty",
    "collision_penalty": "collision penalty",
    "max_resets": "resets in a live race",
    "description": "description",
    "footer": "footer",
}
"""What the fields of a `Definition` are called, in the order they are told in."""

_LEFT: Final = "as the deployment has it"
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What becomes of one field.

    Attributes:
        field: Of the `Definition`; see `LABELS`.
        before: As it reads.
        after: Likewise.
    """

    field: str
    before: str
    after: str


def field_text(definition: Definition, field: str, zone: tzinfo = UTC) -> str:
    """Return how a field of a definition reads, safe to show; empty where there is nothing."""
    return _TEXTS[field](definition, zone)


def preview(definition: Definition, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    """Return all that will be sent of a race, as labels and values."""
    told = ((label, field_text(definition, field, zone)) for field, label in LABELS.items())
    return tuple((label, text) for label, text in told if text)


def changed_fields(was: Definition, definition: Definition) -> tuple[str, ...]:
    """Return the fields that differ once they are sent, in the order of `LABELS`."""
    old, new = _as_sent(was), _as_sent(definition)
    return tuple(field for field in LABELS if getattr(old, field) != getattr(new, field))


def changes(was: Definition, definition: Definition, zone: tzinfo) -> tuple[FieldChange, ...]:
    """Return what changes, field by field; see `changed_fields`."""
    return tuple(
        FieldChange(field, field_text(was, field, zone), field_text(definition, field, zone))
        for field in changed_fields(was, definition)
    )


def short_text(text: str, zone: tzinfo = UTC) -> str:
    """Return a definition that an operation carries in one line; empty where it is none."""
    definition = definition_in(text)
    if definition is None:
        return ""
    told = ("name", "race_type", "track", "direction", "opens_at", "closes_at")
    return ", ".join(filter(None, (field_text(definition, one, zone) for one in told)))


def _as_sent(definition: Definition) -> Definition:
    return definition_from(definition_document(definition)) or definition


def _seconds(number: float | None) -> str:
    return _LEFT if number is None else f"{number:g} s"


def _track(definition: Definition) -> str:
    found = track(definition.track)
    name = clean(track_name(definition.track), _LONGEST)
    return name if found is None else f"{name}, {found.length:g} m"


def _objects(definition: Definition) -> str:
    return "" if definition.objects is None else str(definition.objects)


def _positions(definition: Definition) -> str:
    if definition.objects is None:
        return ""
    places = (f"{one.part:g} lane {one.lane:g}" for one in definition.positions)
    return " · ".join(places) or _LEFT


_Told = Callable[[Definition, tzinfo], str]
_TEXTS: Final[Mapping[str, _Told]] = {
    "name": lambda one, _: clean(one.name, _LONGEST),
    "race_type": lambda one, _: type_text(one.race_type),
    "track": lambda one, _: _track(one),
    "direction": lambda one, _: direction_text(one.direction),
    "opens_at": lambda one, zone: time_text(one.opens_at, zone),
    "closes_at": lambda one, zone: time_text(one.closes_at, zone),
    "live": lambda one, _: "yes" if one.live else "no",
    "live_at": lambda one, zone: "" if one.live_at is None else time_text(one.live_at, zone),
    "max_submissions": lambda one, _: f"{one.max_submissions:,}",
    "timing": lambda one, _: timing_text(one.timing),
    "min_laps": lambda one, _: str(one.min_laps),
    "max_laps": lambda one, _: str(one.max_laps),
    "max_minutes": lambda one, _: _LEFT if one.max_minutes is None else f"{one.max_minutes:g}",
    "objects": lambda one, _: _objects(one),
    "positions": lambda one, _: _positions(one),
    "continuous_lap": lambda one, _: "yes" if one.continuous_lap else "no",
    "off_track_penalty": lambda one, _: _seconds(one.off_track_penalty),
    "collision_penalty": lambda one, _: _seconds(one.collision_penalty),
    "max_resets": lambda one, _: "" if one.max_resets is None else str(one.max_resets),
    "description": lambda one, _: clean(one.description, 300),
    "footer": lambda one, _: clean(one.footer, 300),
}
