"""What every app of drtui on a terminal has: its colours, its styles, and how it ends."""

import asyncio
import logging
import os
import signal
import traceback
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from rich.text import Text
from textual import events, on
from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from drtui.domain.text import clean
from drtui.screens.key_gate import KeyGate
from drtui.screens.themes import THEMES, Appearance, theme_to_wear
from drtui.terminal import TerminalDriver
from drtui.upgrading import was_replaced
from drtui.widgets.size_guard import GuardedScreen

_LOG: Final = logging.getLogger(__name__)
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)
_REPLACED: Final = (
    "drtui was upgraded while this console was open, which it cannot go on with: start it again. "
    "What was confirmed is kept and is delivered."
)
_TO_ANOTHER: Final = frozenset({"go", "last_place", "journal", "sign_in", "command_palette"})
Result = TypeVar("Result")


class TerminalApp(App[Result]):
    """An app that leaves the terminal as it was, whoever ends it.

    Args:
        appearance: The colours, and how a choice of others is remembered.
        show_tracebacks: Whether a mistake of drtui's own is shown with its place.

    Attributes:
        gate: Lets keys through one at a time.
    """

    TITLE = "drtui"
    CSS_PATH = Path(__file__).parents[1] / "drtui.tcss"

    def __init__(
        self, *, appearance: Appearance | None = None, show_tracebacks: bool = False
    ) -> None:
        self.appearance = appearance or Appearance()
        # Set later, it would have Textual read all styles once more before the first frame.
        self.set_reactive(App.theme, theme_to_wear(self.appearance.theme))
        # Without colours the terminal's own are used, so that none of them has to be told.
        ansi_color = True if "NO_COLOR" in os.environ else None
        super().__init__(driver_class=TerminalDriver, ansi_color=ansi_color)
        self._show_tracebacks = show_tracebacks
        self.gate = KeyGate(self, super().on_event)
        self.animation_level = "none"

    @property
    def available_themes(self) -> dict[str, Theme]:
        """The console's own themes; Textual's do not know its three signs."""
        return THEMES

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer the colours; Textual's own commands have keys here."""
        del screen
        for name in THEMES:
            title = f"Colours: {name.removeprefix('drtui-')}"
            help_text = "In use" if name == self.theme else "Remembered when chosen"
            yield SystemCommand(title, help_text, partial(setattr, self, "theme", name))

    def end_on_signals(self) -> None:
        """Have signals end the app in order; called when its loop runs."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            # An app in a thread other than the main one, as in tests, cannot take signals.
            with suppress(ValueError, RuntimeError):
                loop.add_signal_handler(number, self.exit, None, 128 + number)

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes through one at a time."""
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif event.is_forwarded:  # it came back from the widgets, and is dealt with here
            if not self.gate.is_outlived(event):
                await super().on_event(event)
                await self.gate.returned()
        elif not self.is_too_small or (isinstance(event, events.Key) and event.key == "q"):
            await self.gate.take(event)

    @property
    def is_too_small(self) -> bool:
        """Whether the screen in sight has no room."""
        return isinstance(self.screen, GuardedScreen) and self.screen.too_small

    @property
    def is_alone(self) -> bool:
        """Whether the screen in sight stands instead of everything else."""
        return isinstance(self.screen, GuardedScreen) and self.screen.ALONE

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing be gone to from a screen that stands instead of everything else."""
        del parameters
        return action not in _TO_ANOTHER or not self.is_alone

    @on(KeyGate.Passed)
    async def _key_passed(self, event: KeyGate.Passed) -> None:
        await self.gate.passed(event.number)

    def _fatal_error(self) -> None:
        """Say that the app ended by a mistake of its own; the log says where.

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
        if was_replaced():
            report = _REPLACED
        if self._show_tracebacks and error is not None:
            report = f"{report}\n{''.join(traceback.format_exception(error))}"
        self.panic(Text(report))
