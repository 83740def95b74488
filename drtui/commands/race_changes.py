"""Changing races: creating, editing, copying and deleting them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final
from uuid import uuid4

from drtui.commands.bulk import plan_errands
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Errand, Service
from drtui.domain.features import Feature
from drtui.domain.operations import OperationKind, text_in
from drtui.domain.planning import Outcome, Plan, PlannedTarget, plan_errand
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_copies import clone_of, clones_of
from drtui.domain.race_documents import definition_in
from drtui.domain.race_errands import DEFINITION, create_race, delete_race, edit_race
from drtui.domain.race_fields import FieldChange, changes
from drtui.domain.race_merging import clashes, merged
from drtui.domain.race_records import StoredRace
from drtui.domain.race_rules import Fault, check, hints, why_not_changed, why_not_deleted
from drtui.domain.race_times import SYSTEM_ZONE, in_zone
from drtui.domain.races import Definition
from drtui.domain.records import Role
from drtui.domain.text import clean, fold
from drtui.domain.wording import counted
from drtui.store.database import Transaction
from drtui.store.deployment_facts import read_facts
from drtui.store.errands import on_the_way
from drtui.store.live_races import read_live
from drtui.store.race_pending import creations, edited, edits_coming
from drtui.store.races import all_races, race_even_gone
from drtui.store.sign_in import read_sign_in

CREATE_CONSEQUENCES: Final = (
    "Racers see it from then on. Where an answer is lost, the list of races is read before "
    "anything is sent again, so that no race is there twice."
)
EDIT_CONSEQUENCES: Final = (
    "Only what is changed here is changed: what somebody else changed meanwhile stays, and where "
    "both changed the same, nothing is sent."
)
DELETE_CONSEQUENCES: Final = (
    "Its leaderboard is deleted with it; drtui keeps what it has read. It cannot be undone."
)
"""What there is to know before each is confirmed."""

NO_RACES: Final = "There is no race to change."
_GONE: Final = "is not there any more"
_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class RaceCheck:
    """What the deployment would say to a race.

    Attributes:
        faults: Why it would refuse it; nothing where it takes it.
        hints: What else there is to know.
    """

    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...]

    @property
    def text(self) -> str:
        """All faults in one line; empty where there are none."""
        return " ".join(fault.sentence for fault in self.faults)


@dataclass(frozen=True, slots=True)
class RaceRules:
    """What races are checked by, read at one moment.

    Attributes:
        features: What the deployment can do.
        admin: Whether whoever is signed in may be an admin.
    """

    now: datetime
    features: Mapping[Feature, bool | None]
    admin: bool

    def check(self, definition: Definition, race: StoredRace | None = None) -> RaceCheck:
        """Check a new race, or a change of one that is there; without the network or the store."""
        existing = None if race is None else race.race
        return RaceCheck(
            check(
                definition,
                now=self.now,
                features=self.features,
                existing=existing,
                admin=self.admin,
            ),
            hints(definition, now=self.now, features=self.features, existing=existing),
        )


def why_race_stays(workspace: Workspace, race: StoredRace) -> str:
    """Say why nothing of a race can be changed; empty where something can.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    rules = read_rules(workspace)
    return why_not_changed(race.race, rules.now, rules.features, admin=rules.admin)


def read_rules(workspace: Workspace) -> RaceRules:
    """Return what races are checked by now.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        facts, role = read_facts(connection), read_sign_in(connection).role
    features = {feature: fact.has for feature, fact in facts.features.items()}
    return RaceRules(_now(workspace), features, role is not Role.FACILITATOR)


def check_race(
    workspace: Workspace, definition: Definition, race: StoredRace | None = None
) -> RaceCheck:
    """Check a new race, or a change of one that is there; see `RaceRules.check`."""
    return read_rules(workspace).check(definition, race)


def as_planned(workspace: Workspace, race: StoredRace) -> Definition:
    """Return what a race will be once the edits on their way have arrived."""
    with workspace.database.read() as connection:
        return planned_definition(connection, race)


def planned_definition(connection: Transaction, race: StoredRace) -> Definition:
    """The same of the same moment as whatever else is read."""
    coming = edits_coming(connection, race.race.race_id)
    return edited(race.race.definition, coming.get(race.race.race_id, ()))


def planned_definitions(connection: Transaction, races: Sequence[StoredRace]) -> list[Definition]:
    """Return the same of several races, for which what is on its way is read once."""
    coming = edits_coming(connection)
    return [edited(one.race.definition, coming.get(one.race.race_id, ())) for one in races]


def clone(workspace: Workspace, race: StoredRace, zone: tzinfo) -> Definition:
    """Return a copy of a race to be edited: `Copy of …`, with dates that are not past."""
    with workspace.database.read() as connection:
        names = _names(connection)
        was = planned_definition(connection, race)
    return clone_of(was, now=_now(workspace), zone=zone, names=names)


def clones(workspace: Workspace, races: Sequence[StoredRace], zone: tzinfo) -> list[Definition]:
    """Return copies of races as `clone` does, all moved by the same weeks."""
    with workspace.database.read() as connection:
        names = _names(connection)
        were = planned_definitions(connection, races)
    return clones_of(were, now=_now(workspace), zone=zone, names=names)


def name_note(
    workspace: Workspace, definition: Definition, race: StoredRace | None, zone: tzinfo
) -> str:
    """Say that another race has the name of this one, and when it opens; empty where none has.

    Args:
        workspace: The account's.
        definition: What it is to be.
        race: That is to be changed; None for a new one.
        zone: In which the opening is told.
    """
    wanted = fold(definition.name.strip())
    with workspace.database.read() as connection:
        there = [
            one.race.definition
            for one in all_races(connection)
            if race is None or one.race.race_id != race.race.race_id
        ]
        there += [one.definition for one in creations(connection)]
    same = [one.opens_at for one in there if fold(one.name.strip()) == wanted]
    if not wanted or not same:
        return ""
    at = max(same)
    verb = "opened" if at <= _now(workspace) else "opens"
    return f"A race of this name {verb} {in_zone(at, zone):%Y-%m-%d %H:%M}."


def plan_create(workspace: Workspace, definitions: Sequence[Definition]) -> Plan:
    """Plan to create races; those that the deployment would refuse cannot be.

    Raises:
        InvalidInputError: There are none.
        NotAllowedError: Whoever is signed in may not do it.
    """
    if not definitions:
        raise InvalidInputError(NO_RACES)
    rules = read_rules(workspace)
    what = f"Create {_what([one.name for one in definitions])}"
    plan = begin_plan(workspace, OperationKind.CREATE_RACES, what)
    with workspace.database.read() as connection:
        names = {fold(name) for name in _names(connection)}
    return replace(plan, rows=tuple(creation_row(one, rules, names) for one in definitions))


def creation_row(
    definition: Definition, rules: RaceRules, names: Sequence[str] | set[str] = ()
) -> PlannedTarget:
    """Return the row of a plan that creates a race.

    Args:
        definition: What it is to be.
        rules: What it is checked by.
        names: Of the races that are there, folded.
    """
    found = rules.check(definition)
    notes = [one.sentence.rstrip(".") for one in found.hints]
    if fold(definition.name.strip()) in names:
        notes.append("a race of this name is there already")
    errand = create_race(uuid4().hex, definition, "; ".join(notes))
    return cannot(errand, found.text) if found.faults else plan_errand(errand)


def plan_edit(
    workspace: Workspace, race: StoredRace, was: Definition, definition: Definition
) -> Plan:
    """Plan to change a race as it will be by then: what somebody else changed meanwhile stays.

    Where both changed the same to something else, or where the deployment would refuse it, it
    cannot be.

    Args:
        workspace: The account's.
        race: As stored, whenever it was read.
        was: What `definition` was made from, such as `as_planned` returned.
        definition: What it is to become.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    rules = read_rules(workspace)
    plan = begin_plan(
        workspace, OperationKind.EDIT_RACES, f"Change {_what([race.race.definition.name])}"
    )
    with workspace.database.read() as connection:
        there = race_even_gone(connection, race.race.race_id) or race
        now = planned_definition(connection, there)
    if there.gone_at is None and (both := clashes(was, definition, now)):
        errand = edit_race(there.race.race_id, now, definition)
        row = cannot(errand, f"somebody else changed {both} meanwhile: edit it again")
    else:
        row = edit_row(there, now, merged(was, definition, now), rules)
    return replace(plan, rows=(row,))


def edit_changes(
    plan: Plan, was: Definition, definition: Definition, zone: tzinfo
) -> tuple[FieldChange, ...]:
    """Return what a plan of `plan_edit` changes, field by field.

    Where it cannot be, it is what was asked for.

    Args:
        plan: As planned of the next two.
        was: See `plan_edit`.
        definition: Likewise.
        zone: In which times are told.
    """
    for change in (row.change for row in plan.rows if row.change is not None):
        before, after = (
            definition_in(text_in(values, DEFINITION) or "")
            for values in (change.before, change.after)
        )
        assert before is not None, "written by `edit_race`"
        assert after is not None, "likewise"
        was, definition = before, after
    return changes(was, definition, zone)


def edit_row(
    race: StoredRace, was: Definition, definition: Definition, rules: RaceRules
) -> PlannedTarget:
    """Return the row of a plan that changes a race.

    Args:
        race: As stored.
        was: What it will be before; see `as_planned`.
        definition: What it is to become.
        rules: What it is checked by.
    """
    stored = replace(race, race=replace(race.race, definition=was))
    found = rules.check(definition, stored)
    note = "; ".join(one.sentence.rstrip(".") for one in found.hints)
    errand = edit_race(race.race.race_id, was, definition, note)
    if race.gone_at is not None:
        return cannot(errand, _GONE)
    if errand.already_so or not found.faults:
        return plan_errand(errand)
    return cannot(errand, found.text)


def plan_delete(workspace: Workspace, races: Sequence[StoredRace]) -> Plan:
    """Plan to delete races; open ones, and live ones in progress, cannot be.

    Raises:
        InvalidInputError: There are none.
        NotAllowedError: Whoever is signed in may not do it.
    """
    if not races:
        raise InvalidInputError(NO_RACES)
    rules, rows = read_rules(workspace), []
    what = f"Delete {_what([one.race.definition.name for one in races])}"
    plan = begin_plan(workspace, OperationKind.DELETE_RACES, what)
    zone = SYSTEM_ZONE if len(races) == 1 else None
    with workspace.database.read() as connection:
        coming = on_the_way(connection, Service.RACES)
        for one in races:
            race = one.race
            errand = delete_race(race.race_id, race.definition.name)
            state = read_live(connection, race.race_id).state
            winner = "" if state is None else state.winner
            deleting = dict(coming.get(race.race_id, {})) == dict(errand.after)
            if one.gone_at is not None or deleting:
                rows.append(replace(plan_errand(errand), outcome=Outcome.ALREADY_SO, reason=""))
            elif why := why_not_deleted(
                race, rules.now, winner, features=rules.features, zone=zone
            ):
                rows.append(cannot(errand, why))
            else:
                rows.append(plan_errand(errand))
    return replace(plan, rows=tuple(rows))


def cannot(errand: Errand, why: str) -> PlannedTarget:
    """Return the row of a plan for what cannot be done."""
    return PlannedTarget(plan_errand(errand).target, Outcome.CANNOT, reason=why)


def begin_plan(workspace: Workspace, kind: OperationKind, what: str) -> Plan:
    """Return a plan without rows, made before what these are planned on is read.

    An operation that comes in between makes it outdated; begun later, it would not.

    Raises:
        NotAllowedError: Whoever is signed in may not do it.
    """
    return plan_errands(workspace, kind, what, ())


def _what(names: Sequence[str]) -> str:
    """Return what a plan is about: the one race by name, else how many."""
    return clean(names[0], _NAME) if len(names) == 1 else counted(len(names), "race")


def _names(connection: Transaction) -> list[str]:
    """The names of all races that are there or will be."""
    there = [one.race.definition.name.strip() for one in all_races(connection)]
    return there + [one.definition.name.strip() for one in creations(connection)]


def _now(workspace: Workspace) -> datetime:
    return datetime.fromtimestamp(workspace.database.clock(), UTC)
