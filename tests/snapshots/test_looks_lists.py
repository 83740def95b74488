"""How the dialogs around the racers' table look: what is shown, found, labelled and copied."""

import pytest

from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.filters import FiltersDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.dialogs.summary import SummaryDialog
from drtui.screens.dialogs.tag_import import TagImportDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.store.database import Database
from tests.snapshots.looking import EVERY, Look
from tests.snapshots.scenes import filtered, on_the_way, paste
from tests.support.driving import Console

SHEET = """email,team,tags,phone
ada-l@example.com,red,vip
b0lt@example.com,blue,
RacerAlias,red,late
nobody@example.com,red,
grace@example.com,two words,
"""


async def saved(console: Console, name: str, text: str) -> None:
    await filtered(console, text)
    await console.press("f")
    await console.dialog(FiltersDialog)
    await console.press("n")
    await console.write(name)
    await console.press("enter")
    await console.back()


async def test_the_whole_usage_summary(look: Look, database: Database) -> None:
    on_the_way(database)
    async with look() as console:
        await console.press("i")
        await console.dialog(SummaryDialog)


async def test_choosing_what_to_sort_by(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("s")
        await console.dialog(SortDialog)


async def test_choosing_columns(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await console.press("c")
        await console.dialog(ColumnsDialog)
        await console.press("j", "j", "space", "J")


async def test_saved_filters(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await saved(console, "late", "used>90%")
        await console.press("escape")
        await saved(console, "finalists", "racer or ada")
        await console.press("f")
        await console.dialog(FiltersDialog)


async def test_saving_a_filter(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await saved(console, "late", "used>90%")
        await console.press("f")
        await console.dialog(FiltersDialog)
        await console.press("n")
        await console.write("late")


async def test_no_filter_is_saved_yet(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("f")
        await console.dialog(FiltersDialog)


async def test_a_list_to_mark_from(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("L")
        await console.dialog(MarkListDialog)


async def test_a_list_that_is_not_there(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("L")
        await console.dialog(MarkListDialog)
        await console.press("tab")
        await paste(console, "/nowhere/list.csv")
        await console.press("enter")
        await console.until(lambda: "There is no file" in console.text())


async def test_whom_a_list_names(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await console.press("space", "L")
        await console.dialog(MarkListDialog)
        names = ["ada-l", "b0lt@example.com", "[bold red]jo[/]", "RacerAlias"]
        nobody = [f"guest-{number}@example.com" for number in range(20)]
        await paste(console, "\n".join([*names, *nobody]))
        await console.press("tab", "tab", "enter")
        await console.dialog(ReviewDialog)


async def test_tags(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        for label in ("team:red vip", "team:blue"):
            await console.press("space", "t")
            await console.dialog(TagsDialog)
            await paste(console, label)
            await console.press("enter")
            await console.back()
        await console.press("a", "t")
        await console.dialog(TagsDialog)
        await console.write("late te")


async def test_tags_that_cannot_be(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("space", "t")
        await console.dialog(TagsDialog)
        await paste(console, "team:red vip")
        await console.press("down")
        await console.write("vip")


async def test_a_sheet_to_import_tags_from(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("I")
        await console.dialog(TagImportDialog)
        await paste(console, SHEET)


async def test_tags_that_are_imported(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("I")
        await console.dialog(TagImportDialog)
        await paste(console, SHEET)
        await console.press("tab", "tab", "enter")
        await console.dialog(ReviewDialog)


async def test_emails_that_were_copied(
    look: Look, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    monkeypatch.delenv("TMUX", raising=False)
    async with look() as console:
        await console.press("a", "y")
        await console.dialog(CopiedDialog)
