"""Dialogs about lists: saved filters, columns, and that each of all fits a small terminal."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.screen import Screen

from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.filters import FiltersDialog, RemoveFilter, SaveFilter, UseFilter
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.tag_import import TagImportDialog
from tests.support.dialogs import SIZES, bare
from tests.support.list_dialogs import SAVED, TITLES, matcher, refuse, tags_dialog

# Saved filters


@pytest.mark.parametrize("size", SIZES)
async def test_a_saved_filter_is_chosen(size: tuple[int, int]) -> None:
    async with bare(dialog=FiltersDialog(SAVED, "hours>4"), size=size) as console:
        assert "@late  used>90%" in console.text()
        assert "@Reds  team:red [b]x" in console.text()
        assert "Now: hours>4" in console.text()
        await console.press("j", "enter")
        assert await console.returned() == UseFilter("team:red [b]x")


async def test_the_present_filter_is_saved_under_a_name() -> None:
    async with bare(dialog=FiltersDialog(SAVED, "hours>4")) as console:
        await console.press("n")
        await console.write("two words")
        assert "cannot be a name" in console.text()
        await console.press("enter")
        assert console.results == []
        await console.press("ctrl+u")
        await console.write("LATE")
        assert "replaces the one of that name" in console.text()
        await console.press("enter")
        assert await console.returned() == SaveFilter("LATE")


@pytest.mark.parametrize(
    ("present", "problem", "said"),
    [("", "", "nothing is typed"), ("tem:red", "it cannot be read", "it cannot be read")],
)
async def test_what_cannot_be_saved_says_why(present: str, problem: str, said: str) -> None:
    async with bare(dialog=FiltersDialog([], present, problem)) as console:
        assert "No filter is saved yet." in console.text()
        await console.press("n")
        assert said in console.text()
        await console.press("d", "enter")
        assert console.results == []
        await console.press("escape")
        assert await console.returned() is None


async def test_a_filter_is_removed_by_the_second_key_and_kept_by_escape() -> None:
    async with bare(dialog=FiltersDialog(SAVED, "")) as console:
        await console.press("d")
        assert "Remove “late”?" in console.text()
        await console.press("escape")
        assert console.results == []
        await console.press("d", "j")
        assert "Remove" not in console.text()
        await console.press("d", "d")
        assert await console.returned() == RemoveFilter("Reds")


async def test_escape_leaves_the_name_first() -> None:
    async with bare(dialog=FiltersDialog(SAVED, "x")) as console:
        await console.press("n", "a", "escape")
        assert console.results == []
        assert "Save as" not in console.text()
        await console.press("escape")
        assert await console.returned() is None


# Columns


@pytest.mark.parametrize("size", SIZES)
async def test_columns_are_shown_hidden_and_moved(size: tuple[int, int]) -> None:
    dialog = ColumnsDialog(TITLES, ["alias", "hours"], list(TITLES))
    async with bare(dialog=dialog, size=size) as console:
        assert "[x] Alias  always shown" in console.text()
        assert "[ ] Email" in console.text()
        await console.press("space")
        assert "[x] Alias" in console.text()
        await console.press("j", "K", "j", "j", "space", "less_than_sign")
        lines = [line.strip("│ ") for line in console.lines()]
        order = [line for line in lines if line.startswith("[")]
        assert order[:4] == [
            "[x] Hours", "[x] Email", "[x] Alias  always shown", "[ ] Hours as a bar",
        ]  # fmt: skip
        await console.press("enter")
        assert await console.returned() == ("hours", "email", "alias")


async def test_columns_are_reset_and_unknown_ones_are_forgotten() -> None:
    dialog = ColumnsDialog(TITLES, ["gone", "hours"], ["alias", "email"])
    async with bare(dialog=dialog) as console:
        assert "gone" not in console.text()
        await console.press("r", "enter")
        assert await console.returned() == ("alias", "email")


async def test_columns_stay_as_they_are_when_the_dialog_is_left() -> None:
    async with bare(dialog=ColumnsDialog(TITLES, ["alias"], ["alias"])) as console:
        await console.press("j", "space", "escape")
        assert await console.returned() is None


# Every dialog about lists


@pytest.mark.parametrize(
    "dialog",
    [
        lambda: MarkListDialog(matcher),
        lambda: TagImportDialog(refuse),
        lambda: FiltersDialog(SAVED, "x"),
        lambda: ColumnsDialog(TITLES, list(TITLES), list(TITLES)),
        tags_dialog,
    ],
)
@pytest.mark.parametrize("ansi", [False, True])
async def test_everything_fits_a_small_terminal(
    dialog: Callable[[], Screen[Any]], ansi: bool
) -> None:
    async with bare(dialog=dialog(), size=(60, 15), ansi=ansi) as console:
        assert console.lines()[-1].strip()
        assert all(len(line) <= 60 for line in console.lines())
