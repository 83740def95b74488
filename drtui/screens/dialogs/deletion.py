"""How models are deleted: a choice of its own, before there is a plan."""

from collections.abc import Mapping, Sequence
from typing import Final

from drtui.screens.dialogs.ways import WaysDialog, WayShown
from drtui.screens.model_texts import DeletionChoice, DeletionWay

_NAMES: Final[Mapping[DeletionWay, str]] = {
    DeletionWay.OWN: "Your own, one by one",
    DeletionWay.ALL: "All models of these racers",
    DeletionWay.DOWNLOAD_FIRST: "Download first, then delete",
    DeletionWay.DOWNLOADED: "What was downloaded",
}
_WHAT: Final[Mapping[DeletionWay, str]] = {
    DeletionWay.OWN: "Nothing but these models, where they are READY or ERROR.",
    DeletionWay.ALL: "Whatever else they have, too: the deployment deletes all of a racer's.",
    DeletionWay.DOWNLOAD_FIRST: "To a folder; whose models are not all safely there keeps them.",
    DeletionWay.DOWNLOADED: "All models of those racers of whom every one is safely in a folder.",
}


class DeletionDialog(WaysDialog[DeletionWay]):
    """Chooses how models are deleted.

    Args:
        subject: What it is for.
        choices: The ways, those that cannot be gone too.
    """

    TITLE_TEXT = "Delete models"
    TOLD = (
        "↓ goes to a choice; its plan comes first, and the number of models is typed to confirm it."
    )

    def __init__(self, subject: str, choices: Sequence[DeletionChoice]) -> None:
        ways = {
            one.way: WayShown(_NAMES[one.way], one.told, _WHAT[one.way], one.refusal)
            for one in choices
        }
        super().__init__(subject, ways)
