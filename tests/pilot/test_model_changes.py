"""Stopping and deleting models from their table: what cannot be is said with its reason."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from textual.widgets import Input, OptionList

from drtui.domain.operations import OperationKind
from drtui.domain.records import Role
from drtui.screens.dialogs.deletion import DeletionDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from drtui.store.model_files import ModelFile, keep_model_file
from drtui.store.model_table import model_keys
from drtui.store.models import write_all_models
from drtui.store.operation_log import items, newest_operation, operations_by_number
from drtui.store.sign_in import write_role
from drtui.store.sync_state import write_caller
from tests.support.driving import Console, console_app, running
from tests.support.models_table import ADA, GRACE, model, models, open_models
from tests.support.stores import NOW

__all__ = ["models"]


def saved(database: Database, folder: Path, number: int, owner: str) -> None:
    """A model's archive as a download leaves it, as far as planning looks at it."""
    file = folder / f"{number}.tar.gz"
    file.write_bytes(b"x" * 100)
    at = datetime.fromtimestamp(NOW, UTC)
    model_id = f"model{number:010d}"
    keep_model_file(
        database, ModelFile(owner, model_id, "racer", "", "name", str(file), 100, "0" * 64, at)
    )


def newest(database: Database) -> tuple[OperationKind, list[str]]:
    with database.read() as connection:
        number = newest_operation(connection)
        assert number
        (operation,) = operations_by_number(connection, [number]).values()
        return operation.kind, [one.target for one in items(connection, number)]


async def chosen(console: Console, *ways: int) -> None:
    """Choose a way to delete, by its place among those that can be gone."""
    await console.press("x")
    await console.dialog(DeletionDialog)
    for way in ways:
        await console.press(*["down"] * (way + 1), "enter")


async def test_others_models_are_stopped_by_the_second_door_alone(
    path: Path, models: Database
) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("v", "G", "v", "p")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "Stop training" in prose
        assert "it is another racer's: stopping it" in prose
        assert "already so" in prose


async def test_others_models_are_not_deleted_one_by_one(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("x")
        dialog = await console.dialog(DeletionDialog)
        prose = console.prose()
        assert "not now: it is another racer's: the deployment deletes all models" in prose
        assert "All models of these racers: 3 models of 1 racer" in prose
        assert dialog.query_one(OptionList).highlighted is None
        await console.press("enter")
        assert console.app.screen is dialog  # nothing is chosen to begin with


async def test_ones_own_models_are_deleted_by_their_number(path: Path, models: Database) -> None:
    write_caller(models, ADA, "ada-l")
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("space", "space", "space")
        await chosen(console, 0)
        await console.dialog(PlanDialog)
        prose = console.boxed()
        assert "1 model will be deleted" in prose
        assert "its status is training: only READY or ERROR ones can be deleted (1)" in prose
        await console.write("1")
        await console.press("enter")
        await console.until(lambda: "Delete models: 1 confirmed" in shown.message)
    kind, targets = newest(models)
    assert kind is OperationKind.DELETE_OWN_MODELS
    assert targets == [f"own-model:{ADA}/model0000000001"]


async def test_all_models_of_the_racers_are_deleted_by_the_number_of_models(
    path: Path, models: Database
) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await chosen(console, 0)
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "3 models of 1 racer will be deleted" in prose
        assert "jobs are not stopped" in prose
        assert "a month" in prose
        assert "Type 3 to confirm it" in prose
        assert "Delete models (3)" in prose
        await console.write("1")
        await console.press("enter")
        assert "That is not 3" in console.prose()
        await console.press("backspace")
        await console.write("3")
        await console.press("enter")
        await console.until(lambda: "Delete models: 3 confirmed" in shown.message)
        await console.until(lambda: console.text().count("→ deleted") == 3)
    assert newest(models) == (OperationKind.DELETE_MODELS, [ADA])


async def test_leaving_the_plan_leads_back_to_the_choice(path: Path, models: Database) -> None:
    async with running(console_app(path)) as console:
        await open_models(console)
        await chosen(console, 0)
        await console.dialog(PlanDialog)
        await console.press("escape")
        await console.dialog(DeletionDialog)
        await console.press("escape")
        await console.until(lambda: not isinstance(console.app.screen, DeletionDialog))
    with models.read() as connection:
        assert not newest_operation(connection)


async def test_what_is_safely_downloaded_is_deleted_and_shown_as_on_its_way(
    path: Path, models: Database, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        saved(models, tmp_path, number, ADA)
    saved(models, tmp_path, 4, GRACE)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("slash")
        await console.write("apex or big")
        await console.press("enter", "a", "x")
        await console.dialog(DeletionDialog)
        assert "What was downloaded: 3 models of 1 racer" in console.prose()
        await console.press("up", "enter")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "3 of its 4 models are not safely downloaded" in prose
        await console.write("3")
        await console.press("enter")
        await console.until(lambda: "Delete models: 3 confirmed" in shown.message)
        await console.until(lambda: console.text().count("→ deleted") == 3)
        await console.press("slash", "ctrl+u")
        await console.write("pending:yes")
        await console.press("enter")
        assert sorted(shown.names) == ["apex-v1", "apex-v2", "apex-v3"]
    assert newest(models) == (
        OperationKind.DELETE_DOWNLOADED_MODELS,
        [f"downloaded-models:{ADA}"],
    )


async def test_a_download_comes_first_and_the_deletion_waits_for_it(
    path: Path, database: Database, tmp_path: Path
) -> None:
    write_all_models(database, [model(1, ADA, "one"), model(2, ADA, "two")], NOW)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await chosen(console, 1)
        place = await console.dialog(PlaceDialog)
        assert "2 models: all that these racers have." in console.prose()
        place.query_one(Input).value = str(tmp_path / "cars")
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "2 models will be downloaded" in console.prose()
        await console.press("enter")
        await console.until(lambda: "Waits for 2 downloads" in console.prose())
        await console.write("2")
        await console.press("enter")
        await console.until(lambda: "Delete models: 2 confirmed" in shown.message)
    assert newest(database) == (
        OperationKind.DELETE_DOWNLOADED_MODELS,
        [f"downloaded-models:{ADA}"],
    )


async def test_the_downloads_go_on_where_the_deletion_is_left(
    path: Path, database: Database, tmp_path: Path
) -> None:
    write_all_models(database, [model(1, ADA, "one")], NOW)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await chosen(console, 1)
        place = await console.dialog(PlaceDialog)
        place.query_one(Input).value = str(tmp_path / "cars")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: "Waits for 1 download" in console.prose())
        await console.press("escape")
        await console.until(lambda: "nothing is deleted" in shown.message)
    assert newest(database)[0] is OperationKind.DOWNLOAD_MODELS


async def test_where_nothing_can_be_downloaded_the_deletion_says_why_it_is_none(
    path: Path, database: Database, tmp_path: Path
) -> None:
    training = replace(model(1, ADA, "one"), status="TRAINING")
    write_all_models(database, [training], NOW)
    async with running(console_app(path)) as console:
        await open_models(console)
        await chosen(console, 1)
        place = await console.dialog(PlaceDialog)
        place.query_one(Input).value = str(tmp_path / "cars")
        await console.press("enter")
        await console.until(lambda: "1 of its 1 model is not safely downloaded" in console.prose())
        assert "Type 1 to confirm it" not in console.prose()


async def test_facilitators_are_told_that_they_may_not(path: Path, models: Database) -> None:
    write_role(models, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("x")
        await console.dialog(DeletionDialog)
        assert "may not delete others' models" in console.prose()


async def test_racers_lose_their_models_by_the_number_of_models(
    path: Path, models: Database
) -> None:
    with models.read() as connection:
        assert len(model_keys(connection)) == 41
    async with running(console_app(path)) as console:
        while "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("x")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "3 models of 1 racer will be deleted" in prose
        assert "Type 3 to confirm it" in prose
