"""`drtui sync`."""

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, exit_code_of, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import ProgressLine, say
from drtui.commands.workspace import Workspace
from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY
from drtui.domain.text import iso
from drtui.domain.wording import counted
from drtui.store.operation_log import open_count
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state

_UNKNOWN: Final = Connectivity.UNKNOWN


def sync(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
) -> None:
    """Deliver what is due and read what is stale."""
    if attached:
        _attend()
        return
    with open_desk(chosen_account()) as desk:
        code = _watch(desk) if watch else _once(desk)
    raise typer.Exit(code)


def _once(desk: Desk) -> int:
    from drtui.sync.engine import Ending

    line = ProgressLine()
    with stopping() as stop:
        ending = desk.runner().run_once(
            stop, pull=True, on_tick=lambda: line.show(_line(_standing(desk.workspace)))
        )
    line.clear()
    standing = _standing(desk.workspace)
    say(_line(standing))
    return exits.OK if ending is Ending.DELIVERED else exit_code_of(standing.state)


def _watch(desk: Desk) -> int:
    teller = _Teller(desk.workspace)
    with stopping() as stop:
        desk.runner().watch(stop, finish=threading.Event(), on_tick=teller.tell)
    teller.line.clear()
    standing = _standing(desk.workspace)
    say(_line(standing))
    return exit_code_of(standing.state) if standing.undelivered else exits.OK


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things stand: the engine, and how many items are on their way or need a hand."""

    state: SyncState
    undelivered: int
    troubled: int

    @property
    def news(self) -> tuple[object, ...]:
        """What is worth a line of its own in a log."""
        state = self.state
        return state.connectivity, state.halt, state.engine_pid, bool(self.undelivered)


class _Teller:
    """Tells how things stand: always on a terminal, and elsewhere when it is news."""

    def __init__(self, workspace: Workspace) -> None:
        self.line = ProgressLine()
        self._workspace = workspace
        self._told: tuple[object, ...] = ()

    def tell(self) -> None:
        """Look, and tell."""
        standing = _standing(self._workspace)
        if self.line.terminal:
            self.line.show(_line(standing))
        elif standing.news != self._told and standing.state.connectivity is not _UNKNOWN:
            self._told = standing.news
            say(_line(standing))


def _standing(workspace: Workspace) -> _Standing:
    with workspace.database.read() as connection:
        return _Standing(
            read_sync_state(connection),
            open_count(connection, ON_THE_WAY),
            open_count(connection, NEEDS_A_HAND),
        )


def _line(standing: _Standing) -> str:
    state = standing.state
    parts = [state.connectivity.value]
    if state.halt is not None:
        parts = [f"halted: {state.halt_reason}"]
    elif state.trouble:
        parts.append(state.trouble)
    parts.append(f"as of {iso(state.swept_at)}" if state.swept_at else "nothing read yet")
    parts.append(f"{standing.undelivered:,} pending")
    if standing.troubled:
        in_need = counted(standing.troubled, "needs", "need")
        parts.append(f"{in_need} a hand: see “drtui operations list”")
    if state.engine_pid is not None and state.engine_pid != os.getpid():
        parts.append(f"process {state.engine_pid} delivers")
    return " · ".join(parts)


def _attend() -> None:
    """Be the console's engine: what to work on comes by standard input."""
    from drtui.aws.sessions import AwsCredentials
    from drtui.bootstrap import runner, set_up_logging, system_user
    from drtui.config import Account, Credentials, find_paths, load_settings
    from drtui.store.database import open_database
    from drtui.sync.assignment import read_assignment
    from drtui.sync.attending import attend

    paths = find_paths()
    settings = load_settings(paths)
    set_up_logging(paths)
    assignment = read_assignment(sys.stdin)
    store = Path(assignment.store)
    entry = Account(
        assignment.account or store.stem,
        assignment.api_url,
        assignment.region,
        Credentials.AWS if assignment.site is None else Credentials.SIGN_IN,
        assignment.site,
        assignment.user,
    )
    keys = AwsCredentials(*assignment.keys) if assignment.keys else None
    workspace = Workspace(open_database(store), system_user())
    with stopping() as stop:
        attend(
            runner(workspace, entry, settings, keys),
            sys.stdin,
            stop,
            deliver_at_end=assignment.deliver_at_end,
        )
