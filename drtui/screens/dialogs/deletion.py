"""How models are deleted: a choice of its own, before there is a plan."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph
from drtui.screens.model_texts import DeletionChoice, DeletionWay

_DIM: Final = "$foreground-muted"
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


class DeletionDialog(Dialog[DeletionWay]):
    """Chooses how models are deleted; nothing is chosen to begin with.

    Args:
        subject: What it is for.
        choices: The ways, those that cannot be gone too.
    """

    TITLE_TEXT = "Delete models"

    def __init__(self, subject: str, choices: Sequence[DeletionChoice]) -> None:
        super().__init__()
        self._subject = subject
        self._choices = choices

    def content(self) -> Iterable[Widget]:
        """What it is for, and the list."""
        yield paragraph(self._subject, "dim")
        yield ChoiceList(*map(_option, self._choices), compact=True).add_class("spaced")
        yield paragraph(
            "↓ goes to a choice; its plan comes first, and the number of models is typed to "
            "confirm it.",
            "dim spaced",
        )

    def on_mount(self) -> None:
        """Begin in the list, on nothing."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(DeletionWay(str(event.option_id)))


def _option(one: DeletionChoice) -> Option:
    number = "" if one.refusal or not one.told else f": {one.told}"
    below = f"not now: {one.refusal}" if one.refusal else _WHAT[one.way]
    title = (f"{_NAMES[one.way]}{number}", _DIM if one.refusal else "bold")
    line = Content.assemble(title, "\n", (below, _DIM))
    return Option(line, id=one.way.value, disabled=bool(one.refusal))
