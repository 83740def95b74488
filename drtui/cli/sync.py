"""`drtui sync`."""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, exit_code_of, open_desk, stopping
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import ProgressLine, say
from drtui.commands.pacing import last_download
from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY, Hold
from drtui.domain.progress import hold_text, late_text
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted
from drtui.store.downloading import downloads_waiting
from drtui.store.late import late_operations
from drtui.store.operation_log import open_count
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state

_UNKNOWN: Final = Connectivity.UNKNOWN
_TELL_SECONDS: Final = 60.0
_NICENESS: Final = 10
_FIRST_SECONDS: Final = 2.0  # what is done by then needs no line beside the last one


def sync(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
) -> None:
    """Deliver what is due and read what is stale."""
    if attached:
        _attend()
        return
    with open_desk(chosen_account()) as desk:
        code = _watch(desk) if watch else deliver_once(desk, pull=True)
    raise typer.Exit(code)


def deliver_once(desk: Desk, *, pull: bool) -> int:
    """Deliver what is due, telling how it goes; return the exit code.

    Args:
        desk: The account's.
        pull: Whether the account is read whatever the age of the copy.
    """
    from drtui.sync.options import Ending

    teller = _Teller(desk, every=_TELL_SECONDS)
    with stopping() as stop:
        ending = desk.runner().run_once(stop, pull=pull, on_tick=teller.tell)
    teller.line.clear()
    standing = _standing(desk)
    say(_line(standing))
    return exits.OK if ending is Ending.DELIVERED else _code(standing)


def _give_way() -> None:
    """Let consoles go first where processors are few: a key that waits is felt, a call is not."""
    os.nice(_NICENESS)


def _watch(desk: Desk) -> int:
    _give_way()
    teller = _Teller(desk)
    with stopping() as stop:
        desk.runner().watch(stop, finish=threading.Event(), on_tick=teller.tell)
    teller.line.clear()
    standing = _standing(desk)
    say(_line(standing))
    return _code(standing) if standing.undelivered else exits.OK


def _code(standing: "_Standing") -> int:
    return exits.NOT_ALLOWED if standing.role_waits else exit_code_of(standing.state)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things stand: the engine, and how many items are on their way or need a hand.

    Attributes:
        halted: What stops delivery as a whole; empty when nothing does.
        names_only: Whether the role may read no more than names, and so change nothing.
        downloads: How many of those on their way are downloads.
        last_download: When the last of them begins at the pace; None where there is none.
        late: The operations of which the rest waits for a word.
    """

    state: SyncState
    halted: str
    undelivered: int
    troubled: int
    names_only: bool
    downloads: int = 0
    last_download: datetime | None = None
    late: Sequence[int] = ()

    @property
    def role_waits(self) -> bool:
        """Whether changes wait for a role that may make them."""
        return bool(self.undelivered) and self.names_only and self.state.halt is None

    @property
    def news(self) -> tuple[object, ...]:
        """What is worth a line of its own in a log."""
        state = self.state
        return state.connectivity, state.halt, state.engine_pid, bool(self.undelivered), self.late


class _Teller:
    """Tells how things stand: always on a terminal, and elsewhere when it is news.

    Args:
        desk: The account's.
        every: After so many seconds, while changes are on their way, it is news all the same;
            before the first of them nothing is. None is never.
    """

    def __init__(
        self,
        desk: Desk,
        every: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.line = ProgressLine()
        self._desk = desk
        self._told: tuple[object, ...] = ()
        self._every = every
        self._clock = clock
        self._at = clock() if every is None else clock() + _FIRST_SECONDS - every

    def tell(self) -> None:
        """Look, and tell."""
        standing = _standing(self._desk)
        if self.line.terminal:
            self.line.show(_line(standing))
        elif self._every is not None:
            if standing.undelivered and self._clock() - self._at >= self._every:
                self._at = self._clock()
                say(_line(standing))
        elif standing.news != self._told and standing.state.connectivity is not _UNKNOWN:
            self._told = standing.news
            say(_line(standing))


def _standing(desk: Desk) -> _Standing:
    with desk.workspace.database.read() as connection:
        state = read_sync_state(connection)
        downloads = downloads_waiting(connection)
        return _Standing(
            state,
            desk.why_halted(state),
            open_count(connection, ON_THE_WAY),
            open_count(connection, NEEDS_A_HAND),
            swept_names_only(connection),
            downloads,
            last_download(desk.workspace, connection) if downloads else None,
            sorted(late_operations(connection)),
        )


def _line(standing: _Standing) -> str:
    state = standing.state
    parts = [state.connectivity.value]
    if state.on_purpose is not None:
        who = state.on_purpose
        parts = [f"offline on purpose since {iso(who.since)}, by {clean(who.by)}"]
    elif state.halt is not None:
        parts = [f"halted: {standing.halted}"]
    elif state.trouble:
        parts.append(state.trouble)
    parts.append(f"as of {iso(state.swept_at)}" if state.swept_at else "nothing read yet")
    parts.append(f"{standing.undelivered:,} pending")
    if standing.last_download is not None:
        what = counted(standing.downloads, "download")
        parts.append(f"{what}, the last begins about {standing.last_download:%H:%M} UTC")
    if standing.role_waits:
        parts.append(hold_text(Hold.ROLE))
    if standing.late:
        parts.append(f"{late_text(standing.late)}: see “drtui operations scheduled list”")
    if standing.troubled:
        in_need = counted(standing.troubled, "needs", "need")
        parts.append(f"{in_need} a hand: see “drtui operations list”")
    if state.engine_pid is not None and state.engine_pid != os.getpid():
        sends = state.on_purpose is None and state.halt is None
        delivers = sends and state.connectivity is not Connectivity.OFFLINE
        parts.append(f"process {state.engine_pid} {'delivers' if delivers else 'is up'}")
    return " · ".join(parts)


def _attend() -> None:
    """Be the console's engine: what to work on comes by standard input."""
    from drtui.bootstrap import assigned_runner, set_up_logging
    from drtui.config import find_paths, load_settings
    from drtui.sync.assignment import read_assignment
    from drtui.sync.attending import attend

    _give_way()
    paths = find_paths()
    settings = load_settings(paths)
    set_up_logging(paths)
    assignment = read_assignment(sys.stdin)
    if assignment is None:  # the console was killed in between
        return
    with stopping() as stop, assigned_runner(assignment, settings) as runner:
        attend(runner, sys.stdin, stop, deliver_at_end=assignment.deliver_at_end)
