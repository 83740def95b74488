"""A model's page: what it says, asks the engine for, and never does to a terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from drtui.screens.messages import OpenModel
from drtui.screens.model import ModelScreen
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_details import write_details_trouble
from drtui.store.model_table import key_of_model
from drtui.sync.model_details import NO_DOOR
from drtui.widgets.metric_plot import MetricPlot
from tests.support.driving import Console, console_app, running
from tests.support.model_pages import ADA_MODEL, HOSTILE, details, write_page
from tests.support.stores import profile_id

WIDE: Final = (120, 40)
NARROW: Final = (80, 24)


class Page:
    """A model's page on a running console."""

    def __init__(self, console: Console, screen: ModelScreen) -> None:
        self.console = console
        self.screen = screen

    @property
    def whole(self) -> str:
        """All of it, whatever is scrolled out of sight."""
        facts = [*self.screen._headings.values(), *self.screen._bodies.values()]
        return "\n".join(each.render().plain for each in facts if each.display)

    @property
    def prose(self) -> str:
        return " ".join(self.whole.split())

    @property
    def plots(self) -> list[MetricPlot]:
        return [one for one in self.screen.query(MetricPlot) if one.display]


@asynccontextmanager
async def page_of(
    path: Path, database: Database, size: tuple[int, int] = WIDE
) -> AsyncIterator[Page]:
    with database.read() as connection:
        key = key_of_model(connection, profile_id(1), ADA_MODEL)
    assert key is not None
    async with running(console_app(path), size) as console:
        console.app.post_message(OpenModel(key))
        screen = await console.dialog(ModelScreen)
        await console.until(lambda: screen._page is not None, "the page")
        await console.settled()
        yield Page(console, screen)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_everything_that_is_known_is_there(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    write_page(database, details())
    async with page_of(path, database, size) as page:
        for known in (
            *("lap-record", "ada-l", "Monaco", "0.112 GB", "in 12 files", "ready"),
            *("160 in 8 iterations", "Best iteration 7", "reward 80.00", "completion 90.0%"),
            *("quali-2", "2 of 3 laps complete, best 11.500 s, 3 off track, 1 crash"),
            *(
                "discrete, 3 actions",
                "front facing camera",
                "lr",
                "0.0003",
                "Read from the models'",
            ),
            *("def reward_function(params):", "return 1.0"),
        ):
            assert known in page.prose, known


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_nothing_scrolls_sideways(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    write_page(database, details())
    async with page_of(path, database, size) as page:
        for _ in range(2):
            container = page.screen.query_one("#model")
            assert container.max_scroll_x == 0
            assert container.max_scroll_y > 0
            await page.console.press("n")


async def test_n_switches_between_plots_and_numbers(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        assert len(page.plots) == 3
        assert "Iteration  Episode" not in page.whole
        await page.console.press("n")
        assert page.plots == []
        assert "Iteration  Episode" in page.whole
        assert "80.00" in page.whole
        await page.console.press("n")
        assert len(page.plots) == 3


async def test_plots_are_drawn_in_braille_with_their_axes(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        for plot in page.plots:
            drawn = plot.render().plain
            assert any("\u2801" <= char <= "\u28ff" for char in drawn)
            assert "159" in drawn


async def test_the_engine_is_asked_for_the_model_that_is_looked_at(
    path: Path, database: Database
) -> None:
    write_page(database, None)
    async with page_of(path, database) as page:
        subject = f"model:{profile_id(1)}/{ADA_MODEL}"

        def asked() -> bool:
            with database.read() as connection:
                return bool(live_interests(connection, subject, database.clock()))

        await page.console.until(asked, "an interest")
        assert "Reading …" in page.whole


async def test_without_the_second_door_the_page_says_what_is_missing_and_the_way(
    path: Path, database: Database
) -> None:
    write_page(database, None)
    write_details_trouble(database, profile_id(1), ADA_MODEL, NO_DOOR)
    async with page_of(path, database, NARROW) as page:
        assert "“drtui account set --aws-profile”" in page.prose
        assert "“drtui models inside”" in page.prose
        assert page.plots == []


async def test_what_was_read_stays_when_reading_fails(path: Path, database: Database) -> None:
    write_page(database, details())
    write_details_trouble(database, profile_id(1), ADA_MODEL, "s3 is on holiday")
    async with page_of(path, database) as page:
        assert "Not read since: s3 is on holiday" in page.prose
        assert "160 in 8 iterations" in page.prose


async def test_text_from_outside_stays_text(path: Path, database: Database) -> None:
    write_page(database, details(reward=HOSTILE, name="[bold]qu\x1b[31mali[/]"))
    async with page_of(path, database) as page:
        assert "\x1b" not in page.whole
        assert "\u202e" not in page.whole
        assert "[bold]qu" in page.whole
        assert "[red]params[/]" in page.whole


async def test_l_opens_the_racer_and_esc_leads_back(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        await page.console.press("l")
        await page.console.dialog(RacerScreen)
        await page.console.press("escape")
        assert page.console.app.screen is page.screen
        await page.console.press("escape")
        assert page.console.app.screen is not page.screen
