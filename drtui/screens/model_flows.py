"""The actions on models, each from its question to its operation; labels need none."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from drtui.domain.tags import OtherValues, other_values
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.deletion_flows import delete
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.model_saving import download, save_to_bucket
from drtui.screens.subject import Subject

_STOP: Final = "Stop training"


async def stop(second_door: bool, actions: Actions, subject: Subject) -> bool:
    """Stop what runs of models: one's own by the deployment, others' in SageMaker."""

    def propose() -> Proposal:
        found, notes = actions.desk.models.planner.stop(subject.keys, second_door=second_door)
        return actions.proposal(found, _STOP, subject, *notes)

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
    "delete": delete,
    "tags": tags,
}
"""By the name of the screens' action."""
