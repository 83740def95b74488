"""Setup in tests: a console that shows it, and what is read of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.setup import SetupScreen
from tests.support.driving import Console, RecordingEngine, console_app, running

SIZES = [(80, 24), (120, 40)]
OpenSponsor = Callable[[], SponsorServices]


@asynccontextmanager
async def come_to_setup(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Setup in sight, whatever it still reads."""
    app = console_app(path, engine=engine)
    app.context.open_sponsor = open_sponsor
    async with running(app, size) as console:
        await console.press("1")
        await setup(console)
        yield console


@asynccontextmanager
async def on_setup(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Setup in sight, and what there is read and checked."""
    async with come_to_setup(path, size, engine=engine, open_sponsor=open_sponsor) as console:
        await console.until(lambda: has_checked(console), "the checks")
        yield console


def has_checked(console: Console) -> bool:
    text = console.text()
    return "The five steps" in text and "not checked yet" not in text


async def setup(console: Console) -> SetupScreen:
    return await console.dialog(SetupScreen)


def confirm_disabled(console: Console) -> bool:
    return console.app.screen.query_one(f"#{CONFIRM}", Choice).disabled


def a_door() -> SponsorServices:
    """What only has to be there: nothing is asked through it."""
    return cast("SponsorServices", None)
