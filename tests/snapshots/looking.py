"""Taking the pictures of a scene, and comparing them with those that were accepted."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_textual_snapshot import normalize_svg
from rich.console import Console as RichConsole
from syrupy.assertion import SnapshotAssertion
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.filter import NoColor
from textual.strip import Strip

from drtui.app import DrtuiApp
from drtui.screens.themes import ANSI, DARK, LIGHT
from tests.support.driving import Console, console_app

SMALL, LARGE = (80, 24), (120, 40)
both = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
NO_COLOR: Final = "no-color"
USUAL: Final = (DARK.name,)
EVERY: Final = (DARK.name, LIGHT.name, NO_COLOR, ANSI.name)  # for a telling scene of each screen


@dataclass(frozen=True)
class Look:
    """Takes the pictures of a scene when it is over.

    async with look() as console:
        await console.press("a", "p")

    Both sizes are taken of one console, which is made larger. Where it would not look like one
    that was begun large, a size is given, and the scene begins once for each. In other colours
    than the first, only the larger one is taken: what a colour tells is the same at both.

    Attributes:
        path: Where the store is that the console opens, where no app is given.
        snapshot: Compares pictures by name.
        folder: Where pictures that differ are put.
    """

    path: Path
    snapshot: SnapshotAssertion
    folder: Path

    @asynccontextmanager
    async def __call__(
        self,
        app: DrtuiApp | None = None,
        colours: tuple[str, ...] = USUAL,
        size: tuple[int, int] | None = None,
    ) -> AsyncIterator[Console]:
        """Run a console; at the end compare it with its pictures, for each size and all colours.

        A console of its own is not waited for until its table is filled.
        """
        running = app or console_app(self.path)
        taken: dict[str, str] = {}
        async with running.run_test(size=size or SMALL) as pilot:
            console = Console(running, pilot)
            if app is None:
                await console.until(lambda: bool(console.table.keys), "a filled table")
            yield console
            if running.context.desk is not None:
                await console.until(lambda: running.context.glance is not None, "a header")
            await console.settled()
            for width, height in [size] if size else [SMALL, LARGE]:
                if running.size != (width, height):
                    await _resize(console, width, height)
                for name in colours if (width, height) == LARGE else colours[:1]:
                    await wear(console, name)
                    called = name if size else f"{width}x{height}][{name}"
                    taken[called] = await still(console)
        self._compare(taken)

    def _compare(self, taken: dict[str, str]) -> None:
        different = [told for name, svg in taken.items() if (told := self._difference(name, svg))]
        if different:
            hint = "If that is meant, “make snapshots” takes the pictures anew."
            pytest.fail("\n\n".join([*different, hint]), pytrace=False)

    def _difference(self, name: str, svg: str) -> str:
        """Say how a picture differs from the accepted one; empty where it does not."""
        if self.snapshot(name=name) == svg:
            return ""
        result = self.snapshot.executions[self.snapshot.num_executions - 1]
        shown = self.folder / f"{name}.svg"
        shown.write_text(svg, encoding="utf-8")
        where = f"{Path(result.snapshot_location).name}\n  now: {shown}"
        if result.recalled_data is None:
            return f"There is no picture yet: {where}"
        return f"The picture differs: {where}"


async def _resize(console: Console, width: int, height: int) -> None:
    """Make the terminal of a console larger, and wait for every screen that is in sight."""
    app = console.app
    await console.pilot.resize_terminal(width, height)
    await console.until(
        lambda: all(one.size == (width, height) for one in [app.screen, *app._background_screens]),
        "another size",
    )


def picture(app: App[Any]) -> str:
    """Return what an app shows now."""
    return _picture(app, _lines(app))


async def still(console: Console) -> str:
    """Return a picture once nothing moves any more."""
    # A dialog whose size has changed has forgotten what is behind it until it is drawn anew.
    console.app.screen.refresh()
    await console.settled()
    before: list[Strip] = []
    while (now := _lines(console.app)) != before:
        before = now
        await console.settled()
    return _picture(console.app, now)


def _lines(app: App[Any]) -> list[Strip]:
    """Return what an app shows now, line by line."""
    background = app._background_screens
    shown = app.screen._compositor.render_update(full=True, screen_stack=background, simplify=True)
    assert isinstance(shown, LayoutUpdate)
    return [Strip.join(parts) for parts in shown.strips]


def _picture(app: App[Any], lines: list[Strip]) -> str:
    """Return the picture of such lines, as `App.export_screenshot` would.

    Only its id is given: it would be made from a description of every piece, to be taken out again
    before pictures are compared.
    """
    width, height = app.size
    console = RichConsole(
        width=width,
        height=height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    console.print(LayoutUpdate([[line] for line in lines], app.size.region))
    return str(normalize_svg(console.export_svg(title=app.title, unique_id="terminal-0")))


async def wear(console: Console, colours: str) -> None:
    """Give a running console other colours, or none, as `NO_COLOR` does at the start."""
    app = console.app
    if colours == (NO_COLOR if app.no_color else app.theme):
        return
    without = colours == NO_COLOR
    app._filters = [one for one in app._filters if not isinstance(one, NoColor)]
    if without:
        app._filters.append(NoColor())
    app.no_color = without
    app.theme = ANSI.name if without else colours
    await console.settled()
