"""How a model's page looks."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.screens.messages import OpenModel
from drtui.screens.model import ModelScreen
from drtui.store.database import Database
from drtui.store.model_details import write_details_trouble
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.sync.model_details import NO_DOOR
from tests.snapshots.looking import EVERY, Look, both
from tests.support.archives import archive
from tests.support.driving import Console
from tests.support.model_pages import ADA_MODEL, details, key_of_model, write_page
from tests.support.stores import profile_id

Size = tuple[int, int]


async def page(console: Console, database: Database) -> None:
    """Open the model's page."""
    with database.read() as connection:
        key = key_of_model(connection, profile_id(1), ADA_MODEL)
    assert key is not None
    console.app.post_message(OpenModel(key))
    await console.dialog(ModelScreen)
    await console.until(lambda: "lap-record" in console.text())


async def test_a_model_with_everything_known(look: Look, database: Database) -> None:
    write_page(database, details())
    async with look(colours=EVERY) as console:
        await page(console, database)


@both
async def test_the_plots_of_a_model(look: Look, database: Database, size: Size) -> None:
    write_page(database, details())
    async with look(size=size, colours=EVERY) as console:
        await page(console, database)
        await console.press("pagedown")


@both
async def test_a_training_as_plain_numbers(look: Look, database: Database, size: Size) -> None:
    write_page(database, details())
    async with look(size=size) as console:
        await page(console, database)
        await console.press("n", "pagedown")


async def test_the_end_of_a_models_page(look: Look, database: Database) -> None:
    write_page(database, details())
    async with look(colours=EVERY) as console:
        await page(console, database)
        await console.press("G")


async def test_a_model_that_is_out_of_reach(look: Look, database: Database) -> None:
    write_page(database, None)
    write_details_trouble(database, profile_id(1), ADA_MODEL, NO_DOOR)
    async with look() as console:
        await page(console, database)


async def test_what_a_downloaded_archive_tells(
    look: Look,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_page(database, None)
    write_details_trouble(database, profile_id(1), ADA_MODEL, NO_DOOR)
    data = archive()
    Path("ada_lap-record.tar.gz").write_bytes(data)
    whose = (profile_id(1), ADA_MODEL, "ada-l", "", "lap-record")
    at = datetime(2026, 5, 1, 18, tzinfo=UTC)
    digest = hashlib.sha256(data).hexdigest()
    keep_model_file(database, ModelFile(*whose, "ada_lap-record.tar.gz", len(data), digest, at))
    async with look() as console:
        await page(console, database)
        await console.press("G")
        await console.until(lambda: "def reward_function" in console.text())
        await console.press("G")
