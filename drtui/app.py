"""The console: its screens, its global keys, and the lives of the watcher and the engine."""

import asyncio
import gc
import logging
import os
import signal
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rich.text import Text
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from drtui.domain.changes import RecordKind
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.base import ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.key_gate import KeyGate
from drtui.screens.lane import Lane
from drtui.screens.messages import FirstShown, OpenRacer, StoreChanged
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.places import PLACES, START, make_screen
from drtui.screens.themes import THEMES, Appearance, theme_to_wear
from drtui.screens.warming import import_ahead
from drtui.screens.watcher import Watcher
from drtui.terminal import TerminalDriver
from drtui.widgets.size_guard import GuardedScreen

if TYPE_CHECKING:
    from drtui.commands.workspace import Workspace
    from drtui.screens.desk import Desk
    from drtui.screens.dialogs.confirm import ConfirmDialog
    from drtui.screens.views import Glance
    from drtui.store.watching import ChangeWatch

_LOG: Final = logging.getLogger(__name__)
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class Engine(Protocol):
    """The sync engine as the console knows it: something that is started, woken and stopped."""

    def start(self) -> None:
        """Begin to work, beside the console; return at once."""

    def wake(self) -> None:
        """There is something to deliver, or the account is to be read now; return at once."""

    def stop(self) -> None:
        """The console goes; return within about a second."""


class DrtuiApp(App[None]):
    """The console over one account's store.

    The store is opened after the first frame, in a thread; what it takes is imported then.

    Args:
        open_workspace: Opens the store; raises a `ProblemError` when it cannot.
        account: The account's name.
        simulated: Whether it is a simulated account.
        engine: Delivers and reads while the console is open; None leaves that to others.
        appearance: The colours, and how a choice of others is remembered.
        show_tracebacks: Whether a mistake of the console's own is shown with its place.
    """

    TITLE = "drtui"
    CSS_PATH = "drtui.tcss"
    DEFAULT_MODE = START
    ENABLE_COMMAND_PALETTE = True
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(one.key, f"app.go('{one.name}')", one.title, show=False) for one in PLACES),
        Binding("minus", "app.last_place", "Last screen", key_display="-", show=False),
        Binding("question_mark", "app.help", "help", key_display="?", tooltip="Help"),
        Binding("colon", "app.command_palette", "more", key_display=":", tooltip="All commands"),
        Binding("ctrl+p", "app.command_palette", show=False, priority=True, system=True),
        Binding("q", "app.quit", "quit", tooltip="Quit"),
    ]

    def __init__(
        self,
        open_workspace: "Callable[[], Workspace]",
        *,
        account: str,
        simulated: bool = False,
        engine: Engine | None = None,
        appearance: Appearance | None = None,
        show_tracebacks: bool = False,
    ) -> None:
        self._appearance = appearance or Appearance()
        # Set later, it would have Textual read all styles once more before the first frame.
        self.set_reactive(App.theme, theme_to_wear(self._appearance.theme))
        # Without colours the terminal's own are used, so that none of them has to be told.
        ansi_color = True if "NO_COLOR" in os.environ else None
        super().__init__(driver_class=TerminalDriver, ansi_color=ansi_color)
        self._open_workspace = open_workspace
        self._engine = engine
        self._show_tracebacks = show_tracebacks
        self._gate = KeyGate(self, super().on_event)
        self.context = ConsoleContext(account, simulated, PLACES, self._wake, self._gate)
        self._glances: Lane[None, Glance] = Lane(self, self._read, self._show_glance, self._failed)
        self._watcher: Watcher | None = None
        self._last_place = START
        self._quitting = False
        self._shown = False
        self.animation_level = "none"

    def get_default_screen(self) -> ConsoleScreen:
        """Return the first screen; for one of a mode all styles were read twice."""
        return make_screen(START, self.context)

    def on_mount(self) -> None:
        """Leave the terminal as it was, whoever ends the console; then open the store."""
        for place in PLACES:
            self.add_mode(place.name, partial(make_screen, place.name, self.context))
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            # A console in a thread other than the main one, as in tests, cannot take signals.
            with suppress(ValueError, RuntimeError):
                loop.add_signal_handler(number, self.exit, None, 128 + number)
        self.set_interval(1.0, self._tick)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._open(), group="opening")

    async def _open(self) -> None:
        try:
            desk, watch = await asyncio.to_thread(_open_desk, self._open_workspace)
        except ProblemError as problem:
            from drtui.screens.store_problem import StoreProblem

            self.push_screen(StoreProblem(str(problem), self._begin))
            return
        finally:
            if not gc.isenabled():  # the console's start leaves it out: see `console`
                gc.freeze()
                gc.enable()
        self.context.desk = desk
        self._watcher = Watcher(watch, self._store_changed, lambda: self._gate.busy)
        self._watcher.start()
        self.post_message(StoreChanged(RecordKind))
        if self._engine is not None:
            self._engine.start()

    def _store_changed(self, kinds: frozenset[RecordKind]) -> None:
        # Called in the watcher's thread; posting a message is what is safe from there.
        self.post_message(StoreChanged(kinds))

    @on(StoreChanged)
    def _tell_screens(self, event: StoreChanged) -> None:
        for screen in self._console_screens():
            screen.store_changed(event.kinds)
        if self._shown:
            self._glances.ask(None)

    @on(FirstShown)
    def _begin_the_rest(self) -> None:
        self._shown = True
        self._glances.ask(None)
        self.run_worker(import_ahead, thread=True, group="opening")

    def _read(self, _: None) -> "Glance":
        assert self.context.desk is not None
        return self.context.desk.glance()

    def _show_glance(self, _: None, glance: "Glance") -> None:
        self.context.glance = glance
        self.console_screen.take_glance()

    def _failed(self, sentence: str) -> None:
        self.console_screen.failed(sentence)

    def _tick(self) -> None:
        self.console_screen.tick()
        progress = None if self.context.glance is None else self.context.glance.progress
        if progress is not None and progress.per_second > 0:
            # A rate falls, and its time left grows, also while nothing new is in the store.
            self._glances.ask(None)

    def _console_screens(self) -> list[ConsoleScreen]:
        stacks = self._screen_stacks.values()
        return [one for stack in stacks for one in stack if isinstance(one, ConsoleScreen)]

    @property
    def console_screen(self) -> ConsoleScreen:
        """The screen in sight, below its dialogs."""
        return next(one for one in reversed(self.screen_stack) if isinstance(one, ConsoleScreen))

    def _wake(self) -> None:
        if self._engine is not None:
            self._engine.wake()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes through one at a time."""
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif event.is_forwarded:  # it came back from the widgets, and is dealt with here
            if not self._gate.is_outlived(event):
                await super().on_event(event)
                await self._gate.returned()
        elif not self._is_too_small or (isinstance(event, events.Key) and event.key == "q"):
            await self._gate.take(event)

    @property
    def _is_too_small(self) -> bool:
        return isinstance(self.screen, GuardedScreen) and self.screen.too_small

    @on(KeyGate.Passed)
    async def _key_passed(self, event: KeyGate.Passed) -> None:
        await self._gate.passed(event.number)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """The console's own themes; Textual's do not know its three signs."""
        return THEMES

    # Going about

    def action_go(self, name: str) -> None:
        """Go to a screen."""
        if name != self.current_mode:
            self._last_place = self.current_mode
            self.switch_mode(name)

    def action_last_place(self) -> None:
        """Go to the screen before this one."""
        self.action_go(self._last_place)

    def action_filter_racers(self) -> None:
        """Go to Monitor usage and type a filter there, from a screen that has none of its own."""
        self.action_go(START)
        while not isinstance(usage := self.screen, MonitorUsage):
            self.pop_screen()
        usage.begin_filter()

    @on(OpenRacer)
    def _open_racer(self, event: OpenRacer) -> None:
        if self.context.desk is not None:
            # Imported with its plot when the first page is opened, not when the console starts.
            from drtui.screens.racer import RacerScreen

            self.push_screen(RacerScreen(self.context, event.key))

    def on_unmount(self) -> None:
        """End what was begun."""
        if self._watcher is not None:
            self._watcher.stop()
        if self._engine is not None:
            self._engine.stop()
        if self.context.desk is not None:
            self.context.desk.close()

    def _theme_changed(self, theme: Theme) -> None:
        try:
            self._appearance.remember(theme.name)
        except ProblemError as problem:
            self.console_screen.say(str(problem), wrong=True)

    async def action_quit(self) -> None:
        """Quit; ask first when something is not delivered yet."""
        if not self._quitting:
            self._quitting = True
            self._quit()

    @work(group="quitting")
    async def _quit(self) -> None:
        try:
            undelivered = 0 if self._is_too_small else await self._undelivered()
            if not undelivered or await self.push_screen_wait(_quit_dialog(undelivered)):
                self.exit()
        finally:
            self._quitting = False

    async def _undelivered(self) -> int:
        if self.context.desk is None:
            return 0
        try:
            glance = await asyncio.to_thread(self.context.desk.glance)
        except ProblemError:
            return 0  # a store that cannot be read is no reason to stay
        return glance.sync.on_the_way

    def _fatal_error(self) -> None:
        """Say that the console ended by a mistake of its own; the log says where.

        Textual's own report shows the values of local variables, and among them could be secrets.
        """
        error: BaseException | None = self._exception
        if isinstance(error, WorkerFailed):
            error = error.error
        _LOG.error("the console ended by a mistake of its own", exc_info=error)
        what = clean(f"{type(error).__name__}: {error}", 300)
        report = (
            f"The console ended by a mistake of its own ({what}). What was confirmed is kept and "
            "is delivered; “drtui --debug” shows where it happened, and so does the log."
        )
        if self._show_tracebacks and error is not None:
            report = f"{report}\n{''.join(traceback.format_exception(error))}"
        self.panic(Text(report))

    def action_command_palette(self) -> None:
        """Offer every command, and the racers."""
        from drtui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys of the screen below."""
        from drtui.screens.help import HelpScreen

        below = self.screen
        bindings = below.active_bindings
        refusals = {}
        if isinstance(below, GuardedScreen):
            actions = {active.binding.action for active in bindings.values()}
            refusals = {action: below.refusal(action) for action in actions}
        rates = None if self.context.desk is None else self.context.desk.rates
        self.push_screen(HelpScreen(bindings, refusals, rates))

    def action_help_quit(self) -> None:
        """Tell who presses ctrl+c how to leave."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say("q quits.")
        else:
            self.notify("q quits.")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer what is not a binding of a screen."""
        del screen
        for name in THEMES:
            title, help_text = f"Colours: {name.removeprefix('drtui-')}", "Remembered"
            yield SystemCommand(title, help_text, partial(setattr, self, "theme", name))


def _open_desk(open_workspace: "Callable[[], Workspace]") -> "tuple[Desk, ChangeWatch]":
    """Open the store; this alone imports it, after the first frame."""
    from drtui.screens.desk import Desk

    desk = Desk(open_workspace())
    return desk, desk.watch()


def _quit_dialog(undelivered: int) -> "ConfirmDialog":
    from drtui.screens.dialogs.confirm import ConfirmDialog

    changes = counted(undelivered, "change is", "changes are")
    return ConfirmDialog(
        "Quit",
        [
            f"{changes} not delivered yet.",
            "They are kept on this computer; what is not delivered while drtui closes goes out "
            "when it runs again.",
        ],
        confirm="Quit",
        cancel="Stay",
    )
