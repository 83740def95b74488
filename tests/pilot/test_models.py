"""Models: everybody's in one table, filtered, sorted, marked and summed up."""

from pathlib import Path

from drtui.commands.filters import saved_filters
from drtui.commands.workspace import Workspace
from drtui.domain.model_filter_fields import MODELS
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.filters import FiltersDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.model_cells import SORT_LETTERS, SORT_TITLES, SORTS
from drtui.store.database import Database
from drtui.store.model_table import MODEL_SORT_FIELDS
from drtui.store.models import write_all_models
from drtui.store.preferences import read_preferences
from tests.support.driving import console_app, running
from tests.support.models_table import (
    ADA,
    model,
    models,
    open_models,
)
from tests.support.stores import NOW

__all__ = ["models"]


async def test_all_models_are_shown_by_name_and_counted(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        text = console.text()
        assert shown.counts == "41 of 41 shown · 0 marked"
        assert "41 models of" in text
        assert "▸ training" in text
        assert "! error" in text
        assert "? HIBERNATING_O…" in text
        assert "est. $" in text
        assert "\x1b[2J" not in text
        assert "evil" in text


async def test_the_narrow_table_keeps_name_racer_status_creation_and_size(
    path: Path, models: Database
) -> None:
    del models
    async with running(console_app(path), (80, 24)) as console:
        await open_models(console)
        heading = next(line for line in console.lines() if "Name" in line and "Racer" in line)
        assert heading.split() == ["Name", "▲", "Racer", "Status", "Created", "GB"]
        assert "[3 Models]" in console.text()


async def test_the_filter_takes_the_language_of_models(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("slash")
        await console.write("status:ready racer:ada-l")
        await console.press("enter")
        assert shown.names == ["apex-v1"]
        assert shown.counts == "1 of 41 shown · 0 marked"
        await console.press("escape")
        assert len(shown.table.keys) == 41
        await console.press("slash")
        await console.write("hours")
        assert "hours>4" not in console.text()


async def test_fields_and_labels_of_models_are_completed(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("slash")
        await console.write("trai")
        await console.press("tab")
        assert shown.filter.value == "training:"


async def test_filters_are_saved_beside_those_of_racers(path: Path, models: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("slash")
        await console.write("status:ready")
        await console.press("enter", "f")
        await console.dialog(FiltersDialog)
        await console.press("n")
        await console.write("good")
        await console.press("enter")
        await console.until(lambda: "Saved" in shown.message)
    workspace = Workspace(models, "ada")
    assert [one.name for one in saved_filters(workspace, MODELS)] == ["good"]
    assert not saved_filters(workspace)


def test_everything_that_it_sorts_by_is_there_with_a_letter_of_its_own() -> None:
    assert {field for field, _ in SORTS.values()} <= set(MODEL_SORT_FIELDS)
    assert list(SORTS) == list(SORT_TITLES) == list(SORT_LETTERS)
    assert len(set(SORT_LETTERS.values())) == len(SORT_LETTERS)


async def test_sorting_by_size_and_turning_it_round(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("g")
        await console.until(lambda: shown.names[0] == "big")
        assert "GB ▼" in console.text()
        assert set(shown.names[-2:]) == {"imported", "zero"}  # of unknown size
        await console.press("S")
        await console.until(lambda: shown.names[0] != "big")


async def test_columns_are_remembered_apart_from_those_of_racers(
    path: Path, models: Database
) -> None:
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("c")
        await console.dialog(ColumnsDialog)
        await console.press("j", "space", "enter")
        await console.until(lambda: "Racer " not in console.lines()[9])
    with models.read() as connection:
        preferences = read_preferences(connection)
    chosen = preferences["models.columns"]
    assert isinstance(chosen, list)
    assert "racer" not in chosen
    assert "usage.columns" not in preferences


async def test_marks_stay_when_a_filter_hides_them(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("space", "space", "slash")
        await console.write("lap")
        await console.press("enter")
        assert shown.counts == "30 of 41 shown · 2 marked, 2 of them hidden"
        await console.press("asterisk", "escape", "asterisk")
        assert shown.table.marked_count == 9


async def test_a_filter_tells_what_is_shown_beside_all(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("slash")
        await console.write("racer:ada-l")
        await console.press("enter")
        await console.until(lambda: "3 of 41 models: 1 of " in console.text())
        assert "2 of 5 running" in console.text()
        assert "0.35 of " in console.text()
        await console.press("escape")
        await console.until(lambda: " of 41 models" not in console.text())


async def test_models_without_a_name_come_last_either_way(path: Path, models: Database) -> None:
    write_all_models(models, [model(1, ADA, "b"), model(2, ADA, ""), model(3, ADA, "a")], NOW + 1)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        assert shown.names == ["a", "b", ""]
        await console.press("S")
        await console.until(lambda: shown.names == ["b", "a", ""])
