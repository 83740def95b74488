"""The roster of participants in tests: a console that shows it, and what is read of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant
from drtui.domain.sponsor.services import OpenSponsor
from drtui.screens.participants import ParticipantsScreen
from drtui.store.database import Database
from tests.support.driving import Console, RecordingEngine
from tests.support.setup_screen import come_to_setup

EVE = "eve@example.com"


def people(*emails: str) -> list[Participant]:
    return [Participant(one, "", None, 1) for one in emails]


def kept(database: Database, *emails: str) -> None:
    keep(Workspace(database, "ada"), people(*emails))


@asynccontextmanager
async def on_participants(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    engine: RecordingEngine | None = None,
    open_sponsor: OpenSponsor | None = None,
) -> AsyncIterator[Console]:
    """A console with Participants in sight, and the roster read."""
    async with come_to_setup(path, size, engine=engine) as console:
        # Only now, so that Setup, which has checks of its own, has none.
        console.app.context.open_sponsor = open_sponsor
        await console.press("p")
        await back(console)
        await console.until(lambda: "profiles " in console.text(), "the roster")
        yield console


async def back(console: Console) -> ParticipantsScreen:
    return await console.dialog(ParticipantsScreen)


def screen(console: Console) -> ParticipantsScreen:
    return next(one for one in console.app.screen_stack if isinstance(one, ParticipantsScreen))


def shown(console: Console) -> list[str]:
    """The emails of the rows that are shown, in order."""
    page = screen(console).page
    assert page is not None
    keys = screen(console).table.keys
    return [page.rows[key].email for key in keys if key in page.rows]  # one may just be gone


def marked(console: Console) -> set[str]:
    return set(screen(console).subject().emails) if screen(console).table.marks else set()


async def search(console: Console, text: str) -> None:
    await console.press("slash")
    names = {"-": "minus", "@": "at", ".": "full_stop", " ": "space"}
    await console.press(*(names.get(char, char) for char in text), "enter")
