"""A bare app for tests of one widget or dialog: what it draws, and what the dialog returns."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

import drtui

SECONDS = 10.0
SIZES = [(80, 24), (120, 40)]
_STYLES = Path(drtui.__file__).with_name("drtui.tcss")
_NAMES = {
    " ": "space", "(": "left_parenthesis", ")": "right_parenthesis", ":": "colon",
    "@": "at", "-": "minus", "/": "slash", ",": "comma", ".": "full_stop", ">": "greater_than_sign",
    '"': "quotation_mark", "~": "tilde",
}  # fmt: skip


class BareApp(App[None]):
    """An app with the console's styles, and the widgets it is given."""

    CSS_PATH = _STYLES
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widgets: Iterable[Widget] = (), *, ansi: bool = False) -> None:
        super().__init__(ansi_color=True if ansi else None)
        self._widgets = widgets

    def compose(self) -> ComposeResult:
        yield from self._widgets


class Bare:
    """A running bare app."""

    def __init__(self, app: BareApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.results: list[Any] = []

    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips[: self.app.size.height]]

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines())

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*(_NAMES.get(char, char) for char in text))

    async def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Wait for a condition, or fail."""
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not come true: {self.text()}"
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def returned(self) -> Any:
        """Wait for what the dialog returns."""
        await self.until(lambda: bool(self.results), "a result")
        return self.results[-1]


@asynccontextmanager
async def bare(
    *widgets: Widget,
    dialog: Screen[Any] | None = None,
    size: tuple[int, int] = (80, 24),
    ansi: bool = False,
) -> AsyncIterator[Bare]:
    """Run a bare app on a terminal of a size, with a dialog in front where one is given."""
    app = BareApp(widgets, ansi=ansi)
    async with app.run_test(size=size) as pilot:
        running = Bare(app, pilot)
        if dialog is not None:
            app.push_screen(dialog, running.results.append)
            await running.until(lambda: app.screen is dialog, "the dialog")
        yield running
