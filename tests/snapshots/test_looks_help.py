"""How help and the palette look."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.command import CommandList, CommandPalette

from drtui.app import DrtuiApp
from drtui.screens.help import HelpScreen
from drtui.screens.themes import DARK
from drtui.store.database import Database
from tests.snapshots.looking import EVERY, LARGE, NO_COLOR, SMALL, Look, both
from tests.support.driving import Console, console_app
from tests.support.operations import opened, quota, table

Size = tuple[int, int]
Begun = Callable[[str], DrtuiApp]


@pytest.fixture
def begun(path: Path, monkeypatch: pytest.MonkeyPatch) -> Begun:
    """Makes a console that begins in some colours: the palette does not take others later."""

    def make(colours: str) -> DrtuiApp:
        if colours == NO_COLOR:
            monkeypatch.setenv("NO_COLOR", "1")
        app = console_app(path)
        if colours != NO_COLOR:
            app.theme = colours
        return app

    return make


async def _usage(_: Console) -> None:
    pass


async def _racer(console: Console) -> None:
    await console.press("enter")


async def _operations(console: Console) -> None:
    await console.press("5")
    await console.until(lambda: bool(table(console).keys))


async def _operation(console: Console) -> None:
    await _operations(console)
    await opened(console)
    await console.until(lambda: bool(table(console).keys))


@pytest.mark.parametrize(
    "screen",
    [
        pytest.param(_usage, id="usage"),
        pytest.param(_racer, id="racer"),
        pytest.param(_operations, id="operations"),
        pytest.param(_operation, id="operation"),
    ],
)
async def test_help(
    look: Look, database: Database, screen: Callable[[Console], Awaitable[None]]
) -> None:
    quota(database, "racer-0010")
    async with look() as console:
        await screen(console)
        await console.press("question_mark")
        await console.dialog(HelpScreen)


async def test_the_end_of_help(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await console.press("question_mark")
        await console.dialog(HelpScreen)
        await console.press("end")


@pytest.mark.parametrize(
    ("size", "colours"),
    [(SMALL, DARK.name), *((LARGE, name) for name in EVERY)],
    ids=["80x24", "120x40", *EVERY[1:]],
)
async def test_the_palette(
    look: Look, database: Database, begun: Begun, size: Size, colours: str
) -> None:
    del database
    async with look(begun(colours), (colours,), size) as console:
        await console.until(lambda: bool(console.table.keys))
        await console.press("colon")
        await console.dialog(CommandPalette)
        commands = console.app.screen.query_one(CommandList)
        await console.until(lambda: commands.option_count > 1)


@both
async def test_a_racer_in_the_palette(look: Look, database: Database, size: Size) -> None:
    del database
    async with look(size=size) as console:
        await console.press("colon")
        await console.dialog(CommandPalette)
        await console.write("ada")
        await console.until(lambda: "Go to racer" in console.text())
