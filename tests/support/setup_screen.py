"""Setup in tests: a console that shows it, and what is read of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from textual.widgets import Input

from drtui.domain.operations import ItemState, Operation
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.following import first_items
from drtui.store.operation_log import operations
from drtui.widgets.message_line import MessageLine
from tests.support.driving import Console, RecordingEngine, console_app, running

SIZES = [(80, 24), (120, 40)]
OpenSponsor = Callable[[], SponsorServices]


@asynccontextmanager
async def on_setup(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Setup in sight, and what there is read and checked."""
    app = console_app(path, engine=engine)
    app.context.open_sponsor = open_sponsor
    async with running(app, size) as console:
        await console.press("1")
        await setup(console)
        await console.until(lambda: has_checked(console), "the checks")
        yield console


def has_checked(console: Console) -> bool:
    text = console.text()
    return "The five steps" in text and "not checked yet" not in text


async def setup(console: Console) -> SetupScreen:
    return await console.dialog(SetupScreen)


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def made(database: Database) -> list[Operation]:
    with database.read() as connection:
        return operations(connection)


def targets(database: Database, number: int = 1) -> list[str]:
    with database.read() as connection:
        return [one.target for one in first_items(connection, number, list(ItemState), 1_000)]


def values(console: Console) -> list[str]:
    return [field.value for field in console.app.screen.query(Input)]


def confirm_disabled(console: Console) -> bool:
    return console.app.screen.query_one(f"#{CONFIRM}", Choice).disabled


def a_door() -> SponsorServices:
    """What only has to be there: nothing is asked through it."""
    return cast("SponsorServices", None)
