"""What is done with chosen models: opened, labelled, copied, marked from a list, and saved."""

from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from drtui import copying
from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.domain.filters import parse
from drtui.domain.model_filter_fields import MODELS
from drtui.domain.records import Role
from drtui.domain.sponsor.services import SponsorServices
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.help import HelpScreen
from drtui.screens.model import ModelScreen
from drtui.screens.models import Models
from drtui.store.database import Database, open_database
from drtui.store.interests import live_interests
from drtui.store.model_filter_sql import model_condition
from drtui.store.model_table import model_keys, models_by_key
from drtui.store.operation_log import items, newest_operation
from drtui.store.sign_in import write_role
from drtui.widgets.facts import Facts
from drtui.widgets.key_line import KeyLine
from tests.support.driving import console_app, running
from tests.support.models_table import (
    ADA,
    models,
    open_models,
)
from tests.support.stores import NOW, frozen_clock

__all__ = ["models"]


async def test_what_is_shown_is_watched_opened_by_enter_and_followed_by_the_line_of_keys(
    path: Path, models: Database
) -> None:
    def asked() -> set[str]:
        with models.read() as connection:
            return {one.subject for one in live_interests(connection, "models", NOW)}

    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.until(lambda: {"models:*", f"models-first:{ADA}"} <= asked(), "the interest")
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
        await console.until(lambda: "is not there" in console.boxed(), "the reason")
        again.query_one(Input).value = str(folder)
        await console.press("enter")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "1 model will be downloaded." in prose
        assert "it is training, so there is no archive yet" in console.boxed()
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
