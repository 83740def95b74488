"""`drtui offline` and `drtui deliver`."""

import os
from enum import StrEnum
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.context import Desk, exit_code_of, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsJson, Yes
from drtui.cli.output import print_json, say
from drtui.cli.sync import deliver_once
from drtui.commands import offline as commands
from drtui.commands.scheduling import told_offline
from drtui.domain.operations import NEEDS_A_HAND
from drtui.domain.problems import NotAllowedError, PlanOutdatedError, ProblemError
from drtui.domain.text import clean, iso
from drtui.store.operation_log import operations_by_number
from drtui.store.sync_state import Connectivity

_AGAIN_SECONDS: Final = 0.3
_LONGEST: Final = 2_000  # of a line: what it ends in is the value that is wanted


class Switch(StrEnum):
    """What `drtui offline` is told."""

    ON = "on"
    OFF = "off"
    STATUS = "status"


def offline(
    switch: Annotated[
        Switch, typer.Argument(metavar="[on|off|status]", help="What to do.")
    ] = Switch.STATUS,
    as_json: AsJson = False,
) -> None:
    """Go offline on purpose, for everybody who uses this store, or back online."""
    with open_desk(chosen_account(), reading=switch is Switch.STATUS) as desk:
        if switch is Switch.ON:
            begin(desk)
        elif switch is Switch.OFF:
            ended = commands.go_online(desk.workspace)
            say("Online again." if ended else "Nobody wanted to be offline.")
        purpose = commands.on_purpose(desk.workspace)
    if as_json:
        known = {} if purpose is None else {"since": iso(purpose.since), "by": purpose.by}
        print_json({"offline_on_purpose": purpose is not None, **known})
    elif switch is Switch.STATUS:
        if purpose is None:
            say("Not offline on purpose.")
        else:
            since = f"{purpose.since:%Y-%m-%d %H:%M:%S} UTC"
            say(f"Offline on purpose since {since}, by {clean(purpose.by)}.")


def begin(desk: Desk) -> None:
    """Go offline on purpose, and say so."""
    if commands.go_offline(desk.workspace):
        say("Offline on purpose: nothing is called until “drtui deliver” or “drtui offline off”.")
    else:
        say("Offline on purpose already.")
    if line := told_offline(desk.workspace):
        say(line)


def deliver(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would conflict, and stay offline.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Come back online: read the account, show what would conflict, ask, then deliver."""
    with open_desk(chosen_account()) as desk:
        if commands.on_purpose(desk.workspace) is None:
            say("Nobody wants to be offline: what is on its way is delivered without being asked.")
        else:
            _look(desk)
            if dry_run:
                _tell(commands.forecast(desk.workspace))
                say("Nothing was sent; still offline on purpose.")
                return
            _go_online(desk, yes=yes)
        if dry_run:
            return
        waiting = [one.operation_id for one in commands.forecast(desk.workspace).queue]
        code = deliver_once(desk, pull=False) or _needs_a_hand(desk, waiting)
    raise typer.Exit(code)


def _tell(forecast: commands.Forecast) -> None:
    for line in forecast.lines:
        say(f"  {clean(line, _LONGEST)}")


def _go_online(desk: Desk, *, yes: bool) -> None:
    """Show what would be delivered, ask, and go online; once more where that changes meanwhile."""
    while True:
        seen = commands.forecast(desk.workspace)
        _tell(seen)
        confirm(yes, "Go online and deliver?")
        try:
            commands.go_online(desk.workspace, seen)
        except PlanOutdatedError:
            say("What is on its way has changed meanwhile:")
        else:
            return


def _needs_a_hand(desk: Desk, numbers: list[int]) -> int:
    """The exit code by what became of some operations."""
    with desk.workspace.database.read() as connection:
        found = operations_by_number(connection, numbers).values()
    return exits.UNSETTLED if any(one.count(*NEEDS_A_HAND) for one in found) else exits.OK


def _look(desk: Desk) -> None:
    """Read the account, and send nothing.

    Raises:
        NotAllowedError: It may not be read.
        ProblemError: It could not be read; still offline.
    """
    look = commands.Look(desk.workspace)
    look.begin()

    def enough() -> bool:
        seen = look.turn()
        return seen.was_read or seen.given_up

    try:
        with stopping() as stop:
            while not (stop.is_set() or enough()):
                desk.runner().run_once(stop, pull=True, enough=enough)
                if _hopeless(desk):
                    break
                stop.wait(_AGAIN_SECONDS)
    finally:
        seen, state = look.turn(), desk.sync_state()
        look.end()
    if seen.was_read:
        return
    if exit_code_of(state) == exits.NOT_ALLOWED:
        raise NotAllowedError(f"The account may not be read: {desk.why_halted(state)}")
    raise ProblemError(
        "The account could not be read, so nothing was sent; still offline on purpose. "
        f"{state.trouble}".rstrip()
    )


def _hopeless(desk: Desk) -> bool:
    state = desk.sync_state()
    if state.engine_pid == os.getpid():  # it ran here, and did what it could
        return True
    return state.halt is not None or (
        state.connectivity is Connectivity.OFFLINE and bool(state.trouble)
    )
