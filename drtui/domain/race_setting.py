"""Setting values of a race by the keys of race files, one by one, as they are typed."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from difflib import get_close_matches
from typing import Any, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_file_values import READERS, WrongValueError
from drtui.domain.race_files import KEYS
from drtui.domain.races import Definition
from drtui.domain.text import clean, fold
from drtui.domain.tracks import track

_TEXTS: Final = frozenset(
    {"name", "description", "footer", "kind", "track", "direction", "ranked_by"}
    | {"opens", "closes", "live_at"}
)
_LEFT: Final = frozenset(
    {"max_minutes", "objects", "positions", "off_track_penalty", "collision_penalty"}
    | {"max_resets", "live_at"}
)
"""What can be left to the deployment, by setting it to nothing."""
_FLAGS: Final = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Return `KEY=VALUE` texts by their keys.

    Raises:
        InvalidInputError: One is none, or its key is not one of a race file.
    """
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = fold(key.strip())
        if not equals:
            raise InvalidInputError(f"“{clean(text, 60)}” is no KEY=VALUE.")
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            meant = f": “{near[0]}”?" if near else f": there are {', '.join(KEYS)}."
            raise InvalidInputError(f"There is no key “{clean(key, 40)}”{meant}")
        found[key] = value.strip()
    return found


def with_values(definition: Definition, values: Mapping[str, str], zone: tzinfo) -> Definition:
    """Return a definition with some values set, as they are typed.

    Args:
        definition: Of the race.
        values: By the keys of race files; nothing leaves a value to the deployment. A live time
            makes a race live, and no live time makes it none; another track brings its direction.
        zone: Of times that name none.

    Raises:
        InvalidInputError: A value cannot be meant.
    """
    fields: dict[str, Any] = {}
    for key, value in values.items():
        try:
            fields[KEYS[key]] = _value(key, value, zone)
        except WrongValueError as error:
            raise InvalidInputError(str(error)) from error
    if "live_at" in fields:
        fields.setdefault("live", fields["live_at"] is not None)
    known = track(str(fields.get("track", "")))
    if known is not None and "direction" not in fields:
        fields["direction"] = known.default.value
    return replace(definition, **fields)


def _value(key: str, value: str, zone: tzinfo) -> object:
    if not value and key in _LEFT:
        return () if key == "positions" else None
    if key in _TEXTS:
        return READERS[key](key, value, zone)
    return READERS[key](key, _literal(value), zone)


def _literal(value: str) -> object:
    if fold(value) in _FLAGS:
        return _FLAGS[fold(value)]
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError):
        return value
