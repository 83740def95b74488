"""`drtui races apply`, `export` and `templates`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.choosing import read_text
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import emit, say
from drtui.cli.race_choosing import OfRaces, Races, races_of, refresh_list
from drtui.cli.race_options import Sync, Zone
from drtui.cli.sponsoring import DryRun, NoWait, Yes
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
from drtui.domain.race_times import zone_named
from drtui.domain.text import clean

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
    in_zone = zone_named(zone)
    sources = [
        FileSource("stdin" if one == "-" else Path(one).name, read_text(one)) for one in files
    ]
    _, faults = read_files(sources, in_zone)
    if faults:
        for line in fault_lines(faults):
            say(line)
        say("Nothing was changed.")
        raise typer.Exit(exits.USAGE)
    with open_desk(chosen_account()) as desk:
        refresh_list(desk, sync)
        _show(plan_apply(desk.workspace, sources, in_zone))
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
    in_zone = zone_named(zone)
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
    in_zone = zone_named(zone)
    path = None if output is None else typed_file(output)
    if path is not None:
        check_new(path)
    _write(path, template_text(datetime.now(UTC), name, in_zone))


def _named(source: str) -> str:
    return "stdin" if source == "-" else Path(source).name


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
            say(f"  {change.field}: {change.before or 'nothing'} → {change.after or 'nothing'}")
        for line in fault_lines([(one.file, fault) for fault in one.faults]):
            say(f"  {line}")
    say(f"{found.text}.")
