"""The big screen as a whole terminal app: a race for an audience, and nothing else."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from drtui.domain.changes import RecordKind
from drtui.domain.problems import ProblemError
from drtui.screens.big_screen import BigScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.messages import StoreChanged
from drtui.screens.terminal_app import TerminalApp
from drtui.screens.themes import Appearance
from drtui.screens.watcher import Watcher

if TYPE_CHECKING:
    from drtui.commands.workspace import Workspace
    from drtui.screens.engine import Engine


class BigApp(TerminalApp[None]):
    """A race on a terminal of its own.

    Args:
        open_workspace: Opens the store; raises a `ProblemError` when it cannot.
        race_id: The race's.
        account: The account's name.
        engine: Reads while it is open; None leaves that to others.
        appearance: The colours.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", show=False)]

    def __init__(
        self,
        open_workspace: "Callable[[], Workspace]",
        race_id: str,
        *,
        account: str,
        engine: "Engine | None" = None,
        appearance: Appearance | None = None,
    ) -> None:
        super().__init__(appearance=appearance)
        self._open_workspace = open_workspace
        self._engine = engine
        self._watcher: Watcher | None = None
        self.context = ConsoleContext(account, False, (), self._wake, self.gate)
        self.big = BigScreen(self.context, race_id)

    def on_mount(self) -> None:
        """Show it, and then open the store."""
        self.end_on_signals()
        self.push_screen(self.big, self._left)
        self.set_interval(1.0, self.big.tick)
        self.call_after_refresh(self._begin)

    def _left(self, _: None) -> None:
        self.exit()

    def _begin(self) -> None:
        self.run_worker(self._open(), group="opening")

    async def _open(self) -> None:
        from drtui.screens.desk import Desk

        try:
            desk = await asyncio.to_thread(lambda: Desk(self._open_workspace()))
        except ProblemError as problem:
            self.big.failed(str(problem))
            return
        self.context.desk = desk
        self._watcher = Watcher(desk.watch(), self._store_changed, lambda: False)
        self._watcher.start()
        self.big.store_changed(frozenset(RecordKind))
        if self._engine is not None:
            self._engine.start()

    def _store_changed(self, kinds: frozenset[RecordKind]) -> None:
        # Called in the watcher's thread; posting a message is what is safe from there.
        self.post_message(StoreChanged(kinds))

    @on(StoreChanged)
    def _tell_screen(self, event: StoreChanged) -> None:
        self.big.store_changed(event.kinds)

    def _wake(self) -> None:
        if self._engine is not None:
            self._engine.wake()

    def action_help_quit(self) -> None:
        """Leave: there is nothing here that could be lost."""
        self.exit()

    def on_unmount(self) -> None:
        """End what was begun."""
        if self._watcher is not None:
            self._watcher.stop()
        if self._engine is not None:
            self._engine.stop()
        if self.context.desk is not None:
            self.context.desk.close()
