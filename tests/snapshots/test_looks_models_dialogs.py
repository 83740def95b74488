"""How the dialogs of the actions on models look; `make snapshots` takes the pictures anew."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input

from drtui.app import DrtuiApp
from drtui.commands import downloads
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.deletion import DeletionDialog
from drtui.screens.dialogs.import_model import ImportDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.store.database import Database, open_database
from drtui.store.downloading import DownloadProgress, write_download_progress
from drtui.store.models import write_all_models
from drtui.store.sync_state import write_caller
from drtui.store.users import moment
from drtui.widgets.sync_status import SyncStatus
from tests.snapshots.looking import Look
from tests.snapshots.scenes import paste
from tests.support.archives import archive
from tests.support.driving import Console
from tests.support.imports import model_folder
from tests.support.models_table import ADA, GRACE, filled_models, model, open_models
from tests.support.stores import NOW, frozen_clock


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine is in the pictures."""
    monkeypatch.setattr(downloads, "_room", lambda _: ["49.5 GB are free there."])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, so that a path is the same in every picture."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def mine(database: Database) -> None:
    filled_models(database)
    write_caller(database, ADA, "ada-l")


async def opened(console: Console, kind: type[Screen[Any]], *keys: str) -> None:
    """Press keys on the Models screen, and wait for a dialog."""
    await open_models(console)
    await console.press(*keys)
    await console.dialog(kind)


async def typed(console: Console, *texts: str) -> None:
    """Fill a dialog's fields in, and press Enter."""
    for field, text in zip(console.app.screen.query(Input), texts, strict=True):
        field.value = text
    await console.press("enter")


async def test_importing_a_model(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, ImportDialog, "n")


async def test_what_cannot_be_imported(look: Look, database: Database, home: Path) -> None:
    mine(database)
    (home / "car.tar.gz").write_bytes(archive())
    async with look() as console:
        await opened(console, ImportDialog, "n")
        await typed(console, "~/car.tar.gz", "fast", "")
        await console.until(lambda: "no checkpoint" in console.prose())


async def test_what_cannot_be_a_models_name(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, ImportDialog, "n")
        await typed(console, "~/fast", "so fast!", "100%")


async def test_the_plan_of_an_import(look: Look, database: Database, home: Path) -> None:
    mine(database)
    model_folder(home / "fast")
    async with look() as console:
        await opened(console, ImportDialog, "n")
        await typed(console, "~/fast", "apex-v1", "")
        await console.dialog(PlanDialog)


async def test_an_upload_and_one_racers_models(look: Look, database: Database) -> None:
    mine(database)
    at = moment(NOW)
    assert at is not None
    told = DownloadProgress(1, 1, "fast", 5_200_000, 21_000_000, at)
    write_download_progress(database, Service.IMPORTS, told)
    async with look() as console:
        while "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await open_models(console)


async def test_the_plan_of_a_download(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, PlaceDialog, "a", "w")
        await typed(console, "/var/empty-models")
        await console.dialog(PlanDialog)


async def test_a_folder_that_cannot_be(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, PlaceDialog, "w")
        await typed(console, "/no/such/folder")
        await console.until(lambda: "is not there" in console.prose())


async def test_the_plan_of_saving_to_a_bucket(look: Look, database: Database, path: Path) -> None:
    mine(database)
    async with look(with_door(path)) as console:
        await console.until(lambda: bool(console.table.keys))
        await opened(console, PlaceDialog, "a", "b")
        await typed(console, "s3://my-models/finals")
        await console.dialog(PlanDialog)


async def test_the_address_of_a_bucket(look: Look, database: Database, path: Path) -> None:
    mine(database)
    async with look(with_door(path)) as console:
        await console.until(lambda: bool(console.table.keys))
        await opened(console, PlaceDialog, "a", "b")


async def test_the_plan_of_stopping(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, PlanDialog, "a", "p")


async def test_the_plan_of_stopping_row_by_row(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, PlanDialog, "a", "p")
        await console.press("d")
        await console.dialog(PlanDetails)


async def test_how_models_are_deleted(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, DeletionDialog, *["space"] * 4, "x")
        await console.press("down")


async def test_the_plan_of_deleting_ones_own(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, DeletionDialog, "space", "space", "x")
        await console.press("down", "enter")
        await console.dialog(PlanDialog)


async def test_the_plan_of_deleting_all_of_racers(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, DeletionDialog, "a", "x")
        await console.press("down", "down", "enter")
        await console.dialog(PlanDialog)


async def test_a_deletion_that_waits_for_downloads(look: Look, database: Database) -> None:
    running = replace(model(3, GRACE, "slow"), status="TRAINING")
    write_all_models(database, [model(1, ADA, "one"), model(2, ADA, "two"), running], NOW)
    async with look() as console:
        await opened(console, DeletionDialog, "a", "x")
        await console.press("down", "down", "enter")
        await console.dialog(PlaceDialog)
        await typed(console, "/var/empty-models")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: "Waits for 2 downloads" in console.prose())
        header = console.app.screen_stack[-2].query_one(SyncStatus)
        await console.until(lambda: header.view is not None and header.view.on_the_way == 2)


async def test_models_on_their_way_out(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, DeletionDialog, "j", "j", "j", "x")
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        await console.press("4", "enter")
        await console.until(lambda: "→ deleted" in console.text())


async def test_labels_on_models(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, TagsDialog, "space", "space", "t")
        await paste(console, "final team:red")


async def test_marking_models_from_a_list(look: Look, database: Database) -> None:
    mine(database)
    async with look() as console:
        await opened(console, MarkListDialog, "L")
        await paste(console, "ada-l\nbig\nmodel0000000009\nnobody")


def with_door(path: Path) -> DrtuiApp:
    """A console whose account names the sponsor's AWS profile."""

    def door() -> SponsorServices:
        raise AssertionError("planning opens nothing")

    return DrtuiApp(
        lambda: Workspace(open_database(path, frozen_clock), "ada"),
        account="finals-2026",
        open_sponsor=door,
    )
