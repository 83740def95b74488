"""What is done with races without a plan: written, copied, begun from a template."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import span_text
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.race_alias import RaceAliasDialog
from drtui.screens.dialogs.race_template import RaceTemplateDialog
from drtui.screens.dialogs.race_writing import RaceWritingDialog
from drtui.screens.race_texts import WriteTexts, Writing
from drtui.screens.tools import ask, copy_and_show

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen


async def write(screen: "ConsoleScreen", keys: Sequence[int]) -> None:
    """Write races to a new file or folder, as is asked for."""
    planner = screen.desk.races.planner
    whats = [one for one in Writing if len(keys) == 1 or one is not Writing.LEADERBOARD]
    texts, problem = WriteTexts(what=whats[0]), ""
    while True:
        dialog = RaceWritingDialog(str(screen.subject()), whats, texts, problem)
        answer = await ask(screen, dialog)
        if answer is None:
            return
        texts = answer
        try:
            told = await asyncio.to_thread(planner.write, keys, texts)
        except InvalidInputError as error:
            problem = str(error)
        else:
            screen.say(told)
            return


async def templates(screen: "ConsoleScreen") -> None:
    """Write a race file from a template."""
    planner = screen.desk.races.planner
    names = planner.template_names()
    chosen, path, problem = names[0], "", ""
    while True:
        answer = await ask(screen, RaceTemplateDialog(names, chosen, path, problem))
        if answer is None:
            return
        chosen, path = answer
        try:
            file = await asyncio.to_thread(planner.save_template, chosen, path)
        except InvalidInputError as error:
            problem = str(error)
        else:
            screen.say(f"Written, to be edited and then read by o: {file}.")
            return


async def hide(screen: "ConsoleScreen", aliases: Sequence[tuple[str, bool]]) -> None:
    """Hide an alias of a leaderboard from audiences, or show it again; see `RaceAliasDialog`."""
    answer = await ask(screen, RaceAliasDialog(aliases))
    if answer is not None:
        alias, hidden = answer
        told, done = await asyncio.to_thread(screen.desk.live.hide_or_show, alias, hidden=hidden)
        screen.say(told, wrong=not done)


async def copy_races(screen: "ConsoleScreen", keys: Sequence[int]) -> None:
    """Copy races, one a line, and show what was copied."""
    found = (await asyncio.to_thread(screen.desk.races.races, keys)).values()
    lines = [
        "\t".join(
            (
                clean(one.row.definition.name),
                span_text(one.row.definition, one.zone),
                one.row.race_id or "to be created",
            )
        )
        for one in found
    ]
    what = f"{counted(len(lines), 'race')}: name, from when to when, id"
    await copy_and_show(screen, "\n".join(lines), what)
