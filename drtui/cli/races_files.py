"""`drtui races apply`, `export` and `templates`."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.choosing import read_text
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import emit, say
from drtui.cli.race_choosing import OfRaces, Races, races_of, refresh_list
from drtui.cli.race_options import Zone
from drtui.cli.zones import zone_asked
from drtui.commands.machine_zone import lasting_zone
from drtui.commands.race_files import (
    CONSEQUENCES,
    FileSource,
    FilesPlan,
    fault_lines,
    plan_apply,
    read_files,
    template_names,
    template_text,
)
from drtui.commands.race_files import (
    export as exported,
)
from drtui.commands.writing import check_new, typed_file, write_new
from drtui.domain.race_fields import LABELS
from drtui.domain.race_files import FileFault
from drtui.domain.race_times import SystemZone
from drtui.domain.text import clean
from drtui.domain.wording import counted

_Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="A new file; else standard output."),
]


def apply(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Race files, as TOML; - is stdin.")
    ],
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Create and change races as race files say, as one operation."""
    in_zone = zone_asked(zone)
    sources = [
        FileSource("stdin" if one == "-" else Path(one).name, read_text(one)) for one in files
    ]
    _, faults = read_files(sources, in_zone)
    if faults:
        _refuse(faults)
    with open_desk(chosen_account()) as desk:
        refresh_list(desk, sync)
        found = plan_apply(desk.workspace, sources, in_zone)
        if found.mistakes:
            _refuse(found.mistakes)
        _show(found)
        code = carry_out(
            desk,
            lambda: plan_apply(desk.workspace, sources, in_zone).plan,
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=CONSEQUENCES,
        )
    raise typer.Exit(code)


def export(
    races: Races = None,
    filter_: OfRaces = None,
    output: _Output = None,
    zone: Zone = "",
    sync: Sync = None,
) -> None:
    """Write races as a race file, which “drtui races apply” reads."""
    in_zone = _zone_of_file(zone)
    path = None if output is None else typed_file(output)
    if path is not None:
        check_new(path)
    with open_desk(chosen_account(), reading=True) as desk:
        refresh_list(desk, sync)
        text = exported(desk.workspace, races_of(desk.workspace, races, filter_), in_zone)
    _write(path, text)


def templates(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Of a template; else all are listed.")
    ] = None,
    output: _Output = None,
    zone: Zone = "",
) -> None:
    """List the templates for common events, or write one as a race file."""
    if name is None:
        emit("".join(f"{one}\n" for one in template_names()))
        return
    in_zone = _zone_of_file(zone)
    path = None if output is None else typed_file(output)
    if path is not None:
        check_new(path)
    _write(path, template_text(datetime.now(UTC), name, in_zone))


def _zone_of_file(name: str) -> tzinfo:
    zone = lasting_zone(zone_asked(name))
    if isinstance(zone, SystemZone):
        say("Times are in UTC, as this machine's zone has no name: --zone names one.")
    return zone


def _refuse(faults: Sequence[tuple[str, FileFault]]) -> NoReturn:
    for line in fault_lines(faults):
        say(line)
    say(f"{counted(len(faults), 'mistake')}. Nothing was changed.")
    raise typer.Exit(exits.USAGE)


def _write(path: Path | None, text: str) -> None:
    if path is None:
        emit(text)
        return
    write_new(path, text)
    say(f"Written to {clean(str(path))}.")


def _show(found: FilesPlan) -> None:
    """Say what becomes of each race, field by field, and what is wrong with its line."""
    for one in found.races:
        reason = f" ({one.reason})" if one.reason else ""
        say(f"{clean(one.name)}: {one.outcome.value}{reason}")
        for change in one.changes:
            label, before = LABELS[change.field], change.before or "nothing"
            say(f"  {label}: {before} → {change.after or 'nothing'}")
        for line in fault_lines([(one.file, fault) for fault in one.faults]):
            say(f"  {line}")
    say(f"{found.text}.")
