"""Models: everybody's in one table, from racers and back, marks, labels, and saving them."""

import asyncio
import time
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from drtui import copying
from drtui.app import DrtuiApp
from drtui.commands.filters import saved_filters
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.filters import parse
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.records import Role
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.filters import FiltersDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.help import HelpScreen
from drtui.screens.model import ModelScreen
from drtui.screens.model_cells import SORT_LETTERS, SORT_TITLES, SORTS
from drtui.screens.models import Models
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database, open_database
from drtui.store.interests import live_interests
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_sweeps import Way, begin_round, write_sweep_trouble
from drtui.store.model_table import MODEL_SORT_FIELDS, model_keys, models_by_key
from drtui.store.models import write_all_models
from drtui.store.operation_log import items, newest_operation
from drtui.store.preferences import read_preferences
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.facts import Facts
from drtui.widgets.key_line import KeyLine
from tests.support.driving import SECONDS, console_app, running
from tests.support.models_table import (
    ADA,
    filled_models,
    model,
    open_models,
    plain_models,
    special_models,
)
from tests.support.stores import NOW, frozen_clock


@pytest.fixture
def models(database: Database) -> Database:
    filled_models(database)
    return database


async def waited(holds: object, what: str) -> None:
    assert callable(holds)
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.01)


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


async def test_one_key_leads_from_a_racer_to_their_models_and_back(
    path: Path, models: Database
) -> None:
    del models
    async with running(console_app(path)) as console:
        while console.table.cursor_key is None or "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        shown = await open_models(console)
        assert shown.names == ["apex-v1", "apex-v2", "apex-v3"]
        assert "The models of ada-l" in console.text()
        await console.press("minus")
        assert console.app.screen is console.usage
        await console.press("l")
        await console.press("escape")
        assert console.app.screen is console.usage
        await console.press("3")
        await console.until(lambda: len(shown.table.keys) == 41)
        assert "The models of" not in console.text()


async def test_from_a_racers_page_and_from_a_model_to_it(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("l")
        page = await console.dialog(RacerScreen)
        assert page.subject().name == "ada-l"
        await console.press("l")
        await console.until(lambda: isinstance(console.app.screen, Models))
        await console.until(lambda: len(shown.table.keys) == 3)
        assert "The models of ada-l. esc shows all." in console.text()
        await console.press("escape")
        await console.until(lambda: len(shown.table.keys) == 41)
        assert isinstance(console.app.screen, Models)  # it came from here, not from another screen


async def test_what_is_shown_is_watched_opened_by_enter_and_followed_by_the_line_of_keys(
    path: Path, models: Database
) -> None:
    def asked() -> set[str]:
        with models.read() as connection:
            return {one.subject for one in live_interests(connection, "models", NOW)}

    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await waited(lambda: {"models:*", f"models-first:{ADA}"} <= asked(), "the interest")
        await console.press("enter")
        page = await console.dialog(ModelScreen)
        assert page.subject().name == "apex-v1"
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Models))

        def dim() -> bool:
            line = shown.screen.query_one(KeyLine).render()
            return any("w download" in line.plain[one.start : one.end] for one in line.spans)

        assert not dim()
        await console.press("slash")
        await console.write("no-such-model")
        await console.press("enter")
        assert dim()


async def test_the_models_of_all_marked_racers(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await console.press("a", "l")
        shown = await open_models(console)
        assert len(shown.table.keys) == 41
        assert "The models of 56 racers" in console.text()


async def test_a_racer_without_models_is_said_to_have_none(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        while "b0lt" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await console.until(lambda: "No model of b0lt is there." in console.text())


async def test_menu_and_help_are_for_models_and_reading_now_asks_for_them(
    path: Path, models: Database
) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("m")
        await console.dialog(MenuDialog)
        text = console.text()
        assert "apex-v1, under the cursor; none is marked." in text
        assert "Download to a folder" in text
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Models))
        await console.press("question_mark")
        await console.dialog(HelpScreen)
        help_text = console.app.screen.query_one(Facts).render().plain
        assert "training:failed" in help_text
        assert "used>90%" not in help_text
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Models))
        await console.press("R")
        await console.until(lambda: "Asked for a sync" in shown.message)
        with models.read() as connection:
            assert live_interests(connection, "models-now:", NOW)


async def test_the_progress_of_a_sweep_is_told_and_goes(path: Path, database: Database) -> None:
    write_all_models(database, [*special_models(), *plain_models(30)], NOW)
    begin_round(database, Way.BY_RACER)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.until(lambda: "Reading again: " in console.text())
        write_sweep_trouble(database, "The deployment answers no more.")
        await console.until(lambda: "The deployment answers no more." in console.text())


async def test_labels_are_put_on_models(path: Path, models: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("space", "space", "t")
        await console.dialog(TagsDialog)
        assert "2 marked models." in console.text()
        await console.write("final")
        await console.press("enter")
        await console.until(lambda: "on 2 models" in shown.message)
        assert not shown.table.marks
    with models.read() as connection:
        keys = model_keys(connection, model_condition(parse("tag:final", MODELS)))
        assert len(models_by_key(connection, keys)) == 2


async def test_the_model_under_the_cursor_is_copied_and_a_list_marks_models_and_racers_whole(
    path: Path, models: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del models
    monkeypatch.setattr(copying, "copy", lambda _: "")
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("y")
        await console.dialog(CopiedDialog)
        assert "model0000000001" in console.text()
        assert "ada-l@example.com" in console.text()
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, Models))
        await console.press("L")
        dialog = await console.dialog(MarkListDialog)
        dialog.query_one(TextArea).text = "ada-l\nbig\nmodel0000000009\nnobody"
        await console.press("tab", "tab", "enter")
        await console.until(lambda: "5 models matched." in console.prose())
        await console.press("enter")
        await console.until(lambda: shown.table.marked_count == 5)
        assert "1 matched nobody" in shown.message


async def test_models_are_downloaded_to_a_folder(
    path: Path, models: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "cars"
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("v", "j", "j", "v", "w")
        dialog = await console.dialog(PlaceDialog)
        dialog.query_one(Input).value = str(tmp_path / "no" / "such")
        await console.press("enter")
        await console.until(lambda: console.app.screen is not dialog)
        again = await console.dialog(PlaceDialog)
        assert "is not there" in console.prose()
        again.query_one(Input).value = str(folder)
        await console.press("enter")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "1 model will be downloaded." in prose
        assert "not READY" in prose
        await console.press("enter")
        await console.until(lambda: "Download: 1 confirmed" in shown.message)
        await console.press("w")
        dialog = await console.dialog(PlaceDialog)
        assert dialog.query_one(Input).value == str(folder)
    with models.read() as connection:
        number = newest_operation(connection)
        assert number
        assert [one.label for one in items(connection, number)] == ["ada-l / apex-v1"]


async def test_saving_to_a_bucket_needs_the_second_door(path: Path, models: Database) -> None:
    def door() -> SponsorServices:
        raise AssertionError("planning opens nothing")

    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("b")
        assert "no AWS profile" in shown.message
    app = DrtuiApp(
        lambda: Workspace(open_database(path, frozen_clock), "ada"),
        account="finals-2026",
        open_sponsor=door,
    )
    del models
    async with running(app) as console:
        shown = await open_models(console)
        await console.press("b")
        dialog = await console.dialog(PlaceDialog)
        dialog.query_one(Input).value = "s3://cars/finals"
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: "Save to the bucket: 1 confirmed" in shown.message)


async def test_facilitators_see_it_and_racers_may_not_download(
    path: Path, models: Database
) -> None:
    write_role(models, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("w")
        await console.dialog(PlaceDialog)
        await console.press("escape")
    write_role(models, Role.RACER)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("w")
        assert "may not download" in shown.message


@pytest.mark.parametrize(
    ("connectivity", "told"),
    [
        (Connectivity.ONLINE, "The models were not read yet: R reads them now."),
        (Connectivity.OFFLINE, "does not answer: offline."),
    ],
)
async def test_where_nothing_was_read_it_says_why(
    path: Path, database: Database, connectivity: Connectivity, told: str
) -> None:
    write_connectivity(database, connectivity)
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        await console.until(lambda: told in console.text())


async def test_where_they_cannot_be_read_it_says_so_with_the_key(
    path: Path, database: Database
) -> None:
    write_sweep_trouble(database, "Listing models needs an admin.")
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        told = "The models could not be read: Listing models needs an admin. R tries again."
        await console.until(lambda: told in console.text())


async def test_an_account_without_models(path: Path, database: Database) -> None:
    write_all_models(database, [], NOW)
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        await console.until(lambda: "There is no model." in console.text())
        await console.press("w")
        shown = await open_models(console, filled=False)
        await console.press("w")
        assert "there is no model to do it to" in shown.message


async def test_news_of_a_listing_are_shown(path: Path, models: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        write_all_models(models, [model(1, ADA, "apex-v1", "IMPORTING")], NOW + 1)
        await console.until(lambda: shown.names == ["apex-v1"])
        await console.until(lambda: "▸ importing" in console.text())
        assert RecordKind.MODEL in Models.KINDS


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


async def test_one_racers_models_are_summed_up_beside_all(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        while "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await open_models(console)
        await console.until(lambda: "3 of 41 models: 1 of " in console.text())


async def test_models_without_a_name_come_last_either_way(path: Path, models: Database) -> None:
    write_all_models(models, [model(1, ADA, "b"), model(2, ADA, ""), model(3, ADA, "a")], NOW + 1)
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        assert shown.names == ["a", "b", ""]
        await console.press("S")
        await console.until(lambda: shown.names == ["b", "a", ""])


async def test_the_end_of_a_sweep_is_told_in_the_zone_of_this_machine(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        write_all_models(database, plain_models(3), NOW)
        begin_round(database, Way.BY_RACER)
        async with running(console_app(path)) as console:
            await open_models(console)
            await console.until(lambda: "all by about" in console.text())
            assert "+0545" in console.text()
            assert "UTC" not in console.text().split("all by about")[1].splitlines()[0]
    finally:
        monkeypatch.undo()
        time.tzset()
