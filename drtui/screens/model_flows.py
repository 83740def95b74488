"""The actions on models, each from its question to its operation; labels need none."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import OtherValues, other_values
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.domain.planning import Plan

_DOWNLOAD, _SAVE = "Download", "Save to the bucket"
_STOP, _DELETE = "Stop training", "Delete models"
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
    desk = actions.desk.models

    def ask(place: str, problem: str) -> PlaceDialog:
        return PlaceDialog(
            "Download models",
            str(subject),
            "Folder",
            _FOLDER_TOLD,
            typed=place or _FOLDER,
            problem=problem,
        )

    return await _save(
        actions, subject, action=_DOWNLOAD, kind="folder", ask=ask, plan=desk.download
    )


async def save_to_bucket(actions: Actions, subject: Subject) -> bool:
    """Save models to a bucket of the sponsor's; only where an AWS profile is named."""
    desk = actions.desk.models

    def ask(place: str, problem: str) -> PlaceDialog:
        return PlaceDialog(
            "Save models to a bucket",
            str(subject),
            "Address",
            _BUCKET_TOLD,
            typed=place or _BUCKET,
            problem=problem,
        )

    plan = partial(desk.save, second_door=True)
    return await _save(actions, subject, action=_SAVE, kind="bucket", ask=ask, plan=plan)


async def _save(
    actions: Actions,
    subject: Subject,
    *,
    action: str,
    kind: str,
    ask: Callable[[str, str], PlaceDialog],
    plan: "Callable[[Sequence[int], str], tuple[Plan, list[str]]]",
) -> bool:
    """Ask for a place until it can be used and the plan is confirmed.

    Args:
        actions: Asks and submits.
        subject: The models.
        action: What the plan's button says.
        kind: By what name the place is remembered.
        ask: Makes the dialog from what is typed, and what was wrong with that.
        plan: Plans, with what there is to know beside the numbers.
    """
    desk = actions.desk.models
    place, problem = await asyncio.to_thread(desk.place, kind), ""
    while True:
        answer = await actions.ask(ask(place, problem))
        if answer is None:
            return False
        place, problem = answer, ""

        def propose(place: str = answer) -> Proposal:
            found, notes = plan(subject.keys, place)
            return actions.proposal(found, action, subject, *notes)

        try:
            confirmed = await actions.decide(propose, back=True)
        except InvalidInputError as error:
            problem = str(error)
            continue
        if confirmed:
            await asyncio.to_thread(desk.remember_place, kind, place)
            return True


async def stop(second_door: bool, actions: Actions, subject: Subject) -> bool:
    """Stop what runs of models: one's own by the deployment, others' in SageMaker."""

    def propose() -> Proposal:
        found, notes = actions.desk.models.stop(subject.keys, second_door=second_door)
        return actions.proposal(found, _STOP, subject, *notes)

    return await actions.decide(propose)


async def delete_own(actions: Actions, subject: Subject) -> bool:
    """Delete models of whoever is signed in, one by one; the number is typed."""

    def propose() -> Proposal:
        found, notes, number = actions.desk.models.delete_own(subject.keys)
        return actions.proposal(found, _DELETE, subject, *notes).with_typed(number)

    return await actions.decide(propose)


async def tags(actions: Actions, subject: Subject) -> bool:
    """Put labels on models, and take others off; drtui's own, so that nothing is delivered."""
    desk = actions.desk.models
    sets = await asyncio.to_thread(desk.label_sets, subject.keys)
    known = await asyncio.to_thread(desk.known_labels)

    def others(add: Sequence[str], remove: Sequence[str]) -> OtherValues:
        change = desk.read_tags(add, remove)
        return other_values(sets, change.add, change.remove)

    present = Counter[str]()
    for labels, number in sets.items():
        present.update({str(label): number for label in sorted(labels)})
    texts = await actions.ask(TagsDialog(str(subject), len(subject.keys), present, known, others))
    if texts is None:
        return False
    change = desk.read_tags(texts.add, texts.remove, instead=texts.instead)
    number = await asyncio.to_thread(desk.tag, subject.keys, change)
    told = desk.tagged(change, counted(number, "model"), others(texts.add, texts.remove))
    again = "gm marks them again, t" if subject.marked else "t"
    actions.say(f"{told} To reverse: {again}.")
    return True


MODEL_FLOWS: Final[Mapping[str, Flow]] = {
    "download": download,
    "save_to_bucket": save_to_bucket,
    "delete_own": delete_own,
    "tags": tags,
}
"""By the name of the screens' action."""
