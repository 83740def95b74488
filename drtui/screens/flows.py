"""The actions on racers, each from its question to its operation."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.plan_lines import done_at_once
from drtui.domain.planning import Outcome, Plan
from drtui.domain.quota_notes import QuotasNow
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.quota import QuotaDialog, QuotaTexts
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.commands.undo import UndoPlan

NAME: Final = 16
"""How many characters of a system user's name a button has room for."""
_MOST_COUNTED: Final = 10_000  # rows whose present limits are read before a dialog opens
_SET, _PAUSE, _RESUME, _UNDO = (
    "Set usage quotas",
    "Pause sponsorship",
    "Resume sponsorship",
    "Undo",
)


async def set_quotas(actions: Actions, subject: Subject) -> bool:
    """Set usage quotas."""
    selection = actions.selection(subject)
    now = QuotasNow()
    if len(subject.keys) <= _MOST_COUNTED:
        now = await asyncio.to_thread(actions.planner.quotas_now, selection)
    texts = QuotaTexts("", "")
    while True:
        answer = await actions.ask(
            QuotaDialog(
                _SET,
                str(subject),
                "N, +N, -N or unlimited; an empty field leaves the quota as it is.",
                hours=now.hours,
                models=now.models,
                paused=now.paused,
                typed=texts,
            )
        )
        if answer is None:
            return False
        texts = answer
        if await actions.decide(partial(_quotas, actions, subject, texts), back=True):
            return True


def _quotas(actions: Actions, subject: Subject, texts: QuotaTexts) -> Proposal:
    plan = actions.planner.set_quotas(actions.selection(subject), texts.hours, texts.models)
    return actions.proposal(plan, _SET, subject)


async def pause(actions: Actions, subject: Subject) -> bool:
    """Pause sponsorship."""
    selection = actions.selection(subject)

    def propose() -> Proposal:
        plan = actions.planner.pause(selection)
        return actions.proposal(plan, _PAUSE, subject, actions.planner.pause_consequences)

    return await actions.decide(propose)


async def resume(actions: Actions, subject: Subject) -> bool:
    """Resume sponsorship; ask for limits where none are known."""
    plan = await asyncio.to_thread(actions.planner.resume, actions.selection(subject))
    texts = QuotaTexts("", "")
    lacking = plan.count(Outcome.CANNOT)
    if not lacking:
        return await actions.decide(partial(_resumed, actions, subject, texts))
    while True:
        answer = await actions.ask(_lacking_dialog(plan, lacking, texts))
        if answer is None:
            return False
        texts = answer
        if await actions.decide(partial(_resumed, actions, subject, texts), back=True):
            return True


def _resumed(actions: Actions, subject: Subject, texts: QuotaTexts) -> Proposal:
    plan = actions.planner.resume(actions.selection(subject), texts.hours, texts.models)
    return actions.proposal(plan, _RESUME, subject)


def _lacking_dialog(plan: Plan, lacking: int, typed: QuotaTexts) -> QuotaDialog:
    reason, _ = plan.reasons(Outcome.CANNOT)[0]
    return QuotaDialog(
        _RESUME,
        f"For {lacking:,} of {len(plan.rows):,} {reason}. What shall they get?",
        "N or unlimited. Without an answer they stay paused.",
        typed=typed,
        relative=False,
        without="Leave them paused",
    )


async def undo(actions: Actions, _: Subject) -> bool:
    """Undo one's own last operation."""
    return await undo_operation(actions, None)


async def undo_operation(actions: Actions, operation: int | None, of: str = "") -> bool:
    """Undo an operation; one's own last that can be undone where none is named.

    Args:
        actions: Shows the dialogs.
        operation: The operation's number.
        of: Whose it is, where it is not one's own.
    """

    def propose() -> Proposal:
        undo = actions.planner.undo(operation, of)
        changes = undo.plan.count(Outcome.CHANGE)
        at_once = done_at_once(undo.plan)
        notes = [not_yours(operation, of)] if operation is not None and of else []
        notes += [f"{undo.not_sent:,} not sent yet will be cancelled."] if undo.not_sent else []
        return Proposal(
            undo.plan,
            f"{_UNDO} {clean(of, NAME)}'s" if of else _UNDO,
            undo.not_sent + changes,
            [*notes, *map(clean, undo.skipped), *actions.delivery(changes, at_once=at_once)],
            lambda: actions.planner.submit_undo(undo),
            careful=True,
            said=_undone(undo, changes),
        )

    return await actions.decide(propose)


def _undone(undo: "UndoPlan", changes: int) -> str:
    """Say what an undo does, where that is more than to put back."""
    if not undo.not_sent:
        return ""
    if not changes:
        return f"{undo.not_sent:,} cancelled, operation {undo.undone.operation_id}"
    return f"{changes:,} to be put back, {undo.not_sent:,} cancelled"


def not_yours(operation: int, of: str) -> str:
    """Say whose an operation is, for whoever is about to do something to it."""
    return f"Operation {operation} is {clean(of)}'s, not yours; the journal will say that it was."


FLOWS: Final[Mapping[str, Flow]] = {
    "set_quotas": set_quotas,
    "pause": pause,
    "resume": resume,
    "undo": undo,
}
"""By the name of the screens' action."""
