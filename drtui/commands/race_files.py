"""Race files of an account: what applying them comes to, and writing races into one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from drtui.commands.machine_zone import lasting_zone
from drtui.commands.race_changes import (
    RaceRules,
    begin_plan,
    creation_row,
    edit_row,
    planned_definitions,
    read_rules,
)
from drtui.commands.workspace import Workspace
from drtui.domain.features import Feature
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_fields import FieldChange, changes
from drtui.domain.race_file_writing import TEMPLATES, write
from drtui.domain.race_files import FileFault, FileRace, parse
from drtui.domain.race_records import StoredRace
from drtui.domain.race_rules import check_itself
from drtui.domain.race_states import RaceState, state_of
from drtui.domain.races import Definition
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted
from drtui.store.database import Transaction
from drtui.store.race_pending import creations
from drtui.store.races import all_races

CONSEQUENCES: Final = (
    "Races are told apart by their names: what is not there is created, what differs is changed, "
    "and no other race is touched. What a file does not say of a race has its default, so that a "
    "description that is left out is removed; only penalties, minutes, resets, places of objects "
    "and the footer stay as the race has them."
)
"""What there is to know before files are applied."""

_COMING: Final = "is on its way to be created"
_LEFT: Final = (
    *("collision_penalty", "off_track_penalty", "max_minutes", "max_resets", "positions"),
    "footer",
)
"""What a race keeps where a file says nothing of it: the deployment may have filled it in."""


class FileOutcome(StrEnum):
    """What becomes of a race of a file."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class FileSource:
    """A race file as it was read.

    Attributes:
        name: What it is called, for the admin.
        text: All of it.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PlannedRace:
    """What becomes of one race of a file.

    Attributes:
        file: What its file is called.
        line: Where it stands there.
        name: The race's.
        changes: What changes of a race that is there, field by field.
        faults: Why it cannot be, each with its line; also why not where nothing is wrong in it.
        mistakes: Those of the faults that are in the file, and not in what the account has.
        reason: What else there is to know; empty where there is nothing.
    """

    file: str
    line: int
    name: str
    outcome: FileOutcome
    changes: tuple[FieldChange, ...] = ()
    faults: tuple[FileFault, ...] = ()
    mistakes: tuple[FileFault, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FilesPlan:
    """What applying files comes to.

    Attributes:
        plan: To be submitted as it is, as one operation.
        races: In the order of the files.
    """

    plan: Plan
    races: tuple[PlannedRace, ...]

    def count(self, outcome: FileOutcome) -> int:
        """How many races have this outcome."""
        return sum(one.outcome is outcome for one in self.races)

    @property
    def mistakes(self) -> list[tuple[str, FileFault]]:
        """What is wrong in the files whatever the account, with the name of the file."""
        return [
            (one.file, fault)
            for one in self.races
            for fault in sorted(one.mistakes, key=lambda fault: fault.line)
        ]

    @property
    def text(self) -> str:
        """How many of each, in one line."""
        told = ((self.count(outcome), outcome.value) for outcome in FileOutcome)
        return ", ".join(f"{number:,} {word}" for number, word in told if number)


def read_files(
    sources: Sequence[FileSource], zone: tzinfo
) -> tuple[list[tuple[FileSource, FileRace]], list[tuple[str, FileFault]]]:
    """Read race files without the store or the network.

    Args:
        sources: The files.
        zone: Of the times of a file that names none.

    Returns:
        The races with their files, and what cannot be read, with the name of the file. Where there
        is any of that, it is told together with what no deployment would take.
    """
    races: list[tuple[FileSource, FileRace]] = []
    faults: list[tuple[str, FileFault]] = []
    ruled: list[tuple[str, FileFault]] = []
    seen: dict[str, int] = {}
    for number, source in enumerate(sources):
        found = parse(source.text, zone)
        faults += [(source.name, fault) for fault in found.faults]
        for race in (*found.races, *found.broken):
            ruled += [(source.name, fault) for fault in _own_faults(race, race.definition)]
        for race in found.races:
            name = fold(race.definition.name.strip())
            if seen.setdefault(name, number) != number:
                sentence = f"{clean(sources[seen[name]].name, 60)} has a race of this name too."
                faults.append((source.name, FileFault(race.line_of("name"), sentence)))
            races.append((source, race))
    if not faults:
        return races, []
    # One round for all; alone, the rules wait for the plan: they doubt nothing that is there.
    order = {source.name: number for number, source in enumerate(sources)}
    together = dict.fromkeys([*faults, *ruled])
    return races, sorted(together, key=lambda one: (order[one[0]], one[1].line))


def fault_lines(faults: Sequence[tuple[str, FileFault]]) -> list[str]:
    """Return what is wrong in files, a line each: `FILE:LINE: sentence`."""
    return [f"{clean(name, 200)}:{fault.line}: {fault.sentence}" for name, fault in faults]


def plan_apply(workspace: Workspace, sources: Sequence[FileSource], zone: tzinfo) -> FilesPlan:
    """Plan to apply race files as one operation; what the deployment would refuse cannot be.

    Args:
        workspace: The account's.
        sources: The files.
        zone: Of the times of a file that names none, and of the changes told.

    Raises:
        InvalidInputError: A file cannot be read; see `read_files` for every mistake in it.
        NotAllowedError: Whoever is signed in may not do it.
    """
    races, faults = read_files(sources, zone)
    if faults:
        more = len(faults) - 1
        others = f" {counted(more, 'mistake')} more." if more else ""
        raise InvalidInputError(f"{fault_lines(faults)[0]}{others}")
    rules = read_rules(workspace)
    what = f"Apply {counted(len(sources), 'race file')}"
    if len(sources) == 1:
        what = f"Apply {clean(sources[0].name, 60)}"
    plan = begin_plan(workspace, OperationKind.APPLY_RACES, what)
    with workspace.database.read() as connection:
        there = _There.read(connection, rules.now)
    planned, rows = [], []
    for source, race in races:
        told, row = _planned(source, race, there, rules, zone)
        planned.append(told)
        rows.append(row)
    return FilesPlan(replace(plan, rows=tuple(rows)), tuple(planned))


def export(workspace: Workspace, races: Sequence[StoredRace], zone: tzinfo) -> str:
    """Return races as the text of a race file, with the edits that are on their way.

    Raises:
        InvalidInputError: There are none.
        StoreProblemError: The store cannot be read.
    """
    if not races:
        raise InvalidInputError("There is no race to export.")
    with workspace.database.read() as connection:
        definitions = planned_definitions(connection, races)
    return write(definitions, lasting_zone(zone))


def template_names() -> tuple[str, ...]:
    """Return the names of the templates for common events."""
    return tuple(TEMPLATES)


def template(now: datetime, name: str, zone: tzinfo) -> list[Definition]:
    """Return the races of a template, from the day after a moment on.

    Raises:
        InvalidInputError: There is no such template.
    """
    make = TEMPLATES.get(name.strip().casefold())
    if make is None:
        named = ", ".join(TEMPLATES)
        raise InvalidInputError(f"There is no template “{clean(name, 40)}”: choose one of {named}.")
    return make(now, zone)


def template_text(now: datetime, name: str, zone: tzinfo) -> str:
    """Return a template as the text of a race file; see `template`."""
    zone = lasting_zone(zone)
    return write(template(now, name, zone), zone)


@dataclass(frozen=True, slots=True)
class _There:
    """What there is of each name, folded."""

    races: dict[str, list[tuple[StoredRace, Definition]]]
    coming: dict[str, Definition]

    @classmethod
    def read(cls, connection: Transaction, now: datetime) -> "_There":
        """Read it; of races of the same name, those that have closed count only if all have."""
        races: dict[str, list[tuple[StoredRace, Definition]]] = {}
        there = all_races(connection)
        for one, planned in zip(there, planned_definitions(connection, there), strict=True):
            races.setdefault(fold(planned.name.strip()), []).append((one, planned))
        for name, found in races.items():
            lasting = [each for each in found if state_of(each[1], now) is not RaceState.CLOSED]
            races[name] = lasting or found
        coming = {
            fold(one.definition.name.strip()): one.definition for one in creations(connection)
        }
        return cls(races, coming)


def _planned(
    source: FileSource, race: FileRace, there: _There, rules: RaceRules, zone: tzinfo
) -> tuple[PlannedRace, PlannedTarget]:
    definition = race.definition
    name = fold(definition.name.strip())
    told = PlannedRace(source.name, race.line, definition.name, FileOutcome.CANNOT)
    found, coming = there.races.get(name, []), there.coming.get(name)
    if len(found) == 1:
        return _changed(told, race, found[0], rules, zone)
    row = creation_row(definition, rules)
    if found:
        sentence = f"{len(found)} races are called so: rename one, so that it is clear which."
        return _unclear(told, race, row, sentence)
    if coming is not None and changes(coming, definition, zone):
        sentence = "A race of this name is on its way to be created: wait until it is there."
        return _unclear(told, race, row, sentence)
    if coming is not None:
        unchanged = replace(told, outcome=FileOutcome.UNCHANGED, reason=_COMING)
        return unchanged, PlannedTarget(row.target, Outcome.LEFT_OUT, reason=_COMING)
    if row.outcome is Outcome.CANNOT:
        return _impossible(told, race, definition, _faults(race, definition, rules)), row
    return replace(told, outcome=FileOutcome.CREATE, reason=row.reason), row


def _unclear(
    told: PlannedRace, race: FileRace, row: PlannedTarget, sentence: str
) -> tuple[PlannedRace, PlannedTarget]:
    fault = FileFault(race.line_of("name"), sentence)
    return replace(told, faults=(fault,)), PlannedTarget(
        row.target, Outcome.CANNOT, reason=sentence
    )


def _changed(
    told: PlannedRace,
    race: FileRace,
    found: tuple[StoredRace, Definition],
    rules: RaceRules,
    zone: tzinfo,
) -> tuple[PlannedRace, PlannedTarget]:
    stored, was = found
    wanted = _completed(race, was, rules)
    changed = changes(was, wanted, zone)
    row = edit_row(stored, was, wanted if changed else was, rules)
    if not changed:
        return replace(told, outcome=FileOutcome.UNCHANGED), row
    if row.outcome is Outcome.CANNOT:
        now = replace(stored, race=replace(stored.race, definition=was))
        faults = _faults(race, wanted, rules, now)
        return _impossible(replace(told, changes=changed), race, wanted, faults), row
    return replace(told, outcome=FileOutcome.CHANGE, changes=changed, reason=row.reason), row


def _completed(race: FileRace, was: Definition, rules: RaceRules) -> Definition:
    """Return what a file asks for, with what it leaves to the race that is there."""
    wanted = race.definition
    left = [field for field in _LEFT if field not in race.lines]
    if "positions" in left and wanted.objects != was.objects:
        left.remove("positions")
    if rules.features.get(Feature.ACTIVE_RACE_CHANGES) is False:
        # This deployment drops them, so that they would differ for ever.
        left += ["description", "footer"]
    return replace(wanted, **{field: getattr(was, field) for field in left})


def _faults(
    race: FileRace, definition: Definition, rules: RaceRules, stored: StoredRace | None = None
) -> tuple[FileFault, ...]:
    found = rules.check(definition, stored).faults
    return tuple(FileFault(race.line_of(fault.field), fault.sentence) for fault in found)


def _own_faults(race: FileRace, definition: Definition) -> list[FileFault]:
    found = check_itself(definition, race.unread)
    return [FileFault(race.line_of(fault.field), fault.sentence) for fault in found]


def _impossible(
    told: PlannedRace, race: FileRace, definition: Definition, faults: tuple[FileFault, ...]
) -> PlannedRace:
    own = _own_faults(race, definition)
    return replace(told, faults=faults, mistakes=tuple(one for one in faults if one in own))
