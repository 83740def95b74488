"""The values of race files: what a key may hold, and what is said where it does not."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_documents import moment
from drtui.domain.race_states import timing_text, type_text
from drtui.domain.race_times import parse_local, zone_named
from drtui.domain.races import Direction, ObjectPosition, RaceType, TimingMethod
from drtui.domain.text import clean, fold
from drtui.domain.tracks import direction_text, find_tracks

_PAIR: Final = 2


class WrongValueError(Exception):
    """A value that cannot be meant; the message is the sentence."""


def read_zone(value: object) -> tzinfo:
    """Return the zone that a file names.

    Raises:
        WrongValueError: There is none of that name.
    """
    if not isinstance(value, str):
        raise WrongValueError("“zone” has to be a text such as “Europe/Berlin”.")
    try:
        return zone_named(value)
    except InvalidInputError as error:
        raise WrongValueError(str(error)) from error


def _text(key: str, value: object, _: tzinfo) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f"“{key}” has to be a text.")
    return value


def _flag(key: str, value: object, _: tzinfo) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError(f"“{key}” has to be true or false.")
    return value


def _whole(key: str, value: object, _: tzinfo) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongValueError(f"“{key}” has to be a whole number.")
    return value


def _number(key: str, value: object, _: tzinfo) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongValueError(f"“{key}” has to be a number.")
    return _small_enough(key, value)


def _small_enough(key: str, value: float) -> float:
    """Return a number; whole ones have no bound in TOML, but everywhere else."""
    try:
        float(value)
    except OverflowError as error:
        raise WrongValueError(f"“{key}” is too large a number.") from error
    return value


def _in_utc(key: str, value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise WrongValueError(f"“{key}” is no time that the calendar has in UTC.") from error


def _moment(key: str, value: object, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return _in_utc(key, value)
        value = f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        raise WrongValueError(f"“{key}” needs a time of day too: {value} 09:00.")
    if not isinstance(value, str):
        raise WrongValueError(f"“{key}” has to be a time such as “2026-03-29 14:30”.")
    if (exact := moment(value.strip())) is not None:
        return exact
    try:
        return parse_local(value, zone)
    except InvalidInputError as error:
        raise WrongValueError(str(error)) from error


def _track(key: str, value: object, zone: tzinfo) -> str:
    """Return the id of a track that was given by its id or its name."""
    words = _text(key, value, zone).strip()
    exact = [
        one for one in find_tracks(words) if fold(words) in (fold(one.track_id), fold(one.name))
    ]
    if len(exact) == 1:
        return exact[0].track_id
    near = find_tracks(words) if words else ()
    meant = f": {near[0].name} ({near[0].track_id})?" if near else "."
    raise WrongValueError(f"There is no track “{clean(words, 40)}”{meant}")


def _choice(values: Mapping[str, str]) -> Callable[[str, object, tzinfo], str]:
    """Return a reader of one of several words, or of what the deployment calls them."""

    def read(key: str, value: object, zone: tzinfo) -> str:
        word = " ".join(fold(_text(key, value, zone)).replace("_", " ").replace("-", " ").split())
        for one, told in values.items():
            if word in (fold(one).replace("_", " "), told.replace("-", " ")):
                return one
        choices = ", ".join(f"“{told}”" for told in values.values())
        raise WrongValueError(f"“{key}” has to be one of {choices}.")

    return read


def _positions(key: str, value: object, _: tzinfo) -> tuple[ObjectPosition, ...]:
    """Return places given as `{part = 0.2, lane = 1}` or `[0.2, 1]`."""
    found = []
    for one in value if isinstance(value, list) else (None,):
        pair = [one.get("part"), one.get("lane", 0)] if isinstance(one, dict) else one
        numbers = [
            number
            for number in (pair if isinstance(pair, list) else ())
            if isinstance(number, int | float) and not isinstance(number, bool)
        ]
        strange = isinstance(one, dict) and not set(one) <= {"part", "lane"}
        if strange or not isinstance(pair, list) or len(numbers) != _PAIR or len(pair) != _PAIR:
            raise WrongValueError(f"“{key}” has to be places such as {{part = 0.2, lane = 1}}.")
        part, lane = (float(_small_enough(key, number)) for number in numbers)
        found.append(ObjectPosition(lane, part))
    return tuple(found)


READERS: Final[Mapping[str, Callable[[str, object, tzinfo], object]]] = {
    "name": _text,
    "description": _text,
    "kind": _choice({one.value: type_text(one) for one in RaceType}),
    "track": _track,
    "direction": _choice({one.value: direction_text(one) for one in Direction}),
    "opens": _moment,
    "closes": _moment,
    "live": _flag,
    "live_at": _moment,
    "submissions": _whole,
    "ranked_by": _choice({one.value: timing_text(one) for one in TimingMethod}),
    "min_laps": _whole,
    "max_laps": _whole,
    "max_minutes": _number,
    "objects": _whole,
    "positions": _positions,
    "continuous_lap": _flag,
    "off_track_penalty": _number,
    "collision_penalty": _number,
    "max_resets": _whole,
    "footer": _text,
}
"""What reads each key: from the key, its value, and the zone of its times."""
