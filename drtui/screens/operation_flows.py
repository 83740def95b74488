"""What is done to an operation, each from its question to what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.handling import is_put_back
from drtui.domain.naming import target_name
from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY, Item, ItemState
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens import queue_flows
from drtui.screens.actions import Actions, Flow
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.reach import Reach, ReachDialog
from drtui.screens.dialogs.settle import Answer, SettleDialog
from drtui.screens.flows import NAME, not_yours, undo_operation
from drtui.screens.operation_cells import STATE_WORDS
from drtui.screens.subject import Subject

_IN_DOUBT: Final = (
    "What was sent without an answer, or with an error, may have arrived: it is not sent again, "
    "and the next reading of the account tells."
)
_REASONS: Final = 4  # told of; the operation's page shows the others
_CONFLICTS: Final = 6


@dataclass(frozen=True, slots=True)
class OneOperation(Subject):
    """An operation as the subject of an action.

    Attributes:
        number: The operation's.
        what: What it does, in a line.
        item: The target under the cursor; None where there is none.
        of: Whose it is, where it is not one's own.
    """

    number: int = 0
    what: str = ""
    item: Item | None = None
    of: str = ""

    def __str__(self) -> str:
        """Say which operation, and which of its targets."""
        whose = f", {clean(self.of)}'s" if self.of else ""
        told = f"Operation {self.number}{whose}: {clean(self.what)}."
        if self.item is None:
            return told
        state = STATE_WORDS[self.item.state]
        return (
            f"{told} Under the cursor: {target_name(self.item.label, self.item.target)}, {state}."
        )


def one_operation(number: int, what: str, item: Item | None = None, of: str = "") -> OneOperation:
    """Return an operation as the subject of an action; `of` is whose it is, if not one's own."""
    return OneOperation(
        (), frozenset(), marked=False, hidden=0, number=number, what=what, item=item, of=of
    )


async def _retry(actions: Actions, it: OneOperation) -> bool:
    log = actions.desk.log

    def about(count: int) -> list[str]:
        whom = counted(count, "target that failed is", "targets that failed are")
        return [*_whose(it), f"{whom} sent again.", *actions.delivery(count)]

    def warn(targets: Collection[str]) -> list[str]:
        return log.overtaken(it.number, targets)

    targets = await _whom(actions, it, {ItemState.FAILED}, "Retry", about, warn=warn)
    if targets is None:
        return False
    retried = await asyncio.to_thread(log.retry, it.number, targets)
    again = counted(retried, "is tried", "are tried")
    actions.say(f"Retry: {again} again, operation {it.number}.")
    return True


async def _cancel(actions: Actions, it: OneOperation) -> bool:
    log = actions.desk.log
    found = await asyncio.to_thread(log.operations, [it.number])
    undo = "; undo puts it back" if is_put_back(found[it.number].operation.kind) else ""

    def about(count: int) -> list[str]:
        whom = counted(count, "target is", "targets are")
        return [
            *_whose(it),
            f"{whom} still on the way. What was not sent yet will not be sent. What is done stays "
            f"as it is{undo}.",
        ]

    def warn(targets: Collection[str]) -> list[str]:
        return [_IN_DOUBT] if log.perhaps_arrived(it.number, targets) else []

    targets = await _whom(actions, it, ON_THE_WAY, _verb("Cancel", it), about, warn=warn)
    if targets is None:
        return False
    cancelled, doubtful = await asyncio.to_thread(log.cancel, it.number, targets, it.of)
    doubt = f"; {doubtful:,} may have been applied already" if doubtful else ""
    actions.say(f"Cancel: {cancelled:,} cancelled{doubt}, operation {it.number}.")
    return True


def _whose(it: OneOperation) -> list[str]:
    return [not_yours(it.number, it.of)] if it.of else []


def _verb(verb: str, it: OneOperation) -> str:
    """What a button says that ends another's targets."""
    return f"{verb} {clean(it.of, NAME)}'s" if it.of else verb


async def _set_aside(actions: Actions, it: OneOperation) -> bool:
    def about(count: int) -> list[str]:
        whom = counted(count, "target that needs a hand is", "targets that need a hand are")
        return [
            *_whose(it),
            f"{whom} accepted as the account has it. Nothing is sent, and nothing of it can be "
            "retried or settled any more.",
            "It stays in the history, cancelled, with its reason. What was done for others can "
            "still be undone.",
        ]

    targets = await _whom(actions, it, NEEDS_A_HAND, _verb("Set aside", it), about)
    if targets is None:
        return False
    failed, conflicts = await asyncio.to_thread(
        actions.desk.log.set_aside, it.number, targets, it.of
    )
    actions.say(
        f"Set aside: {failed:,} that failed, {conflicts:,} in conflict, operation {it.number}."
    )
    return True


async def _whom(
    actions: Actions,
    it: OneOperation,
    states: Collection[ItemState],
    verb: str,
    about: Callable[[int], list[str]],
    *,
    warn: Callable[[Collection[str]], list[str]] = lambda _: [],
) -> list[str] | None:
    """Ask for whom: the target under the cursor where it is in one of the states, else all.

    From the one the dialog leads to all: those that were counted, and none that follow meanwhile.

    Args:
        actions: Shows the dialogs.
        it: The operation, and the target under the cursor.
        states: Of which targets there is something to do.
        verb: What the button says, without the count.
        about: Says what happens to so many.
        warn: Reads what else there is to know of those who are meant; called in a thread.

    Returns:
        The profile ids; None when the dialog was left, or there are none any more.
    """
    counted_ones = await asyncio.to_thread(actions.desk.log.targets_in, it.number, states)
    reasons = await asyncio.to_thread(actions.desk.log.reasons, it.number, states)
    count = len(counted_ones)
    item = it.item if it.item is not None and it.item.state in states else None
    button = "Cancel it" if verb == "Cancel" else verb  # which alone is what leaves other dialogs
    if item is not None:
        told = [f"So far: {_bare(item.reason)}."] if item.reason else []
        more = f"all {count:,} of the operation" if count > 1 else ""
        title = f"{verb}: {target_name(item.label, item.target)}, operation {it.number}"
        told += await asyncio.to_thread(warn, [item.target])
        answer = await actions.ask(ReachDialog(title, [*about(1), *told], f"{button} (1)", more))
        if answer is None:
            return None
        if answer is Reach.ONE:
            return [item.target]
    told = [f"{number:,}: {clean(reason)}" for reason, number in reasons[:_REASONS] if reason]
    if len(reasons) > _REASONS:
        told.append("and others for other reasons.")
    told += await asyncio.to_thread(warn, counted_ones)
    dialog = ConfirmDialog(
        f"{verb}: operation {it.number}",
        [*about(count), *told],
        confirm=f"{button} ({count:,})",
        cancel="Leave it" if verb.startswith("Cancel") else "Cancel",
        careful=bool(it.of) and verb != "Retry",
    )
    return (counted_ones or None) if await actions.ask(dialog) else None


def _bare(sentence: str) -> str:
    """Return a reason without the full stop that the deployment may end it with."""
    return clean(sentence).rstrip(". ")


async def _settle(actions: Actions, it: OneOperation) -> bool:
    """Settle the conflict under the cursor, else all; from one the dialog leads to all."""
    log = actions.desk.log
    conflict = [ItemState.CONFLICT]
    conflicts = await asyncio.to_thread(log.targets_in, it.number, conflict)
    count = len(conflicts)
    first = await asyncio.to_thread(log.first_items, it.number, conflict, _CONFLICTS)
    item = it.item if it.item is not None and it.item.state is ItemState.CONFLICT else None
    names = await asyncio.to_thread(log.told_apart, first if item is None else [*first, item])
    while True:
        shown = first if item is None else [item]
        more = "" if item is None or count == 1 else f"all {count:,} conflicts"
        answer = await actions.ask(
            SettleDialog(
                it.number, shown, count if item is None else 1, more, _whose(it), names=names
            )
        )
        if answer is not Answer.ALL:
            break
        item = None
    targets = conflicts if item is None else [item.target]
    if not targets:
        return False
    if answer is Answer.THEIRS:
        if it.of and not await actions.ask(_leave_theirs(it, len(targets))):
            return False
        kept = await asyncio.to_thread(log.keep_theirs, it.number, targets, it.of)
        actions.say(f"Theirs are kept for {counted(kept, 'target')}, operation {it.number}.")
    elif answer is Answer.OURS:
        applied = await asyncio.to_thread(log.apply_ours, it.number, targets)
        actions.say(f"Ours are applied to {counted(applied, 'target')}, operation {it.number}.")
    return answer is not None


def _leave_theirs(it: OneOperation, count: int) -> ConfirmDialog:
    """Ask whether another's targets are to end as the account has them."""
    whom = counted(count, "conflict is", "conflicts are")
    told = [*_whose(it), f"{whom} settled: the account stays as it is, and nothing is sent."]
    button = f"Keep theirs ({count:,})"
    return ConfirmDialog(
        f"{_verb('Settle', it)}: operation {it.number}", told, button, careful=True
    )


async def _undo(actions: Actions, it: OneOperation) -> bool:
    return await undo_operation(actions, it.number, it.of)


async def _edit(actions: Actions, it: OneOperation) -> bool:
    return await queue_flows.edit(actions, it.number, it.what, it.of)


async def _earlier(actions: Actions, it: OneOperation) -> bool:
    return await queue_flows.step(actions, it.number, -1, it.of)


async def _later(actions: Actions, it: OneOperation) -> bool:
    return await queue_flows.step(actions, it.number, 1, it.of)


def _about_one(way: Callable[[Actions, OneOperation], Awaitable[bool]]) -> Flow:
    async def flow(actions: Actions, subject: Subject) -> bool:
        assert isinstance(subject, OneOperation), "the operations' screens act on one of them"
        return await way(actions, subject)

    return flow


FLOWS: Final[Mapping[str, Flow]] = {
    "retry": _about_one(_retry),
    "settle": _about_one(_settle),
    "set_aside": _about_one(_set_aside),
    "cancel": _about_one(_cancel),
    "undo": _about_one(_undo),
    "edit": _about_one(_edit),
    "earlier": _about_one(_earlier),
    "later": _about_one(_later),
}
"""By the name of the screens' action."""
