"""What the commands share: the account in question, its workspace, and a fresh enough copy."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from drtui import accounts
from drtui.cli import exits
from drtui.cli.output import say
from drtui.cli.problems import StoppedError
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, Paths, Settings, find_paths, load_settings
from drtui.domain.failures import HALTING, FailureKind
from drtui.domain.problems import NotAllowedError, ProblemError, UnwritableStoreError
from drtui.domain.signing_in import is_of_the_clock, with_renewal
from drtui.domain.text import iso
from drtui.store.sync_state import SyncState, read_sync_state

if TYPE_CHECKING:
    from drtui.sync.running import Runner

_ALSO_SECONDS: Final = 10.0
_OTHERS_TROUBLE_SECONDS: Final = 8.0
_SILENT: Final = "it does not answer."


@dataclass(slots=True)
class Desk:
    """One account as the command line works with it.

    Attributes:
        reading: Whether it is only read, so that it goes on where nothing can be written.
        in_vain: Whether it was said that nothing can be, so that nothing more is asked for.
    """

    account: Account
    paths: Paths
    settings: Settings
    workspace: Workspace
    reading: bool = False
    in_vain: bool = False

    def sync_state(self) -> SyncState:
        """Where the engine stands."""
        with self.workspace.database.read() as connection:
            return read_sync_state(connection)

    def why_halted(self, state: SyncState) -> str:
        """Say what stops delivery as a whole, and which command helps; empty when nothing does."""
        signs_in = self.account.credentials is Credentials.SIGN_IN
        helps = signs_in and not is_of_the_clock(state.halt_reason)
        if state.halt is FailureKind.NOT_SIGNED_IN and helps:
            name = self.account.name
            return f"{state.halt_reason} Sign in with “drtui account sign-in {name}”."
        return state.halt_reason if signs_in else with_renewal(state.halt_reason)

    def runner(self) -> "Runner":
        """What runs the engine here, or watches it where it runs."""
        from drtui.bootstrap import runner

        return runner(self.workspace, self.account, self.settings)

    def refresh(self, sync: bool | None, also: Callable[[float], bool] = lambda _: True) -> None:
        """Pull when the copy is stale; what cannot be pulled is said, and the copy stays.

        So it does, where it is only read, if the store cannot be written.

        Args:
            sync: True pulls whatever its age, False never, None when it is stale.
            also: Whether what else was asked for has been read since a moment, in seconds since
                the epoch; it is waited for a few seconds more.

        Raises:
            NotAllowedError: Nothing was ever pulled, and nothing may be.
            StoppedError: A signal came meanwhile.
            ProblemError: Nothing was ever pulled, and nothing can be.
        """
        if sync is None and self.workspace.database.read_only:
            sync = False
            if self._stale() and (swept_at := self.sync_state().swept_at) is not None:
                why = "is on a full disk" if self.workspace.database.full else "may not be written"
                say(f"The store {why}; what follows is as of {iso(swept_at)}.")
        if sync or (sync is None and self._stale()):
            with self.unwritten():
                self._pull(also)
        elif self.sync_state().swept_at is None:
            raise ProblemError("Nothing has been read from this account yet: run “drtui sync”.")

    @contextmanager
    def unwritten(self) -> Iterator[None]:
        """Go on where the store cannot be written within the block: say so, and how old it is.

        Raises:
            UnwritableStoreError: It is not only read, or cannot be, or nothing was ever pulled.
        """
        try:
            yield
        except UnwritableStoreError as problem:
            swept_at = self.sync_state().swept_at if self.reading else None
            if swept_at is None:
                raise
            say(f"{problem} What follows is as of {iso(swept_at)}.")
            self.in_vain = True

    def read_more(self, ask: Callable[[], Callable[[], bool]]) -> None:
        """Ask for something, and let the engine read until it is there.

        Args:
            ask: Asks for it, and returns whether it is there.

        Raises:
            StoppedError: A signal came meanwhile.
            UnwritableStoreError: See `unwritten`.
        """
        with self.unwritten(), stopping() as stop:
            self.runner().run_once(stop, enough=ask())
            if stop.is_set():
                raise StoppedError("Interrupted; nothing was changed.")

    def _pull(self, also: Callable[[float], bool]) -> None:
        began = self.workspace.database.clock()
        enough = self._pulled_since(began, also)
        with stopping() as stop:
            self.runner().run_once(stop, pull=True, enough=enough)
        if stop.is_set():
            raise StoppedError("Interrupted; nothing was changed.")
        state = self.sync_state()
        if not _pulled(state, began):
            _tell_what_there_is(state, self.why_halted(state))

    def _stale(self) -> bool:
        swept_at = self.sync_state().swept_at
        if swept_at is None:
            return True
        age = self.workspace.database.clock() - swept_at.timestamp()
        return not 0 <= age < self.settings.sync.refresh_seconds

    def _pulled_since(self, began: float, also: Callable[[float], bool]) -> Callable[[], bool]:
        """Whether a pull is complete, or another process has been failing at it for a while."""
        patience = time.monotonic() + _OTHERS_TROUBLE_SECONDS
        pulled_at: list[float] = []

        def enough() -> bool:
            state, now = self.sync_state(), time.monotonic()
            if _pulled(state, began):
                pulled_at.append(now)
                return also(began) or now > pulled_at[0] + _ALSO_SECONDS
            others = state.engine_pid != os.getpid() and bool(state.trouble)
            return others and now > patience

        return enough


def _pulled(state: SyncState, since: float) -> bool:
    return state.swept_from is not None and state.swept_from.timestamp() >= since


def _tell_what_there_is(state: SyncState, halted: str) -> None:
    """Say why the account could not be read, and how old the copy is.

    Raises:
        NotAllowedError: There is no copy, since reading is not allowed.
        ProblemError: There is no copy, since the account does not answer, or is not to be asked.
    """
    if state.swept_at is not None:
        if state.on_purpose is not None:
            say("Offline on purpose: the account is not read.")
        else:
            say(f"The account cannot be read now: {halted or state.trouble or _SILENT}")
        say(f"What follows is as of {iso(state.swept_at)}.")
    elif state.on_purpose is not None:
        raise ProblemError(
            "Nothing has been read from this account yet, and it is offline on purpose: "
            "“drtui offline off” ends that."
        )
    elif state.halt is not None:
        raise NotAllowedError(f"Nothing can be read from the account: {halted}")
    else:
        raise ProblemError(
            f"Nothing has been read from this account yet, and now it does not answer: run “drtui "
            f"sync” when it does. {state.trouble}".rstrip()
        )


@contextmanager
def open_desk(account: str | None, *, reading: bool = False) -> Iterator[Desk]:
    """Open the account that is named, or the default one.

    Args:
        account: The account's name; None is the default one.
        reading: Whether it is only read: then it goes on where nothing can be written, a log
            included, and says so.
    """
    from drtui.bootstrap import LogProblemError, open_workspace, set_up_logging

    paths = find_paths()
    settings = load_settings(paths)
    chosen = accounts.choose(settings, account)
    try:
        set_up_logging(paths)
    except LogProblemError as problem:
        if not reading:
            raise
        say(f"This command keeps no log. {problem}")
    workspace = open_workspace(chosen.name, paths, settings, reading=reading)
    try:
        yield Desk(chosen, paths, settings, workspace, reading)
    finally:
        workspace.database.close()


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Turn SIGINT, SIGTERM and SIGHUP into an event, so that calls in flight are recorded.

    One that was ignored when drtui began stays so, as `nohup` and a shell's `&` mean it.
    """
    stop, heard = threading.Event(), SimpleQueue[bool]()

    def listen() -> None:
        if heard.get():
            stop.set()

    # Set by a handler, the event would never get its lock where what was interrupted holds it:
    # whoever waits for it, or the handler of a signal just before. This queue needs none.
    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda *_: heard.put(True)) for number in heeded}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        heard.put(False)
        listener.join()


def exit_code_of(state: SyncState) -> int:
    """The exit code where something stays undelivered: because of the network, or of a halt."""
    return exits.NOT_ALLOWED if state.halt in HALTING else exits.QUEUED
