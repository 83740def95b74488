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
        InvalidInputError: Some are none, or their keys are not those of a race file; it says all.
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for text in texts:
        key, equals, value = text.partition("=")
        key = fold(key.strip())
        if not equals:
            wrong.append(f"“{clean(text, 60)}” is no KEY=VALUE.")
        elif key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            meant = f": “{near[0]}”?" if near else f": there are {', '.join(KEYS)}."
            wrong.append(f"There is no key “{clean(key, 40)}”{meant}")
        else:
            found[key] = value.strip()
    if wrong:
        raise InvalidInputError(" ".join(wrong))
    return found


def with_values(definition: Definition, values: Mapping[str, str], zone: tzinfo) -> Definition:
    """Return a definition with some values set; see `values_set`.

    Raises:
        InvalidInputError: Values cannot be meant; it says what is wrong with each.
    """
    made, wrong = values_set(definition, values, zone)
    if wrong:
        raise InvalidInputError(" ".join(wrong.values()))
    return made


def values_set(
    definition: Definition, values: Mapping[str, str], zone: tzinfo
) -> tuple[Definition, dict[str, str]]:
    """Return a definition with some values set, as they are typed, and what cannot be meant.

    Args:
        definition: Of the race.
        values: By the keys of race files; nothing leaves a value to the deployment. A live time
            makes a race live, and no live time makes it none; another track brings its direction.
        zone: Of times that name none.

    Returns:
        The definition with what can be read, and a sentence by each field that cannot.
    """
    fields: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, value in values.items():
        try:
            fields[KEYS[key]] = _value(key, value, zone)
        except WrongValueError as error:
            wrong[KEYS[key]] = str(error)
    if "live_at" in fields:
        fields.setdefault("live", fields["live_at"] is not None)
    known = track(str(fields.get("track", "")))
    if known is not None and "direction" not in fields:
        fields["direction"] = known.default.value
    return replace(definition, **fields), wrong


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
