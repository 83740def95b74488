"""What is done to an operation that waits in the queue: other values, another place."""

import asyncio
from collections.abc import Sequence
from typing import Final

from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.quota import QuotaDialog, QuotaTexts

_HINT: Final = "N, +N, -N or unlimited; an empty field leaves the quota as the account has it."


async def edit(actions: Actions, number: int, what: str) -> bool:
    """Ask for other quotas, show what becomes of the targets, and edit.

    Args:
        actions: Shows the dialogs.
        number: The operation's.
        what: What it does, in a line.
    """
    log = actions.desk.log
    typed = QuotaTexts("", "")
    while True:
        title = f"Edit operation {number}"
        answer = await actions.ask(QuotaDialog(title, clean(what), _HINT, typed=typed))
        if answer is None:
            return False
        typed = answer
        plan = await asyncio.to_thread(log.plan_edit, number, typed.hours, typed.models)
        told = [
            f"It becomes “{clean(plan.what)}”.",
            f"{plan.changes:,} will change, {plan.already_so:,} already so.",
            *(f"{count:,} left out: {clean(reason)}." for reason, count in plan.cannot),
        ]
        if await actions.ask(ConfirmDialog(title, told, f"Edit ({plan.changes:,})")):
            await asyncio.to_thread(log.edit, number, typed.hours, typed.models, plan)
            actions.say(f"Edit: {plan.changes:,} planned anew, operation {number}.")
            return True


async def step(actions: Actions, number: int, steps: int) -> bool:
    """Move an operation some places towards the end of the queue, or the front below 0."""
    anew, queue = await asyncio.to_thread(actions.desk.log.step, number, steps)
    told = f"; {counted(anew, 'target')} planned anew" if anew else ""
    actions.say(f"Operation {number} is {_place(queue, number)} in the queue{told}.")
    return True


def _place(queue: Sequence[int], number: int) -> str:
    return f"number {queue.index(number) + 1:,} of {len(queue):,}"
