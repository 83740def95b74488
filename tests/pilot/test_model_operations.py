"""Operations on models: their plan row by row, and their targets, by racer and by model."""

from pathlib import Path

from textual.widgets import Input

from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download
from drtui.commands.model_imports import plan_import
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.item_wording import texts_in
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.target import TargetDialog
from drtui.store.database import Database
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.operation_log import items
from tests.support.driving import console_app, running
from tests.support.imports import model_folder
from tests.support.models_table import ADA, LONG, models, open_models
from tests.support.operations import on_operations, opened

__all__ = ["models"]


def downloaded(database: Database, folder: Path) -> int:
    """An operation that downloads what there is of two racers."""
    workspace = Workspace(database, "ada")
    with database.read() as connection:
        found = models_by_key(connection, model_keys_of(connection, [ADA, LONG])).values()
    number = submit(workspace, plan_download(workspace, list(found), str(folder)))
    assert number is not None
    return number


async def test_the_rows_of_a_plan_tell_racer_and_model_apart(
    path: Path, models: Database, tmp_path: Path
) -> None:
    del models
    async with running(console_app(path), (80, 24)) as console:
        await open_models(console)
        await console.press("w")
        dialog = await console.dialog(PlaceDialog)
        dialog.query_one(Input).value = str(tmp_path / "cars")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.until(lambda: isinstance(console.app.screen, PlanDetails))
        (heading,) = [line for line in console.lines() if "Outcome" in line]
        assert heading.split()[:3] == ["Racer", "Model", "Outcome"]
        (row,) = [line for line in console.lines() if "ada-l" in line]
        assert row.split()[1:3] == ["ada-l", "apex-v1"]  # after the cursor


async def test_the_targets_of_an_operation_tell_racer_and_model_apart(
    path: Path, models: Database, tmp_path: Path
) -> None:
    downloaded(models, tmp_path)
    async with on_operations(path, (80, 24)) as console:
        await opened(console)
        await console.until(lambda: any("apex-v1" in line for line in console.lines()))
        (heading,) = [line for line in console.lines() if "Model" in line and "State" in line]
        assert heading.split()[:3] == ["Racer", "Model", "State"]
        await console.press("enter")
        await console.dialog(TargetDialog)
        prose = console.prose()
        assert "Before nothing" in prose
        assert "Asked for file " in prose
        assert ADA not in prose


def test_what_an_import_is_to_do_is_told_without_how(models: Database, tmp_path: Path) -> None:
    workspace = Workspace(models, "ada")
    folder = model_folder(tmp_path / "my model")
    plan = plan_import(workspace, str(folder), "fast-1").plan
    assert plan.what == "Import “my model” as fast-1"
    number = submit(workspace, plan)
    assert number is not None
    with models.read() as connection:
        (item,) = items(connection, number)
    assert item.service == Service.IMPORTS
    assert texts_in(item.target, item.before) == "nothing"
    assert texts_in(item.target, item.after) == f"name fast-1 · path {folder.resolve()}"


async def test_an_import_is_told_on_the_models_screen_before_it_is_listed(
    path: Path, models: Database, tmp_path: Path
) -> None:
    workspace = Workspace(models, "ada")
    async with running(console_app(path)) as console:
        await open_models(console)
        assert "on the way" not in console.text()
        folder = model_folder(tmp_path / "fast")
        submit(workspace, plan_import(workspace, str(folder), "fast-1").plan)
        await console.until(lambda: "1 import on the way: fast-1" in console.text())
