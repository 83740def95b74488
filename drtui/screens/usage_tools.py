"""Monitor usage's tools: saved filters, columns, marks from a list, labels from a file, copying."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens import tools
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.filters import FiltersDialog, SaveFilter, UseFilter
from drtui.screens.dialogs.mark_list import MarkListDialog, missed_text
from drtui.screens.dialogs.tag_import import TagImportDialog
from drtui.screens.racers import COLUMN_TITLES, USUAL_COLUMNS
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen

_ALWAYS: Final = ("alias",)


async def saved_filters(
    screen: "ConsoleScreen", present: str, problem: str, use: Callable[[str], None]
) -> None:
    """Use a saved filter, save the present one, or forget one.

    Args:
        screen: The dialog stands on it.
        present: The filter that is typed now.
        problem: Why it cannot be saved; empty when it can.
        use: Takes the text of the one that was chosen.
    """
    views = screen.desk.views
    while True:
        saved = await asyncio.to_thread(views.saved_filters)
        answer = await ask(screen, FiltersDialog(saved, present, problem))
        if answer is None:
            return
        if isinstance(answer, UseFilter):
            use(answer.text)
            return
        if isinstance(answer, SaveFilter):
            await asyncio.to_thread(views.save_filter, answer.name, present)
            screen.say(f"Saved: @{answer.name} names it in any filter.")
            return
        await asyncio.to_thread(views.remove_filter, answer.name)


async def columns(
    screen: "ConsoleScreen", shown: Sequence[str], show: Callable[[Sequence[str]], None]
) -> None:
    """Choose columns, and remember them for this account."""
    dialog = ColumnsDialog(COLUMN_TITLES, shown, USUAL_COLUMNS, _ALWAYS)
    names = await ask(screen, dialog)
    if names is not None:
        show(names)
        chosen = () if tuple(names) == USUAL_COLUMNS else names
        await asyncio.to_thread(screen.desk.views.remember_columns, chosen)


async def mark_list(
    screen: "ConsoleScreen", marked: Collection[int], mark: Callable[[Collection[int]], None]
) -> None:
    """Mark whom a pasted list or a file names."""
    found = await ask(screen, MarkListDialog(screen.desk.views.match, marked))
    if found is not None:
        mark(found.keys)
        before, now = len(marked), len({*marked, *found.keys})
        beside = f" ({before:,} marked before, {now:,} now)" if before else ""
        missing = f"; {missed_text(found)}" if found.unmatched else ""
        screen.say(f"{len(found.keys):,} marked from the list{beside}{missing}.")


async def import_tags(screen: "ConsoleScreen") -> None:
    """Put labels on racers as a CSV says; drtui's own, so that nothing is delivered."""
    views = screen.desk.views
    wanted = await ask(screen, TagImportDialog(views.read_tag_import))
    if wanted is not None:
        number = await asyncio.to_thread(views.import_tags, wanted)
        screen.say(f"Tags: {counted(number, 'racer has', 'racers have')} new ones.")


async def copy_emails(screen: "ConsoleScreen", keys: Sequence[int]) -> None:
    """Copy the emails of racers, one a line, and show what was copied."""
    racers = await asyncio.to_thread(screen.desk.racers, keys)
    emails = [clean(racers[key].profile.email or "") for key in keys if key in racers]
    there = [email for email in emails if email]
    if not there:
        screen.say("There is no email to copy.", wrong=True)
        return
    await tools.copy_emails(screen, there, len(keys) - len(there))
