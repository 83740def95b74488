"""What is done to an operation, each from its question to what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Flow, Subject
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.settle import Answer, SettleDialog
from drtui.screens.flows import undo_operation

_REASONS: Final = 4  # told of; the operation's page shows the others
_CONFLICTS: Final = 6


@dataclass(frozen=True, slots=True)
class OneOperation(Subject):
    """An operation as the subject of an action.

    Attributes:
        number: The operation's.
        what: What it does, in a line.
        item: The target under the cursor; None where there is none.
    """

    number: int = 0
    what: str = ""
    item: Item | None = None

    def __str__(self) -> str:
        """Say which operation."""
        return f"Operation {self.number}: {clean(self.what)}."


def one_operation(number: int, what: str, item: Item | None = None) -> OneOperation:
    """Return an operation as the subject of an action."""
    return OneOperation(
        (), frozenset(), marked=False, hidden=0, number=number, what=what, item=item
    )


async def _retry(actions: Actions, it: OneOperation) -> bool:
    failed = [ItemState.FAILED]
    reasons = await asyncio.to_thread(actions.desk.log.reasons, it.number, failed)
    count = sum(number for _, number in reasons)
    told = [f"{number:,}: {clean(reason)}" for reason, number in reasons[:_REASONS] if reason]
    if len(reasons) > _REASONS:
        told.append("and others for other reasons.")
    whom = _counted(count, "target that failed is", "targets that failed are")
    dialog = ConfirmDialog(
        f"Retry operation {it.number}",
        [f"{whom} sent again.", *told, *actions.delivery(count)],
        confirm=f"Retry ({count:,})",
    )
    if not await actions.ask(dialog):
        return False
    retried = await asyncio.to_thread(actions.desk.log.retry, it.number)
    actions.say(f"Retry: {retried:,} are tried again, operation {it.number}.")
    return True


async def _cancel(actions: Actions, it: OneOperation) -> bool:
    found = await asyncio.to_thread(actions.desk.log.operations, [it.number])
    count = found[it.number].operation.count(*ON_THE_WAY)
    whom = _counted(count, "target is", "targets are")
    dialog = ConfirmDialog(
        f"Cancel operation {it.number}",
        [
            f"{whom} still on the way, and not sent any more. What is done stays as it is; undo "
            "puts it back.",
            "What is being sent now may have arrived: the next reading of the account tells.",
        ],
        confirm=f"Cancel what is pending ({count:,})",
        cancel="Leave it",
    )
    if not await actions.ask(dialog):
        return False
    cancelled, doubtful = await asyncio.to_thread(actions.desk.log.cancel, it.number)
    doubt = f"; {doubtful:,} may have been applied already" if doubtful else ""
    actions.say(f"Cancel: {cancelled:,} cancelled{doubt}, operation {it.number}.")
    return True


async def _settle(actions: Actions, it: OneOperation) -> bool:
    """Settle the conflict under the cursor, else all; from one the dialog leads to all."""
    log = actions.desk.log
    conflict = [ItemState.CONFLICT]
    found = await asyncio.to_thread(log.operations, [it.number])
    count = found[it.number].operation.count(ItemState.CONFLICT)
    first = await asyncio.to_thread(log.first_items, it.number, conflict, _CONFLICTS)
    item = it.item if it.item is not None and it.item.state is ItemState.CONFLICT else None
    while True:
        shown = first if item is None else [item]
        more = "" if item is None or count == 1 else f"all {count:,} conflicts"
        answer = await actions.ask(
            SettleDialog(it.number, shown, count if item is None else 1, more)
        )
        if answer is not Answer.ALL:
            break
        item = None
    targets = [] if item is None else [item.target]
    if answer is Answer.THEIRS:
        kept = await asyncio.to_thread(log.keep_theirs, it.number, targets)
        actions.say(f"Theirs are kept for {kept:,}, operation {it.number}.")
    elif answer is Answer.OURS:
        applied = await asyncio.to_thread(log.apply_ours, it.number, targets)
        actions.say(f"Ours are applied to {applied:,}, operation {it.number}.")
    return answer is not None


async def _undo(actions: Actions, it: OneOperation) -> bool:
    return await undo_operation(actions, it.number)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def _about_one(way: Callable[[Actions, OneOperation], Awaitable[bool]]) -> Flow:
    async def flow(actions: Actions, subject: Subject) -> bool:
        assert isinstance(subject, OneOperation), "the operations' screens act on one of them"
        return await way(actions, subject)

    return flow


FLOWS: Final[Mapping[str, Flow]] = {
    "retry": _about_one(_retry),
    "settle": _about_one(_settle),
    "cancel": _about_one(_cancel),
    "undo": _about_one(_undo),
}
"""By the name of the screens' action."""
