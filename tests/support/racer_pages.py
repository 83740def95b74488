"""A racer's page on a running console."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.records import StoredModel
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.widgets.usage_plot import UsagePlot
from tests.support.driving import Console, console_app, running

ADA: Final = "ada-l"
WIDE: Final = (120, 40)
NARROW: Final = (80, 24)
_STATUSES: Final = ("READY", "TRAINING", "ERROR", "WAITING_FOR_CAPACITY")


def models(count: int) -> list[StoredModel]:
    """So many models, one an hour, in all states."""
    begun = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
    return [
        StoredModel(
            f"model{number:010d}",
            f"car-{number}",
            _STATUSES[number % 4],
            begun + timedelta(hours=number),
        )
        for number in range(count)
    ]


class Page:
    """A racer's page on a running console."""

    def __init__(self, console: Console, screen: RacerScreen) -> None:
        self.console = console
        self.screen = screen

    @property
    def text(self) -> str:
        return self.console.text()

    @property
    def whole(self) -> str:
        """All of it, whatever is scrolled out of sight."""
        facts = [*self.screen._headings.values(), *self.screen._bodies.values()]
        return "\n".join(each.render().plain for each in facts)

    @property
    def prose(self) -> str:
        """The same as one line, so that wrapped text is whole."""
        return " ".join(self.whole.split())

    @property
    def plot(self) -> str:
        return self.screen.query_one(UsagePlot).render().plain

    @property
    def top(self) -> int:
        return round(self.screen.query_one("#racer").scroll_y)


def key_of(database: Database, name: str) -> int:
    (key,) = select_by_name(Workspace(database, "ada"), [name]).keys
    return key


@asynccontextmanager
async def page_of(
    path: Path, database: Database, name: str = ADA, size: tuple[int, int] = WIDE
) -> AsyncIterator[Page]:
    async with running(console_app(path), size) as console:
        yield await come_to(console, database, name)


async def come_to(console: Console, database: Database, name: str) -> Page:
    """Open a racer's page."""
    screen = RacerScreen(console.app.context, key_of(database, name))
    console.app.push_screen(screen)
    await console.until(lambda: screen._page is not None, "the page")
    return Page(console, screen)
