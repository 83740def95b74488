"""Importing a model from the console: the form, what is wrong with it, the plan, and how far."""

import threading
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.import_errands import wanted_import
from drtui.domain.operations import OperationKind
from drtui.screens.dialogs.import_model import ImportDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.model_planner import ModelPlanner
from drtui.screens.model_texts import ImportTexts
from drtui.store.database import Database, open_database
from drtui.store.downloading import DownloadProgress, write_download_progress
from drtui.store.operation_log import items, newest_operation, operations_by_number
from drtui.store.sync_state import Connectivity, write_caller, write_connectivity
from drtui.store.users import moment
from tests.support.archives import archive
from tests.support.driving import SECONDS, Console, console_app, running
from tests.support.imports import files, model_archive, model_folder
from tests.support.models_table import ADA, filled_models, open_models
from tests.support.stores import NOW, frozen_clock


@pytest.fixture
def models(database: Database) -> Database:
    filled_models(database)
    write_caller(database, ADA, "ada-l")
    return database


async def filled(console: Console, path: Path | str, name: str, description: str = "") -> None:
    """Fill the form in, and confirm it."""
    dialog = await console.dialog(ImportDialog)
    for field, value in zip(dialog.query(Input), (str(path), name, description), strict=True):
        field.value = value
    dialog.query(Input).first().focus()
    await console.press("enter")


def is_told(console: Console, text: str) -> bool:
    return text in console.prose()


async def test_a_folder_is_imported_into_ones_own_profile(
    path: Path, models: Database, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "fast")
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("space", "n")
        await console.dialog(ImportDialog)
        assert "your own profile, that of ada-l" in console.prose()
        assert "cannot be imported alone" in console.prose()
        await filled(console, folder, "apex-v1", "a fast one")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "1 model will be imported into your own profile" in prose
        assert "8 files" in prose
        assert "1 model of yours called so already" in prose
        await console.press("enter")
        await console.until(lambda: "Import: 1 confirmed" in shown.message)
        assert shown.table.marked_count == 1  # it was not for the marked ones
    with models.read() as connection:
        number = newest_operation(connection)
        assert number
        (operation,) = operations_by_number(connection, [number]).values()
        assert operation.kind is OperationKind.IMPORT_MODEL
        (item,) = items(connection, number)
    wanted = wanted_import(item)
    assert (wanted.path, wanted.name) == (str(folder.resolve()), "apex-v1")
    assert wanted.description == "a fast one"


async def test_an_archive_is_planned_while_offline(
    path: Path, models: Database, tmp_path: Path
) -> None:
    write_connectivity(models, Connectivity.OFFLINE)
    file = model_archive(tmp_path / "fast.tar.gz", root="fast/")
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("n")
        await filled(console, file, "fast")
        await console.dialog(PlanDialog)
        assert "this will be delivered when the network returns" in console.prose()
        await console.press("enter")
        await console.until(lambda: "Import: 1 confirmed" in shown.message)


async def test_what_is_wrong_stands_below_its_field_and_what_was_typed_stays(
    path: Path, models: Database, tmp_path: Path
) -> None:
    del models
    car = tmp_path / "car.tar.gz"
    car.write_bytes(archive())
    lacking = model_folder(tmp_path / "lacking", files(hyperparameters__json=None))
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("n")
        for typed, name, told in (
            (tmp_path / "nowhere", "fast", "is not there"),
            (car, "fast", "which has no checkpoint to go on from"),
            (lacking, "fast", "It cannot be imported without hyperparameters.json"),
            (lacking, "so fast", "“so fast” cannot be a model's name"),
        ):
            await filled(console, typed, name)
            await console.until(partial(is_told, console, told))
            dialog = await console.dialog(ImportDialog)
            assert [one.value for one in dialog.query(Input)] == [str(typed), name, ""]
        lines = console.lines()
        place = next(line for line, text in enumerate(lines) if "so fast  " in text)
        assert "cannot be a model's name" in lines[place + 1]
        await filled(console, lacking, "fast", "what?")
        await console.until(lambda: "A description is letters" in console.prose())


async def test_enter_leads_to_what_has_to_be_typed_yet(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("n")
        dialog = await console.dialog(ImportDialog)
        await console.write("x")
        await console.press("enter")
        assert dialog.focused is list(dialog.query(Input))[1]
        await console.press("enter")
        assert "Type what the model is to be called." in console.prose()
        await console.write("y")
        assert "Type what the model is to be called." not in console.prose()


async def test_leaving_the_plan_leads_back_to_the_form(
    path: Path, models: Database, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "fast")
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("n")
        await filled(console, folder, "fast", "why")
        await console.dialog(PlanDialog)
        await console.press("escape")
        dialog = await console.dialog(ImportDialog)
        assert [one.value for one in dialog.query(Input)] == [str(folder), "fast", "why"]
        await console.press("escape")
        await console.until(lambda: not isinstance(console.app.screen, ImportDialog))
    with models.read() as connection:
        assert not newest_operation(connection)


async def test_the_form_is_there_while_files_are_read_and_notices_a_change(
    path: Path, models: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del models
    folder = model_folder(tmp_path / "fast")
    go_on = threading.Event()
    plan = ModelPlanner.plan_import

    def slow(self: ModelPlanner, texts: ImportTexts) -> object:
        assert go_on.wait(SECONDS)
        return plan(self, texts)

    monkeypatch.setattr(ModelPlanner, "plan_import", slow)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("n")
        dialog = await console.dialog(ImportDialog)
        first, second, _ = dialog.query(Input)
        first.value, second.value = str(folder), "fast"
        await console.pilot.press("enter")
        while "Reading its files …" not in console.text():
            await console.pilot.pause()
        second.value = "faster"
        go_on.set()
        await console.until(lambda: "enter looks again" in console.prose())
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "as faster" in console.prose()


async def test_without_an_upload_bucket_it_is_refused_with_the_way_out(
    path: Path, models: Database
) -> None:
    del models
    app = DrtuiApp(
        lambda: Workspace(open_database(path, frozen_clock), "ada", uploads=False),
        account="finals-2026",
    )
    async with running(app) as console:
        shown = await open_models(console)
        await console.press("n")
        assert "account set NAME --upload-bucket B" in shown.message


async def test_how_far_an_upload_is_stands_above_the_table(path: Path, models: Database) -> None:
    at = moment(NOW)
    assert at is not None
    async with running(console_app(path)) as console:
        await open_models(console)
        told = DownloadProgress(1, 1, "fast\x1b[2J", 5 * 2**20, 20 * 2**20, at)
        write_download_progress(models, Service.IMPORTS, told)
        await console.until(lambda: "5.2 MB of 21.0 MB" in console.text())
        write_download_progress(models, Service.IMPORTS, None)
        await console.until(lambda: "of 21.0 MB" not in console.text())
