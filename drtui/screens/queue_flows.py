"""What is done to an operation that waits in the queue: other values, another place."""

import asyncio
from typing import Final

from drtui.commands.queueing import read_edit
from drtui.domain.actions import Action
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole
from drtui.domain.quota_actions import SetQuotas, hours_text
from drtui.domain.text import clean
from drtui.screens.actions import Actions
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.quota import QuotaDialog, QuotaTexts
from drtui.screens.dialogs.role import RoleDialog
from drtui.screens.flows import not_yours

_HINT: Final = "N, +N, -N or unlimited; an empty field leaves the quota as the account has it."


class _Quotas:
    def __init__(self, actions: Actions, title: str, what: str, present: SetQuotas) -> None:
        self._actions = actions
        self._title = title
        self._what = what
        self._present = present
        hours, models = present.minutes, present.models
        self._asked = QuotaTexts(
            "" if hours is None else hours_text(hours), "" if models is None else str(models)
        )
        self._typed = self._asked

    async def ask(self) -> Action | None:
        dialog = QuotaDialog(self._title, self._what, _HINT, typed=self._typed)
        answer = await self._actions.ask(dialog)
        if answer is None:
            return None
        self._typed = answer
        # What was left as it stood is kept as it was asked for, and not as it is rounded.
        hours = None if answer.hours == self._asked.hours else answer.hours
        models = None if answer.models == self._asked.models else answer.models
        if hours is None and models is None:
            return self._present
        return read_edit(hours, models, present=self._present)


class _Alias:
    def __init__(self, actions: Actions, what: str, present: ChangeAlias) -> None:
        self._actions = actions
        self._what = what
        self._typed = present.alias

    async def ask(self) -> Action | None:
        check = self._actions.planner.check_alias
        answer = await self._actions.ask(AliasDialog(self._what, check, self._typed))
        if answer is None:
            return None
        self._typed = answer
        return read_edit(alias=answer)


class _Role:
    def __init__(self, actions: Actions, what: str, present: ChangeRole) -> None:
        self._actions = actions
        self._what = what
        self._chosen = present.role

    async def ask(self) -> Action | None:
        chosen = await self._actions.ask(RoleDialog(self._what, None, self._chosen))
        if chosen is None:
            return None
        self._chosen = chosen
        return read_edit(role=chosen)


def _form(actions: Actions, title: str, what: str, present: Action) -> _Quotas | _Alias | _Role:
    """Return what asks for another value; it begins with the present one, or what was typed."""
    if isinstance(present, ChangeAlias):
        return _Alias(actions, what, present)
    if isinstance(present, ChangeRole):
        return _Role(actions, what, present)
    assert isinstance(present, SetQuotas), "one of handling.EDITABLE"
    return _Quotas(actions, title, what, present)


async def edit(actions: Actions, number: int, what: str, of: str) -> bool:
    """Ask for another value, show what becomes of the targets, and edit.

    Args:
        actions: Shows the dialogs.
        number: The operation's.
        what: What it does, in a line.
        of: Whose it is, where it is not one's own.
    """
    log, title = actions.desk.log, f"Edit operation {number}"
    present = await asyncio.to_thread(log.asked_for_now, number)
    form = _form(actions, title, clean(what), present)
    while (action := await form.ask()) is not None:
        plan = await asyncio.to_thread(log.plan_edit, number, action, of)
        told = [
            *([not_yours(number, of)] if of else []),
            f"It becomes “{clean(plan.what)}”.",
            f"{plan.changes:,} will change, {plan.already_so:,} already so.",
            *(f"{count:,} left out: {clean(reason)}." for reason, count in plan.cannot),
            *(f"Note: {clean(note)}." for note in plan.notes),
        ]
        dialog = ConfirmDialog(title, told, f"Edit ({plan.changes:,})", careful=bool(of))
        if await actions.ask(dialog):
            await asyncio.to_thread(log.edit, number, action, plan, of)
            actions.say(f"Edit: {plan.changes:,} planned anew, operation {number}.")
            return True
    return False


async def step(actions: Actions, number: int, steps: int, of: str) -> bool:
    """Move an operation some places towards the end of the queue, or the front below 0.

    Args:
        actions: Shows the dialogs.
        number: The operation's.
        steps: How many places.
        of: Whose it is, where it is not one's own.
    """
    if of:
        way = "earlier" if steps < 0 else "later"
        title = f"Deliver operation {number} {way}"
        dialog = ConfirmDialog(title, [not_yours(number, of)], "Move", careful=True)
        if not await actions.ask(dialog):
            return False
    moved = await asyncio.to_thread(actions.desk.log.step, number, steps, of)
    actions.say(moved.told())
    return True
