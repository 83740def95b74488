"""A model's page: what it says, asks the engine for, and never does to a terminal."""

import hashlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from textual.content import Content
from textual.highlight import highlight

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.domain.metrics import training_of
from drtui.domain.records import StoredModel
from drtui.screens import code
from drtui.screens.messages import OpenModel
from drtui.screens.model import ModelScreen
from drtui.screens.model_facts import series
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_details import write_details_trouble
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.store.models import write_models
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.sync.model_details import NO_DOOR
from drtui.widgets.metric_plot import MetricPlot
from tests.support.archives import archive
from tests.support.driving import Console, console_app, running
from tests.support.model_pages import ADA_MODEL, HOSTILE, details, key_of_model, rows, write_page
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

    def says(self, text: str) -> bool:
        return text in self.prose

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


async def test_everything_that_is_known_is_there(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        facts = (
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
        )
        for size in (WIDE, NARROW):
            await page.console.resize(size)
            for known in facts:
                assert known in page.prose, (known, size)


async def test_a_model_that_nobody_reads_now_is_not_being_read(
    path: Path, database: Database
) -> None:
    listed = StoredModel(ADA_MODEL, "lap-record", "READY", None)
    write_models(database, profile_id(1), [listed], database.clock())
    async with page_of(path, database) as page:
        assert "Reading …" in page.whole
        workspace = Workspace(database, "bob")
        offline.go_offline(workspace)
        await page.console.until(lambda: page.says("Not read yet: offline on purpose"), "why not")
        assert "Reading …" not in page.whole
        offline.go_online(workspace)
        await page.console.until(lambda: page.says("Reading …"), "that it goes on")
        write_connectivity(database, Connectivity.OFFLINE)
        await page.console.until(lambda: page.says("Not read yet: offline"), "why not")


async def test_nothing_scrolls_sideways(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        for size in (WIDE, NARROW):
            await page.console.resize(size)
            for _ in range(2):
                container = page.screen.query_one("#model")
                assert container.max_scroll_x == 0, size
                assert container.max_scroll_y > 0, size
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


@pytest.mark.parametrize(
    ("iterations", "caption"),
    [
        (200, "Reward, mean of each iteration"),
        (201, "Reward, mean of every 2 iterations"),
        (2_001, "Reward, mean of every 10 of the iterations kept"),
    ],
)
def test_a_long_training_is_drawn_with_few_points_and_says_for_what_they_stand(
    iterations: int, caption: str
) -> None:
    for one in series(training_of(rows(iterations, each=6))).values():
        assert len(one.line) <= 200
        assert one.line[-1][0] == iterations * 6 - 1
    assert series(training_of(rows(iterations, each=6)))["reward"].name == caption


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
        assert "“drtui account set NAME --aws-profile P”" in page.prose
        assert "download the model: what is inside is then shown here" in page.prose
        assert page.plots == []


async def test_what_was_read_stays_when_reading_fails(path: Path, database: Database) -> None:
    write_page(database, details())
    write_details_trouble(database, profile_id(1), ADA_MODEL, "s3 is on holiday")
    async with page_of(path, database) as page:
        assert "Not read since: s3 is on holiday" in page.prose
        assert "Training as of" in page.prose
        assert "160 in 8 iterations" in page.prose


def downloaded(database: Database, path: Path, data: bytes) -> ModelFile:
    """Save an archive of ada's model, as a download would."""
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    at = datetime(2026, 5, 1, 18, tzinfo=UTC)
    whose = (profile_id(1), ADA_MODEL, "ada-l", "", "lap-record")
    file = ModelFile(*whose, str(path), len(data), digest, at)
    keep_model_file(database, file)
    return file


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_downloaded_archive_tells_by_itself_what_is_inside_and_from_when(
    path: Path, database: Database, tmp_path: Path, size: tuple[int, int]
) -> None:
    write_page(database, None)
    write_details_trouble(database, profile_id(1), ADA_MODEL, NO_DOOR)
    file = downloaded(database, tmp_path / "ada.tar.gz", archive())
    async with page_of(path, database, size) as page:
        await page.console.until(lambda: "discrete, 2 actions" in page.prose, "the archive")
        assert "Sensors front facing camera" in page.prose
        assert "Algorithm clipped_ppo" in page.prose
        assert "from the archive downloaded 2026-05-01" in page.prose
        assert file.place in "".join(page.whole.split())
        assert "def reward_function(params):" in page.prose
        Path(file.place).unlink()
        await page.console.press("r")
        await page.console.until(lambda: "not there any more" in page.prose, "the sentence")
        assert "discrete, 2 actions" not in page.prose


async def test_a_damaged_archive_is_said_and_the_page_goes_on(
    path: Path, database: Database, tmp_path: Path
) -> None:
    write_page(database, None)
    file = downloaded(database, tmp_path / "ada.tar.gz", archive())
    Path(file.place).write_bytes(bytes(file.size))
    async with page_of(path, database) as page:
        await page.console.until(lambda: "is damaged." in page.prose, "the sentence")
        assert "lap-record" in page.prose
        assert "Action space not told" in page.prose


async def test_text_from_outside_stays_text(path: Path, database: Database) -> None:
    write_page(database, details(reward=HOSTILE, name="[bold]qu\x1b[31mali[/]"))
    async with page_of(path, database) as page:
        assert "\x1b" not in page.whole
        assert "\u202e" not in page.whole
        assert "[bold]qu" in page.whole
        assert "[red]params[/]" in page.whole


async def test_colours_are_found_once_and_never_in_the_consoles_own_thread(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_in: list[threading.Thread] = []

    def noted(*args: Any, **named: Any) -> Content:
        found_in.append(threading.current_thread())
        return highlight(*args, **named)

    monkeypatch.setattr(code, "highlight", noted)
    source = "def reward_function(params):\n    return 7.5  # of this test alone\n"
    write_page(database, details(reward=source))
    async with page_of(path, database) as page:
        assert "return 7.5" in page.prose
        for trouble in ("one change", "another change"):
            write_details_trouble(database, profile_id(1), ADA_MODEL, trouble)
            await page.console.until(partial(page.says, trouble), trouble)
        await page.console.pilot.resize_terminal(*NARROW)
        await page.console.settled()
        assert "return 7.5" in page.prose
    assert len(found_in) == 1
    assert found_in[0] is not threading.main_thread()


async def test_l_opens_the_racer_and_esc_leads_back(path: Path, database: Database) -> None:
    write_page(database, details())
    async with page_of(path, database) as page:
        await page.console.press("l")
        await page.console.dialog(RacerScreen)
        await page.console.press("escape")
        assert page.console.app.screen is page.screen
        await page.console.press("escape")
        assert page.console.app.screen is not page.screen
