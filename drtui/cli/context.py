"""What the commands share: the account in question, its workspace, and a fresh enough copy."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drtui import accounts
from drtui.cli import exits
from drtui.cli.output import say
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths, Settings, find_paths, load_settings
from drtui.domain.failures import HALTING
from drtui.domain.problems import ProblemError
from drtui.domain.text import iso
from drtui.store.sync_state import SyncState, read_sync_state

if TYPE_CHECKING:
    from drtui.sync.engine import Ending


class NotAllowedError(ProblemError):
    """Not signed in, or the role or a firewall does not allow it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One account as the command line works with it."""

    account: Account
    paths: Paths
    settings: Settings
    workspace: Workspace

    def sync_state(self) -> SyncState:
        """Where the engine stands."""
        with self.workspace.database.read() as connection:
            return read_sync_state(connection)

    def refresh(self, sync: bool | None) -> None:
        """Pull when the copy is stale; what cannot be pulled is said, and the copy stays.

        Args:
            sync: True pulls whatever its age, False never, None when it is stale.

        Raises:
            NotAllowedError: Nothing was ever pulled, and nothing may be.
            ProblemError: Nothing was ever pulled, and nothing can be.
        """
        if sync is False:
            self._require_copy()
            return
        state = self.sync_state()
        if sync is None and state.swept_at is not None:
            age = self.workspace.database.clock() - state.swept_at.timestamp()
            if 0 <= age < self.settings.sync.refresh_seconds:
                return
        self.run_once(pull=True, pulled_is_enough=True)
        state = self.sync_state()
        if state.halt is not None:
            say(f"{state.halt_reason}")
            if state.swept_at is None:
                raise NotAllowedError(f"Nothing can be read from the account: {state.halt_reason}")
        elif state.swept_at is None or self._older(state):
            say(f"The account could not be read now. {state.trouble}".rstrip())
            if state.swept_at is not None:
                say(f"This is the copy of {iso(state.swept_at)}.")
        self._require_copy()

    def _older(self, state: SyncState) -> bool:
        assert state.swept_at is not None
        age = self.workspace.database.clock() - state.swept_at.timestamp()
        return age >= self.settings.sync.refresh_seconds

    def _require_copy(self) -> None:
        if self.sync_state().swept_at is None:
            raise ProblemError(
                "Nothing has been read from this account yet: run “drtui sync” when it answers."
            )

    def run_once(self, *, pull: bool, pulled_is_enough: bool = False) -> "Ending":
        """Run the engine until everything due is delivered, or only until a pull is complete."""
        from drtui.bootstrap import runner

        began = self.workspace.database.clock()

        def pulled() -> bool:
            swept = self.sync_state().swept_from
            return swept is not None and swept.timestamp() >= began

        with stopping() as stop:
            return runner(self.workspace, self.account, self.settings).run_once(
                stop, pull=pull, enough=pulled if pulled_is_enough else None
            )


@contextmanager
def open_desk(account: str | None) -> Iterator[Desk]:
    """Open the account that is named, or the default one."""
    from drtui.bootstrap import open_workspace, set_up_logging

    paths = find_paths()
    settings = load_settings(paths)
    chosen = accounts.choose(settings, account)
    set_up_logging(paths)
    workspace = open_workspace(chosen.name, paths, settings)
    try:
        yield Desk(chosen, paths, settings, workspace)
    finally:
        workspace.database.close()


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Turn SIGINT, SIGTERM and SIGHUP into an event, so that calls in flight are recorded."""
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code_of(state: SyncState) -> int:
    """The exit code where something stays undelivered: because of the network, or of a halt."""
    return exits.NOT_ALLOWED if state.halt in HALTING else exits.QUEUED
