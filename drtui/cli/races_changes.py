"""`drtui races create`, `edit`, `clone` and `delete`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Annotated, Final

import typer

from drtui.cli.changes import carry_out
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import say
from drtui.cli.race_choosing import OfRaces, Races, Set, races_of, refresh_list
from drtui.cli.race_options import Race, SomeRaces, Zone
from drtui.cli.zones import zone_asked
from drtui.commands.race_changes import (
    CREATE_CONSEQUENCES,
    DELETE_CONSEQUENCES,
    EDIT_CONSEQUENCES,
    as_planned,
    clones,
    edit_changes,
    plan_create,
    plan_delete,
    plan_edit,
)
from drtui.commands.race_files import template, template_names
from drtui.commands.races import moment_of, named_race
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_fields import LABELS, FieldChange, preview
from drtui.domain.race_rules import check_itself
from drtui.domain.race_setting import assignments, values_set, with_values
from drtui.domain.races import Definition

_Track = Annotated[
    str | None, typer.Option("--track", metavar="TRACK", help="A track's id or name.")
]
_Opens = Annotated[
    str | None, typer.Option("--opens", metavar="TIME", help="As “YYYY-MM-DD 14:30”.")
]
_Closes = Annotated[str | None, typer.Option("--closes", metavar="TIME", help="Likewise.")]
_LiveAt = Annotated[
    str | None, typer.Option("--live-at", metavar="TIME", help="When a live race is live.")
]
_Submissions = Annotated[
    str | None, typer.Option("--submissions", metavar="N", help="Of each racer.")
]
_OF_ONE: Final = frozenset({"name", "opens", "closes", "live_at"})
"""What cannot be the same of several races."""

_Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="What it is called.")]


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    track: _Track = None,
    opens: _Opens = None,
    closes: _Closes = None,
    live_at: _LiveAt = None,
    submissions: _Submissions = None,
    from_: Annotated[
        str,
        typer.Option("--template", metavar="NAME", help=f"One of {', '.join(template_names())}."),
    ] = "time-trial",
    set_: Set = None,
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Create a race, made of a template and of what is set."""
    in_zone = zone_asked(zone)
    values = _values(set_, name, track, opens, closes, live_at, submissions)
    with open_desk(chosen_account()) as desk:
        races = template(moment_of(desk.workspace), from_, in_zone)
        if len(races) != 1:
            raise InvalidInputError(
                f"The template {from_} has {len(races)} races: write it to a file with “drtui "
                "races templates”, and apply that."
            )
        race = _of_values(races[0], values, in_zone)
        refresh_list(desk, sync)
        code = _create(desk, [race], in_zone, dry_run=dry_run, yes=yes, no_wait=no_wait)
    raise typer.Exit(code)


def edit(
    race: Race,
    name: _Name = None,
    track: _Track = None,
    opens: _Opens = None,
    closes: _Closes = None,
    live_at: _LiveAt = None,
    submissions: _Submissions = None,
    set_: Set = None,
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Change a race; what somebody else changes meanwhile stays."""
    in_zone = zone_asked(zone)
    values = _values(set_, name, track, opens, closes, live_at, submissions)
    if not values:
        raise InvalidInputError("Say what is to be changed.")
    with open_desk(chosen_account()) as desk:
        refresh_list(desk, sync)
        stored = named_race(desk.workspace, race)
        was = as_planned(desk.workspace, stored)
        wanted = with_values(was, values, in_zone)
        told: tuple[FieldChange, ...] = ()

        def planned() -> Plan:
            nonlocal told
            plan = plan_edit(desk.workspace, stored, was, wanted)
            found = edit_changes(plan, was, wanted, in_zone)
            for change in found if found != told else ():
                label = LABELS[change.field]
                say(f"{label}: {change.before or 'nothing'} → {change.after or 'nothing'}")
            told = found
            return plan

        code = _carry(
            desk,
            planned,
            EDIT_CONSEQUENCES,
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
        )
    raise typer.Exit(code)


def clone(
    races: SomeRaces,
    name: _Name = None,
    opens: _Opens = None,
    closes: _Closes = None,
    live_at: _LiveAt = None,
    set_: Set = None,
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Create copies of races, moved by whole weeks until all are to come."""
    in_zone = zone_asked(zone)
    values = _values(set_, name, None, opens, closes, live_at, None)
    with open_desk(chosen_account()) as desk:
        refresh_list(desk, sync)
        copies = clones(desk.workspace, races_of(desk.workspace, races, None), in_zone)
        if len(copies) > 1 and values.keys() & _OF_ONE:
            raise InvalidInputError("A name and times are set of one copy: name one race.")
        wanted = [_of_values(one, values, in_zone) for one in copies]
        code = _create(desk, wanted, in_zone, dry_run=dry_run, yes=yes, no_wait=no_wait)
    raise typer.Exit(code)


def delete(
    races: Races = None,
    filter_: OfRaces = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Delete races with their leaderboards. It cannot be undone."""
    with open_desk(chosen_account()) as desk:
        refresh_list(desk, sync)
        found = races_of(desk.workspace, races, filter_)
        code = _carry(
            desk,
            lambda: plan_delete(desk.workspace, found),
            DELETE_CONSEQUENCES,
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
            typed=True,
        )
    raise typer.Exit(code)


def _of_values(definition: Definition, values: Mapping[str, str], zone: tzinfo) -> Definition:
    """Return a new race made of another one and of what is set.

    Raises:
        InvalidInputError: It cannot be, whatever the deployment; it says all that is wrong.
    """
    made, wrong = values_set(definition, values, zone)
    found = [*wrong.values(), *(one.sentence for one in check_itself(made, set(wrong)))]
    if found:
        raise InvalidInputError(" ".join(found))
    return made


def _create(
    desk: Desk,
    races: Sequence[Definition],
    zone: tzinfo,
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
) -> int:
    first = plan_create(desk.workspace, races)
    for number, race in enumerate(races if first.changes_something else ()):
        if number:
            say("")
        for label, text in preview(race, zone):
            say(f"{label}: {text}")

    def planned() -> Plan:
        # The same errands each time, so that a plan made anew is the same races.
        return replace(plan_create(desk.workspace, races), rows=first.rows)

    return _carry(desk, planned, CREATE_CONSEQUENCES, dry_run=dry_run, yes=yes, no_wait=no_wait)


def _carry(
    desk: Desk,
    make_plan: Callable[[], Plan],
    consequences: str,
    *,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    typed: bool = False,
) -> int:
    return carry_out(
        desk,
        make_plan,
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        consequences=consequences,
        typed=typed,
    )


def _values(
    set_: list[str] | None,
    name: str | None,
    track: str | None,
    opens: str | None,
    closes: str | None,
    live_at: str | None,
    submissions: str | None,
) -> dict[str, str]:
    """Return what is set, by the keys of race files; an option goes before `--set`."""
    options = {
        "name": name,
        "track": track,
        "opens": opens,
        "closes": closes,
        "live_at": live_at,
        "submissions": submissions,
    }
    given = {key: value for key, value in options.items() if value is not None}
    return assignments(set_ or []) | given
