"""Dialogs that take a pasted list or a file: marking from it, and labels from a spreadsheet."""

from pathlib import Path

import pytest
from textual.widgets import OptionList

from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.tag_import import TagImportDialog
from tests.support.dialogs import SIZES, Bare, bare
from tests.support.list_dialogs import Wanted, matcher, paste, refuse

HOSTILE = "[bold]x[/]\x1b[2Jparty"


async def reviewed(console: Bare) -> ReviewDialog:
    await console.until(lambda: isinstance(console.app.screen, ReviewDialog), "the review")
    screen = console.app.screen
    assert isinstance(screen, ReviewDialog)
    return screen


# Marking from a list


@pytest.mark.parametrize("size", SIZES)
async def test_a_pasted_list_is_matched_and_reviewed_before_it_marks(
    size: tuple[int, int],
) -> None:
    async with bare(dialog=MarkListDialog(matcher, marked={2}), size=size) as console:
        await paste(console, f"1\r\n2\r\n{HOSTILE}\r\nnobody@example.com\r\n3")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        text = console.text()
        assert "3 users matched. 1 of them is marked already." in text
        assert "Marked already: 1; with these 3." in text
        assert "2 matched nobody." in text
        assert "Not marked (2):" in text
        assert "[bold]x[/]" in text
        assert "nobody@example.com" in text
        assert "Mark (2)" in text
        assert "\x1b" not in text
        await console.press("enter")
        assert (await console.returned()).keys == (1, 2, 3)


async def test_going_back_keeps_what_was_pasted() -> None:
    dialog = MarkListDialog(matcher)
    async with bare(dialog=dialog) as console:
        await paste(console, "1\nnobody")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        await console.press("escape")
        await console.until(lambda: console.app.screen is dialog, "the list")
        assert "nobody" in console.text()
        assert console.results == []


async def test_what_was_pasted_is_asked_about_before_it_is_lost() -> None:
    dialog = MarkListDialog(matcher)
    async with bare(dialog=dialog) as console:
        await paste(console, "1\nnobody")
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
        assert "2 lines typed or pasted here would be lost" in console.text()
        await console.press("enter")  # goes back
        await console.until(lambda: console.app.screen is dialog, "the list")
        assert console.results == []
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
        await console.press("right", "enter")
        assert await console.returned() is None


async def test_a_pasted_path_of_a_file_that_is_there_is_taken_as_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "list.txt").write_text("7\n8\n", encoding="utf-8")
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await paste(console, "~/list.txt\n")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        assert "What was pasted is the path of a file" in console.text()
        await console.press("enter")
        assert (await console.returned()).keys == (7, 8)
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await paste(console, "~/nothing.txt")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        assert "Not marked (1):" in console.text()


async def test_a_file_is_read_from_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "list.txt").write_text("7\n8\n", encoding="utf-8")
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await console.press("tab")
        await console.write("~/list.txt")
        await console.press("enter")
        await reviewed(console)
        await console.press("enter")
        assert (await console.returned()).keys == (7, 8)


@pytest.mark.parametrize(
    ("path", "said"),
    [("", "Paste a list"), ("/nowhere/x", "There is no file"), ("/", "is a folder")],
)
async def test_what_cannot_be_read_is_said_and_the_dialog_stays(path: str, said: str) -> None:
    dialog = MarkListDialog(matcher)
    async with bare(dialog=dialog) as console:
        await console.press("tab")
        await console.write(path)
        await console.press("enter")
        await console.until(lambda: said in console.text(), said)
        assert console.app.screen is dialog


async def test_a_list_that_matches_nobody_has_nothing_to_confirm() -> None:
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await paste(console, "nobody")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        assert "0 users matched." in console.text()
        assert "Mark" not in console.lines()[-3]
        assert "[ Mark" not in console.text()


async def test_a_very_long_list_of_unmatched_names_stays_quick_and_scrolls() -> None:
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await paste(console, "1\n" + "\n".join(f"nobody-{number}" for number in range(30_000)))
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        assert "(30,000)" in console.text()
        assert "and 29,990 more: tab to the list, ↓ shows them" in console.text()
        options = console.app.screen.query_one(OptionList)
        options.focus()
        await console.press("end")
        assert "… and 29,000 more" in console.text()
        assert "[ Mark (1) ]" in console.text()


async def test_control_characters_that_are_pasted_are_not_drawn() -> None:
    async with bare(dialog=MarkListDialog(matcher)) as console:
        await paste(console, "a\x1b[31mb\x07c\u202ed\te")
        assert "\x1b[31m" not in console.text()
        assert "a[31mbcd" in console.text()
        await console.press("tab")
        await paste(console, "/x\x1b[2Jy\nsecond line")
        assert "/x[2Jy" in console.text()
        assert "second" not in console.text()


# Labels from a spreadsheet


async def test_a_spreadsheet_is_reviewed_before_it_labels() -> None:
    wanted = Wanted(2, {"team:red": 2, "vip": 1}, ("nobody: matched nobody",), ("phone",))
    async with bare(dialog=TagImportDialog(lambda _: wanted)) as console:
        await paste(console, "email,team\na@example.com,red")
        await console.press("tab", "tab", "enter")
        await reviewed(console)
        text = console.text()
        assert "2 users get labels: team:red (2), vip (1)" in text
        assert "Columns left out: phone." in text
        assert "Not imported (1):" in text
        await console.press("enter")
        assert await console.returned() is wanted


async def test_what_is_no_spreadsheet_is_said() -> None:
    async with bare(dialog=TagImportDialog(refuse)) as console:
        await paste(console, "one\ntwo")
        await console.press("tab", "tab", "enter")
        await console.until(lambda: "2 lines say nobody." in console.text())
