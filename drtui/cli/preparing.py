"""`drtui prepare`: everything for a day without network, and what of it is missing."""

import threading
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import ProgressLine, print_json, say
from drtui.cli.problems import StoppedError
from drtui.cli.sponsor_door import open_services, second_door
from drtui.cli.tables import Column, print_table
from drtui.commands import preparing as commands
from drtui.commands.models import sweep_progress
from drtui.commands.offline import on_purpose
from drtui.commands.preparing import Asked, Part
from drtui.domain.problems import InvalidInputError
from drtui.domain.progress import duration_text

_PATIENCE: Final = 30.0
_TROUBLED: Final = 20  # looks in a row at an account that cannot be read, a few a second
_TABLE: Final = (
    Column("Part"),
    Column("There is", spare=1),
    Column("As of (UTC)"),
    Column("Age", number=True),
    Column("Missing"),
)


def prepare(
    check: Annotated[
        bool, typer.Option("--check", help="Read nothing; say what there is.")
    ] = False,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.1, help="Wait so long at the most.")
    ] = _PATIENCE,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Read everything for a day without network; exit with 4 where something is missing."""
    with open_desk(chosen_account(), reading=check) as desk:
        since = None if check else _read(desk, minutes * 60.0)
        door = second_door(desk)
        found = commands.parts(desk.workspace, since=since, second_door=door)
        now = desk.workspace.database.clock()
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_table(_TABLE, [_cells(one, now) for one in found])
        if not door:
            say("No AWS profile is named: the user pool and billing are left out.")
    missing = [one.name.lower() for one in found if one.missing]
    if missing:
        say(f"Missing: {', '.join(missing)}.")
        raise typer.Exit(exits.UNSETTLED)
    say("Everything is there for a day without network.")


def _read(desk: Desk, seconds: float) -> float:
    """Read everything, and return since when; in seconds since the epoch.

    Raises:
        InvalidInputError: Somebody wants to be offline.
        StoppedError: A signal came meanwhile.
    """
    if on_purpose(desk.workspace) is not None:
        raise InvalidInputError("Offline on purpose: “drtui offline off” first, or use --check.")
    late = threading.Event()
    timer = threading.Timer(seconds, late.set)
    timer.daemon = True
    timer.start()
    try:
        lists = commands.ask_for_lists(desk.workspace)
        _wait(desk, lists, late)
        _wait(desk, commands.ask_for_the_rest(desk.workspace, seconds), late)
    finally:
        timer.cancel()
    if second_door(desk):
        for problem in commands.read_from_aws(desk.workspace, open_services(desk)):
            say(f"Not read: {problem}")
    return lists.since


def _wait(desk: Desk, asked: Asked, late: threading.Event) -> None:
    """Run the engine, or watch it, until all that was asked for was tried, or it is too late."""
    line = ProgressLine()
    finish = threading.Event()
    troubled = 0

    def look() -> None:
        nonlocal troubled
        state = desk.sync_state()
        line.show(sweep_progress(desk.workspace).text or "reading")
        troubled = troubled + 1 if state.trouble or state.halt is not None else 0
        if late.is_set() or troubled > _TROUBLED or asked.tried():
            finish.set()

    with stopping() as stop:
        desk.runner().watch(stop, finish=finish, on_tick=look)
        line.clear()
        if stop.is_set():
            raise StoppedError("Interrupted; what was read until then is there.")


def _cells(part: Part, now: float) -> list[str]:
    if part.as_of is None:
        return [part.name, part.what, "", "", part.missing]
    age = duration_text(now - part.as_of.timestamp())
    return [part.name, part.what, f"{part.as_of:%Y-%m-%d %H:%M:%S}", age, part.missing]
