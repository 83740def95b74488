"""Dialogs about lists: marking from one, labels from one, saved filters, columns, tags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import OptionList

from drtui.commands.tags import read_tags
from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import SavedFilter
from drtui.domain.tags import OtherValues, Tag, other_values
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.filters import FiltersDialog, RemoveFilter, SaveFilter, UseFilter
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.tag_import import TagImportDialog
from drtui.screens.dialogs.tags import TagsDialog, TagTexts
from tests.support.dialogs import SIZES, Bare, bare

HOSTILE = "[bold]x[/]\x1b[2Jparty"


@dataclass(frozen=True)
class Found:
    """What a list names."""

    keys: tuple[int, ...] = ()
    unmatched: tuple[str, ...] = ()
    of_several: int = 0


@dataclass(frozen=True)
class Wanted:
    """What a spreadsheet asks for."""

    users: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def matcher(lines: Sequence[str]) -> Found:
    """Numbers match the user of that number; nothing else matches anybody."""
    names = [line.strip() for line in lines if line.strip()]
    keys = tuple(int(name) for name in names if name.isdecimal())
    return Found(keys, tuple(name for name in names if not name.isdecimal()))


def refuse(lines: Sequence[str]) -> Wanted:
    raise InvalidInputError(f"{len(lines)} lines say nobody.")


async def paste(console: Bare, text: str) -> None:
    console.app.post_message(events.Paste(text))
    await console.pilot.pause()


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


# Saved filters

SAVED = [SavedFilter("late", "used>90%"), SavedFilter("Reds", "team:red [b]x")]


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

TITLES = {"alias": "Alias", "email": "Email", "hours": "Hours", "bar": "Hours as a bar"}


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


# Tags


def beside(add: Sequence[str], remove: Sequence[str]) -> OtherValues:
    change = read_tags(add, remove)
    red, vip = Tag("team", "red"), Tag("tag", "vip")
    present = {frozenset({red}): 9, frozenset({red, vip}): 2, frozenset({vip}): 1}
    return other_values(present, change.add, change.remove)


def tags_dialog() -> TagsDialog:
    return TagsDialog(
        "12 marked users",
        12,
        {"team:red": 11, "vip": 3},
        ["team:red", "team:blue", "vip"],
        beside,
    )


@pytest.mark.parametrize("size", SIZES)
async def test_labels_are_typed_and_completed(size: tuple[int, int]) -> None:
    async with bare(dialog=tags_dialog(), size=size) as console:
        assert "now: team:red (11), vip (3)" in console.text()
        assert "[ Set tags (12) ]" in console.text()
        await console.write("team:b")
        await console.press("tab")
        await console.write("late,new")
        await console.press("tab")
        await console.write("vi")
        await console.press("tab", "enter")
        assert await console.returned() == TagTexts(("team:blue", "late", "new"), ("vip",))


async def test_what_cannot_be_a_label_is_said_at_once_and_not_taken() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.press("enter")
        await console.write("team:a:b")
        assert "cannot be a label" in console.text()
        await console.press("enter")
        assert console.results == []
        await console.press("ctrl+u")
        await console.write("vip")
        await console.press("down")
        await console.write("vip")
        assert "cannot be both added and removed" in console.text()
        await console.press("escape")
        assert await console.returned() is None


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_whoever_has_another_team_is_told_and_both_stay_unless_it_is_ticked(
    size: tuple[int, int],
) -> None:
    async with bare(dialog=tags_dialog(), size=size) as console:
        assert "f2" not in console.text()
        await console.write("team:blue")
        assert "11 have another team already: team:red (11)." in console.text()
        assert "[ ] f2 takes it off; without a tick both stay" in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), ())


@pytest.mark.parametrize("way", ["its key", "the box"])
async def test_the_other_team_is_taken_off_where_that_is_ticked(way: str) -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.write("team:blue")
        await console.press(*(["f2"] if way == "its key" else ["down", "down", "space"]))
        assert "[x] f2 takes it off" in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), (), instead=True)


async def test_a_tick_counts_only_while_there_is_something_to_be_instead_of() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await console.press("f2")
        await console.write("team:blue")
        assert "[ ] f2 takes it off" in console.text()  # the key did nothing before
        await console.press("f2", "down")
        await console.write("team:red")
        assert "another team" not in console.text()
        await console.press("enter")
        assert await console.returned() == TagTexts(("team:blue",), ("team:red",))


async def test_all_labels_that_are_pasted_are_taken() -> None:
    async with bare(dialog=tags_dialog()) as console:
        await paste(console, "late\r\n\r\nclass:a\nfinals\n")
        await console.press("enter")
        assert await console.returned() == TagTexts(("late", "class:a", "finals"), ())


async def test_the_line_offers_known_labels() -> None:
    async with bare(dialog=tags_dialog()) as console:
        assert "team:red  team:blue  vip" in console.text()
        await console.write("v")
        assert "team:blue" not in console.text()


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
