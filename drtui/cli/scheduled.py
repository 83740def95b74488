"""`drtui operations scheduled`: list, cancel, and answer what was missed, or is late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out, follow
from drtui.cli.changes import confirm as ask
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.commands import scheduling as commands
from drtui.domain.scheduling import Scheduled, ScheduleState, missed_line
from drtui.domain.text import clean
from drtui.domain.wording import capitalised
from drtui.store.scheduling import in_the_way
from drtui.sync.lock import is_held

scheduled = typer.Typer(no_args_is_help=True, help="What is to be done at a set time.")


def _number(typed: str) -> int:
    """Read a number as the console shows it too: `7` or `S7`.

    Raises:
        typer.BadParameter: It is none.
    """
    digits = typed.strip().removeprefix("S").removeprefix("s")
    if not (digits.isascii() and digits.isdigit()):
        raise typer.BadParameter(f"“{clean(typed, 40)}” is no number: write 7 or S7.")
    return int(digits)


Number = Annotated[
    int,
    typer.Argument(
        metavar="N", parser=_number, help="Its number among the scheduled: 7, or S7 as it is shown."
    ),
]
Of = Annotated[
    str, typer.Option("--of", metavar="WHO", help="Whose it is, where it is not your own.")
]

_LIST: Final = (
    Column("#", number=True),
    Column("At"),
    Column("Who", spare=2),
    Column("What"),
    Column("For"),
    Column("State"),
    Column("Note", spare=1),
)


def why_not_run(desk: Desk) -> str:
    """Say why nothing would be run if its time came now; empty where nothing is in the way."""
    if not is_held(desk.workspace.database.path):
        return "no drtui is up"
    return in_the_way(desk.sync_state())


def tell_scheduled(found: Sequence[Scheduled], now: datetime, why: str = "") -> None:
    """Say what waits for its time, and what waits for an answer.

    Args:
        found: Those that are not settled.
        now: The present.
        why: See `why_not_run`.
    """
    for one in found:
        if not one.asks(now):
            say(f"Scheduled S{one.number}: {one.title()}: {one.state_text(now, why)}.")
    if line := missed_line(list(found), now, "“drtui operations scheduled”"):
        say(line)


@scheduled.command("list")
def list_(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List what was scheduled by its time, with what became of it."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        found = commands.all_scheduled(desk.workspace)
        now, why = commands.moment_of(desk.workspace), why_not_run(desk)
    rows = [commands.as_json(one, now, why) for one in found]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, commands.COLUMNS)
    else:
        cells = [
            [
                str(one.number),
                one.when.full(),
                clean(one.who),
                clean(one.what),
                one.whom.text(),
                one.state_text(now, why),
                one.told_note(now, why),
            ]
            for one in found
        ]
        print_table(_LIST, cells)


@scheduled.command()
def cancel(number: Number, of: Of = "", yes: Yes = False) -> None:
    """Cancel one before its time; another's only where --of says whose it is."""
    with open_desk(chosen_account()) as desk:
        it = commands.check_may_cancel(desk.workspace, number, of=of)
        _ask(yes, "Cancel", it, of)
        doubtful = commands.cancel(desk.workspace, it, of=of)
    _tell_ended("Cancelled", it, doubtful)


@scheduled.command()
def drop(number: Number, of: Of = "", yes: Yes = False) -> None:
    """Drop one that was missed or refused, or the rest of one that is late: it is not sent."""
    with open_desk(chosen_account()) as desk:
        it = commands.check_may_drop(desk.workspace, number, of=of)
        _ask(yes, "Drop", it, of)
        doubtful = commands.drop(desk.workspace, it, of=of)
    _tell_ended("Dropped", it, doubtful)


@scheduled.command()
def run(
    number: Number,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Run one that was missed or refused now, planned again, as your own operation.

    One that is late, since it was held up on its way, goes on as it was planned.
    """
    with open_desk(chosen_account()) as desk:
        it = commands.check_asks(desk.workspace, number)
        if it.state is ScheduleState.LATE:
            raise typer.Exit(_go_on(desk, it, dry_run=dry_run, yes=yes, wait=not no_wait))
        desk.refresh(sync)
        code = carry_out(
            desk,
            lambda: commands.preview(desk.workspace, number),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            submitting=lambda workspace, plan: commands.run_now(workspace, number, plan),
        )
        if commands.find(desk.workspace, number).asks(commands.moment_of(desk.workspace)):
            say(f"It still waits: “drtui operations scheduled drop {number}” ends that.")
    raise typer.Exit(code)


def _go_on(desk: Desk, it: Scheduled, *, dry_run: bool, yes: bool, wait: bool) -> int:
    """Let the rest of one that is late be sent; return the exit code."""
    assert it.operation_id is not None, "only what became an operation is late"
    say(f"Operation {it.operation_id}, {clean(it.owner)}'s: {it.title()}.")
    doubt = f", {it.in_doubt:,} of them in doubt" if it.in_doubt else ""
    say(f"{capitalised(it.unsent_text(commands.moment_of(desk.workspace)))}{doubt}.")
    if dry_run:
        say("Nothing was changed.")
        return exits.OK
    ask(yes, f"Send the {it.unsent:,} now?")
    commands.go_on(desk.workspace, it.number)
    return follow(desk, it.operation_id, wait=wait)


def _ask(yes: bool, verb: str, it: Scheduled, of: str) -> None:
    whose = f"{clean(of)}'s " if of else ""
    rest = f"the {it.unsent:,} not sent of " if it.state is ScheduleState.LATE else ""
    what = f"{rest}{whose}“{clean(it.what)}” for {it.whom.text()}, {it.when.full()}"
    ask(yes, f"{verb} {what}?")


def _tell_ended(ended: str, it: Scheduled, doubtful: int) -> None:
    if it.state is ScheduleState.LATE:
        doubt = f"; {doubtful:,} may have been applied already" if doubtful else ""
        say(f"{ended}: the rest of scheduled operation {it.number} is not sent{doubt}.")
    else:
        say(f"{ended}: scheduled operation {it.number} is not run.")
