"""`drtui prepare`: everything for a day without network, and what of it is missing."""

import threading
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson
from drtui.cli.output import ProgressLine, print_json, say
from drtui.cli.problems import StoppedError
from drtui.cli.sponsor_door import open_services, second_door
from drtui.cli.tables import Column, print_table
from drtui.commands import preparing as commands
from drtui.commands.models import sweep_progress
from drtui.commands.offline import on_purpose
from drtui.commands.preparing import Part, Preparing
from drtui.domain.durations import rounded_up_text
from drtui.domain.problems import InvalidInputError

_PATIENCE: Final = 30.0
_TABLE: Final = (
    Column("Part"),
    Column("There is", spare=1, least=30),
    Column("Oldest as of (UTC)", spare=2, brief=slice(16)),  # its age says it too
    Column("Age", number=True),
    Column("Missing", below=True),
)


def prepare(
    check: Annotated[
        bool, typer.Option("--check", help="Read nothing; say what there is.")
    ] = False,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.1, help="Wait so long at the most.")
    ] = _PATIENCE,
    as_json: AsJson = False,
) -> None:
    """Read everything for a day without network; exit with 4 where something is missing."""
    with open_desk(chosen_account(), reading=check) as desk:
        since = None if check else _read(desk, minutes * 60.0)
        door = second_door(desk)
        found = commands.parts(
            desk.workspace, since=since, second_door=door, pool=desk.account.site is not None
        )
        now = desk.workspace.database.clock()
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_table(_TABLE, [_cells(one, now) for one in found])
        if not door:
            say("No AWS profile is named: the user pool, billing and the checklist are left out.")
    say(commands.verdict(found))
    if any(one.missing for one in found):
        raise typer.Exit(exits.UNSETTLED)


def _read(desk: Desk, seconds: float) -> float:
    """Read everything, and return since when; in seconds since the epoch.

    Raises:
        InvalidInputError: Somebody wants to be offline.
        StoppedError: A signal came meanwhile.
    """
    if on_purpose(desk.workspace) is not None:
        raise InvalidInputError("Offline on purpose: “drtui offline off” first, or use --check.")
    door = second_door(desk)
    reading = Preparing(desk.workspace, seconds, files=door)
    line, finish, told = ProgressLine(), threading.Event(), ""

    def look() -> None:
        nonlocal told
        if not told and (told := reading.too_long()):
            line.clear()
            say(f"{told} --minutes allows more.")
        line.show(sweep_progress(desk.workspace).text or "reading")
        if reading.turn():
            finish.set()

    with stopping() as stop:
        # Asked before an engine begins here, which would settle down with nothing asked for.
        if not reading.turn():
            desk.runner().watch(stop, finish=finish, on_tick=look)
        line.clear()
        if stop.is_set():
            raise StoppedError("Interrupted; what was read until then is there.")
    if door:
        for problem in commands.read_from_aws(desk.workspace, open_services(desk)):
            say(f"Not read: {problem}")
    return reading.since


def _cells(part: Part, now: float) -> list[str]:
    if part.as_of is None:
        return [part.name, part.what, "", "", part.missing]
    age = rounded_up_text(now - part.as_of.timestamp())
    return [part.name, part.what, f"{part.as_of:%Y-%m-%d %H:%M:%S}", age, part.missing]
