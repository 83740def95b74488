"""Saving models to a folder or a bucket, from the place to the operation."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.domain.planning import Plan

_DOWNLOAD, _SAVE = "Download", "Save to the bucket"
_FOLDER: Final = "~/drtui-models"
_FOLDER_TOLD: Final = (
    "Archives for physical cars, with a manifest of what was saved. The folder is made where "
    "there is none; what is in it already, whole, is not fetched again."
)
_BUCKET: Final = "s3://"
_BUCKET_TOLD: Final = (
    "Of a bucket in the sponsor's AWS account, such as s3://my-models/finals. Never the "
    "deployment's own."
)


async def download(actions: Actions, subject: Subject) -> bool:
    """Download models to a folder."""
    return bool(await download_for(actions, subject, "Download models", str(subject)))


async def download_for(
    actions: Actions, subject: Subject, title: str, whose: str, *, may_be_there: bool = False
) -> bool | None:
    """Download models to a folder, whatever for.

    Args:
        actions: Asks and submits.
        subject: The models.
        title: Of the dialog.
        whose: What it is for, in a sentence.
        may_be_there: Whether it is as good where none of them is to be downloaded any more.

    Returns:
        Whether a download was confirmed; None where it was left. False is only where none is
        to be downloaded.
    """

    def ask(place: str, problem: str) -> PlaceDialog:
        typed = place or _FOLDER
        return PlaceDialog(title, whose, "Folder", _FOLDER_TOLD, typed=typed, problem=problem)

    return await _save(
        actions,
        subject,
        action=_DOWNLOAD,
        kind="folder",
        ask=ask,
        plan=actions.desk.models.planner.download,
        may_be_there=may_be_there,
    )


async def save_to_bucket(actions: Actions, subject: Subject) -> bool:
    """Save models to a bucket of the sponsor's; only where an AWS profile is named."""

    def ask(place: str, problem: str) -> PlaceDialog:
        typed = place or _BUCKET
        return PlaceDialog(
            "Save models to a bucket",
            str(subject),
            "Address",
            _BUCKET_TOLD,
            typed=typed,
            problem=problem,
        )

    plan = partial(actions.desk.models.planner.save, second_door=True)
    saved = await _save(actions, subject, action=_SAVE, kind="bucket", ask=ask, plan=plan)
    return bool(saved)


async def _save(
    actions: Actions,
    subject: Subject,
    *,
    action: str,
    kind: str,
    ask: Callable[[str, str], PlaceDialog],
    plan: "Callable[[Sequence[int], str], tuple[Plan, list[str]]]",
    may_be_there: bool = False,
) -> bool | None:
    """Ask for a place until it can be used and the plan is confirmed; see `download_for`.

    Args:
        actions: Asks and submits.
        subject: The models.
        action: What the plan's button says.
        kind: By what name the place is remembered.
        ask: Makes the dialog from what is typed, and what was wrong with that.
        plan: Plans, with what there is to know beside the numbers.
        may_be_there: See `download_for`.
    """
    planner = actions.desk.models.planner
    place, problem = await asyncio.to_thread(planner.place, kind), ""
    while True:
        answer = await actions.ask(ask(place, problem))
        if answer is None:
            return None
        place, problem = answer, ""
        try:
            made = [await asyncio.to_thread(plan, subject.keys, place)]
        except InvalidInputError as error:
            problem = str(error)
            continue
        if may_be_there and not made[0][0].changes_something:
            return False

        def propose(place: str = place, made: "list[tuple[Plan, list[str]]]" = made) -> Proposal:
            found, notes = made.pop() if made else plan(subject.keys, place)
            return actions.proposal(found, action, subject, *notes)

        try:
            confirmed = await actions.decide(propose, back=True)
        except InvalidInputError as error:
            problem = str(error)
            continue
        if confirmed:
            await asyncio.to_thread(planner.remember_place, kind, place)
            return True
