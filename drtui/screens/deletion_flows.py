"""Deleting models: how is chosen first, then the plan is shown and its number is typed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from drtui.commands.selection import Selection
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.deletion import DeletionDialog
from drtui.screens.model_planner import DeletionPlan
from drtui.screens.model_saving import download_for
from drtui.screens.model_texts import DeletionWay
from drtui.screens.subject import Subject

_DELETE: Final = "Delete models"
_LISTED: Final = "Their models are listed once more…"
_LEFT: Final = "The downloads go on, and nothing is deleted: x deletes what was downloaded."


async def delete(actions: Actions, subject: Subject) -> bool:
    """Delete models: one's own, all of their racers, or what was downloaded."""
    planner = actions.desk.models.planner
    racers = await asyncio.to_thread(planner.racers_of, subject.keys, named=not subject.marked)
    choices = await asyncio.to_thread(planner.deletion_choices, subject.keys, racers)
    while True:
        way = await actions.ask(DeletionDialog(str(subject), choices))
        if way is None:
            return False
        if way is DeletionWay.DOWNLOAD_FIRST:
            done = await _download_first(actions, subject, racers)
        elif way is DeletionWay.OWN:
            done = await _decide(actions, subject, lambda: planner.delete_own(subject.keys))
        elif way is DeletionWay.ALL:
            done = await _of_racers(actions, subject, racers, planner.delete_all)
        else:
            done = await _of_racers(actions, subject, racers, planner.delete_downloaded)
        if done:
            return True


async def _download_first(actions: Actions, subject: Subject, racers: Selection) -> bool:
    """Download all models of the racers, and then delete them once they are there."""
    planner = actions.desk.models.planner
    keys = await asyncio.to_thread(planner.models_of, racers)
    title = "Download first, then delete"
    whose = f"{counted(len(keys), 'model')}: all that these racers have."
    saved = await download_for(actions, _subject(keys), title, whose, may_be_there=True)
    if saved is None:
        return False
    deleted = await _of_racers(actions, subject, racers, planner.delete_downloaded)
    if saved and not deleted:
        actions.say(_LEFT)
    return saved or deleted


async def listed_again(actions: Actions, racers: Selection) -> str:
    """List the models of racers before they are counted; return why that could not be done."""
    actions.say(_LISTED)
    told = await asyncio.to_thread(actions.desk.models.planner.list_again, racers)
    actions.say("")
    return told


async def _of_racers(
    actions: Actions,
    subject: Subject,
    racers: Selection,
    plan: Callable[[Selection], DeletionPlan],
) -> bool:
    """Delete models of racers, of whom some may have a model that is marked and hidden."""
    unlisted = await listed_again(actions, racers)
    hidden = ""
    if subject.hidden:
        hidden = f"{counted(subject.hidden, 'marked model')} of theirs hidden by the filter."
    return await _decide(actions, _subject(()), lambda: plan(racers), hidden, unlisted)


async def _decide(
    actions: Actions, subject: Subject, plan: Callable[[], DeletionPlan], *notes: str
) -> bool:
    def propose() -> Proposal:
        found = plan()
        found.check()
        told = filter(None, (*notes, *found.notes))
        proposal = actions.proposal(found.plan, _DELETE, subject, *told)
        return replace(proposal.with_typed(f"{found.number:,}"), count=found.number)

    return await actions.decide(propose, back=True)


def _subject(keys: list[int] | tuple[()]) -> Subject:
    return Subject(tuple(keys), frozenset(), marked=False, hidden=0)
