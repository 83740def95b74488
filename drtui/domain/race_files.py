"""Race files: one race, or a series of races, as TOML.

A file of one race has its keys at the top. A series has a `[[race]]` for each, and what they have
in common in `[defaults]`. Times are local to `zone` unless they say otherwise. Every mistake is
told with its line.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from typing import Any, Final

from drtui.domain.race_file_lines import Section, sections_of, syntax_fault
from drtui.domain.race_file_values import READERS, WrongValueError, read_zone
from drtui.domain.races import Definition, Direction
from drtui.domain.text import clean, fold
from drtui.domain.tracks import track

DEFAULTS: Final = "defaults"
RACE: Final = "race"
ZONE: Final = "zone"
KEYS: Final[Mapping[str, str]] = {
    "name": "name",
    "description": "description",
    "kind": "race_type",
    "track": "track",
    "direction": "direction",
    "opens": "opens_at",
    "closes": "closes_at",
    "live": "live",
    "live_at": "live_at",
    "submissions": "max_submissions",
    "ranked_by": "timing",
    "min_laps": "min_laps",
    "max_laps": "max_laps",
    "max_minutes": "max_minutes",
    "objects": "objects",
    "positions": "positions",
    "continuous_lap": "continuous_lap",
    "off_track_penalty": "off_track_penalty",
    "collision_penalty": "collision_penalty",
    "max_resets": "max_resets",
    "footer": "footer",
}
"""The keys of a race, and the fields of a `Definition` that they give."""

_NEEDED: Final = ("name", "track", "opens", "closes")
_KEY_OF: Final = {field: key for key, field in KEYS.items()}

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a file.

    Attributes:
        line: From 1 on.
        sentence: For the admin.
    """

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FileRace:
    """A race that a file describes.

    Attributes:
        line: Where it begins.
        lines: Where its fields stand; those that are not in the file are not here.
        unread: The fields that could not be read, so that the definition has others' values.
    """

    definition: Definition
    line: int
    lines: Mapping[str, int]
    unread: frozenset[str] = frozenset()

    def line_of(self, field: str) -> int:
        """Return the line of a field of the definition; that of the race where it has none."""
        return self.lines.get(field, self.line)


@dataclass(frozen=True, slots=True)
class RaceFile:
    """What a file holds: races, and what is wrong.

    The deployment's rules are not checked here (`race_rules`); `FileRace.line_of` places what they
    find.

    Attributes:
        races: Those in which nothing is wrong.
        faults: What is wrong.
        broken: The other races, as far as they can be read.
    """

    races: tuple[FileRace, ...]
    faults: tuple[FileFault, ...]
    broken: tuple[FileRace, ...] = ()


def parse(text: str, zone: tzinfo) -> RaceFile:
    """Read a race file.

    Args:
        text: Of the file.
        zone: Of the times of a file that names none.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        return RaceFile((), (FileFault(1, "The file is nested too deeply."),))
    except ValueError as error:
        line, said = syntax_fault(str(error), text)
        return RaceFile((), (FileFault(line, f"This is not TOML: {clean(said)}."),))
    faults: list[FileFault] = []
    races: list[FileRace] = []
    broken: list[FileRace] = []
    defaults, tables = _tables(document, sections_of(text), faults)
    if not tables and not faults:
        faults.append(FileFault(1, "There is no race in it: write one, or a [[race]] for each."))
    for number, table in enumerate(tables, start=1):
        before = len(faults)
        race = _Reader(table, defaults, zone, number).race(faults)
        (races if len(faults) == before else broken).append(race)
    _check_names(races, faults)
    faults.sort(key=lambda fault: fault.line)
    return RaceFile(tuple(races), tuple(dict.fromkeys(faults)), tuple(broken))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A table with where it stands."""

    values: Table
    section: Section

    def line_of(self, key: str) -> int | None:
        return self.section.keys.get(key)


def _tables(
    document: Table, sections: list[Section], faults: list[FileFault]
) -> tuple[_Placed, list[_Placed]]:
    """Return the defaults and the races of a file; what else there is, is a fault."""
    top = sections[0]
    named: dict[str, list[Section]] = {}
    for section in sections[1:]:
        named.setdefault(section.name, []).append(section)
    defaults, races = document.get(DEFAULTS, {}), document.get(RACE, [])
    if not isinstance(defaults, dict):
        faults.append(FileFault(top.keys.get(DEFAULTS, 1), "“defaults” has to be a table."))
        defaults = {}
    races = races if isinstance(races, list) else [races]
    values = {key: value for key, value in document.items() if key not in (DEFAULTS, RACE)}
    spots = named.get(RACE, [])
    placed = []
    for index, race in enumerate(races):
        section = spots[index] if index < len(spots) else Section(RACE, top.keys.get(RACE, 1))
        if isinstance(race, dict):
            placed.append(_Placed(race, section))
        else:
            faults.append(FileFault(section.line, "“race” has to be a table: [[race]]."))
    common = next(iter(named.get(DEFAULTS, [])), Section(DEFAULTS, top.keys.get(DEFAULTS, 1)))
    if not races:
        return _Placed(defaults, common), [_Placed(values, top)] if values else []
    stray = {key: value for key, value in values.items() if key != ZONE}
    for key in stray:
        line = top.keys.get(key) or next((one.line for one in named.get(key, [])), 1)
        sentence = "belongs into [defaults] or a [[race]], where there are several."
        faults.append(FileFault(line, f"“{clean(key, 40)}” {sentence}"))
    if ZONE in values and ZONE not in defaults:
        defaults = {**defaults, ZONE: values[ZONE]}
        common = replace(common, keys={ZONE: top.keys.get(ZONE, 1), **common.keys})
    return _Placed(defaults, common), placed


class _Reader:
    """Reads one race, its own values before the defaults.

    Args:
        table: The race's own.
        defaults: What all have in common.
        zone: Of its times where it names none.
        number: Which race of the file it is, from 1 on.
    """

    def __init__(self, table: _Placed, defaults: _Placed, zone: tzinfo, number: int) -> None:
        """See the class."""
        self._table, self._defaults, self._number = table, defaults, number
        self._values = {**defaults.values, **table.values}
        self._zone = zone

    def race(self, faults: list[FileFault]) -> FileRace:
        """Return the race as far as it can be read; what is wrong with it goes to the faults."""
        for placed in (self._table, self._defaults):
            for key in placed.values:
                if key not in KEYS and key != ZONE:
                    line = placed.line_of(key) or placed.section.line
                    faults.append(FileFault(line, _unknown(key)))
        missing = [key for key in _NEEDED if key not in self._values]
        faults += [
            FileFault(self._table.section.line, f"Race {self._number} has no “{key}”.")
            for key in missing
        ]
        unread = {KEYS[key] for key in missing}
        fields: dict[str, Any] = {}
        try:
            self._zone = read_zone(self._values[ZONE]) if ZONE in self._values else self._zone
        except WrongValueError as error:
            faults.append(FileFault(self._line(ZONE), str(error)))
        for key, field in KEYS.items():
            if key in self._values:
                try:
                    fields[field] = READERS[key](key, self._values[key], self._zone)
                except WrongValueError as error:
                    faults.append(FileFault(self._line(key), str(error)))
                    unread.add(field)
        lines = {field: self._line(_KEY_OF[field]) for field in fields}
        line = self._table.section.line
        return FileRace(_definition(fields), line, lines, frozenset(unread))

    def _line(self, key: str) -> int:
        own = self._table.line_of(key)
        if own is not None or key in self._table.values:
            return own or self._table.section.line
        return self._defaults.line_of(key) or self._defaults.section.line


def _definition(fields: Mapping[str, Any]) -> Definition:
    """Return the definition that fields give; their readers give each its own type."""
    epoch = datetime.fromtimestamp(0, UTC)
    known = track(str(fields.get("track", "")))
    direction = known.default.value if known is not None else Direction.COUNTER_CLOCKWISE.value
    plain = Definition("", epoch, epoch, "", direction)
    live = fields.get("live", "live_at" in fields)
    return replace(plain, **{**fields, "live": live})


def _check_names(races: list[FileRace], faults: list[FileFault]) -> None:
    seen: dict[str, int] = {}
    for race in races:
        name = fold(race.definition.name.strip())
        if name in seen:
            first = f"The race of line {seen[name]} has this name too"
            sentence = f"{first}: races are told apart by their names."
            faults.append(FileFault(race.line_of("name"), sentence))
        else:
            seen[name] = race.line_of("name")


def _unknown(key: str) -> str:
    near = get_close_matches(fold(key), [*KEYS, ZONE], n=1)
    meant = f": “{near[0]}”?" if near else "."
    return f"There is no key “{clean(key, 40)}”{meant}"
