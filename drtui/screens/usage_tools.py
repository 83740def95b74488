"""The tables' tools: saved filters, columns, marks from a list, labels from a file, copying."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens import tools
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.filters import FiltersDialog, SaveFilter, UseFilter
from drtui.screens.dialogs.mark_list import NAMES, MarkListDialog, Matched, missed_text
from drtui.screens.dialogs.tag_import import TagImportDialog
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen
    from drtui.screens.sheet import Sheet


async def saved_filters(
    screen: "ConsoleScreen",
    present: str,
    problem: str,
    use: Callable[[str], None],
    language: Language = RACERS,
) -> None:
    """Use a saved filter, save the present one, or forget one.

    Args:
        screen: The dialog stands on it.
        present: The filter that is typed now.
        problem: Why it cannot be saved; empty when it can.
        use: Takes the text of the one that was chosen.
        language: What they are filters of.
    """
    views = screen.desk.views
    while True:
        saved = await asyncio.to_thread(views.saved_filters, language)
        answer = await ask(screen, FiltersDialog(saved, present, problem))
        if answer is None:
            return
        if isinstance(answer, UseFilter):
            use(answer.text)
            return
        if isinstance(answer, SaveFilter):
            await asyncio.to_thread(views.save_filter, answer.name, present, language)
            screen.say(f"Saved: @{answer.name} names it in any filter.")
            return
        await asyncio.to_thread(views.remove_filter, answer.name, language)


async def columns(
    screen: "ConsoleScreen",
    sheet: "Sheet",
    shown: Sequence[str],
    show: Callable[[Sequence[str]], None],
) -> None:
    """Choose a table's columns, and remember them for this account."""
    dialog = ColumnsDialog(sheet.titles, shown, sheet.usual, sheet.always)
    names = await ask(screen, dialog)
    if names is not None:
        show(names)
        chosen = () if tuple(names) == sheet.usual else names
        await asyncio.to_thread(screen.desk.views.remember_columns, chosen, sheet.name)


async def mark_list(
    screen: "ConsoleScreen",
    marked: Collection[int],
    mark: Callable[[Collection[int]], None],
    *,
    match: Callable[[Sequence[str]], Matched] | None = None,
    takes: str = NAMES,
    what: str = "user",
) -> None:
    """Mark what a pasted list or a file names.

    Args:
        screen: The dialog stands on it.
        marked: What is marked already, by key.
        mark: Marks more.
        match: Finds what a list names; by itself, racers.
        takes: What the list may hold.
        what: What is marked, such as `user`.
    """
    dialog = MarkListDialog(match or screen.desk.views.match, marked, takes, what)
    found = await ask(screen, dialog)
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


async def copy_models(screen: "ConsoleScreen", keys: Sequence[int]) -> None:
    """Copy models, one a line, and show what was copied."""
    found = (await asyncio.to_thread(screen.desk.models.models, keys)).values()
    told = [(one.alias or one.profile_id, one.email or "", one.name, one.model_id) for one in found]
    lines = ["\t".join(clean(text) for text in one) for one in told]
    what = f"{counted(len(lines), 'model')}: racer, email, name, id"
    await tools.copy_and_show(screen, "\n".join(lines), what)
