"""Exporting from the console: the key, the folder, and what is said of it."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from drtui.screens.desk import Desk
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.operations import Operations
from drtui.store.database import Database
from tests.support.driving import Console, console_app, running
from tests.support.operations import quota
from tests.support.screens import said


async def asked(console: Console, key: str = "E") -> PlaceDialog:
    """Press the key, and return the dialog."""
    await console.press(key)
    return await console.dialog(PlaceDialog)


async def test_everything_is_exported_to_a_folder(
    path: Path, database: Database, tmp_path: Path
) -> None:
    quota(database, "racer-0010")
    folder = tmp_path / "out"
    async with running(console_app(path)) as console:
        dialog = await asked(console)
        assert dialog.query_one(Input).value == "~/drtui-finals-2026-20260502-1405"
        assert "for you alone" in console.prose()
        dialog.query_one(Input).value = str(folder)
        await console.press("enter")
        await console.until(lambda: "Exported to" in console.message)
        assert "56 users" in console.message
        assert "1 operation" in console.message
    assert len(json.loads((folder / "racers.json").read_text(encoding="utf-8"))) == 56


async def test_a_folder_that_has_one_is_refused_and_what_was_typed_stays(
    path: Path, database: Database, tmp_path: Path
) -> None:
    quota(database, "racer-0010")
    (tmp_path / "racers.csv").write_text("mine", encoding="utf-8")
    async with running(console_app(path)) as console:
        await console.press("5")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        dialog = await asked(console)
        dialog.query_one(Input).value = str(tmp_path)
        await console.press("enter")
        await console.until(lambda: console.app.screen is not dialog)
        again = await console.dialog(PlaceDialog)
        assert "racers.csv" in console.prose()
        assert again.query_one(Input).value == str(tmp_path)
        again.query_one(Input).value = str(tmp_path / "new")
        await console.press("enter")
        await console.until(lambda: "Exported to" in said(console))
    assert (tmp_path / "racers.csv").read_text(encoding="utf-8") == "mine"


async def test_it_goes_on_while_something_else_is_done(
    path: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_self: Desk, _account: str, folder: Path, progress: Callable[[str, int], None]) -> str:
        begun.set()
        assert go_on.wait(60)
        progress("racers", 1)
        return f"Exported to {folder.name}"

    monkeypatch.setattr(Desk, "export", slow)
    async with running(console_app(path)) as console:
        dialog = await asked(console)
        dialog.query_one(Input).value = str(tmp_path / "out")
        await console.press("enter")
        await console.until(begun.is_set)
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("escape")
        go_on.set()
        await console.until(lambda: "Exported to out" in console.message)


@pytest.mark.parametrize("place", ["1", "2"])
async def test_the_palette_offers_it_once_on_every_screen(
    path: Path, database: Database, place: str
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press(place, "colon")
        await console.dialog(CommandPalette)
        await console.write("export every")
        await console.until(lambda: "Export everything to a folder" in console.text())
        assert console.text().count("Export everything to a folder") == 1
        await console.press("enter")
        await console.dialog(PlaceDialog)
