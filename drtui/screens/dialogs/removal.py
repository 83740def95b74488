"""What is removed after the event: a choice of its own, before there is a plan."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.commands.access import Removal
from drtui.domain.wording import counted
from drtui.screens.access_texts import RemovalChoice
from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph

_DIM: Final = "$foreground-muted"
_NAMES: Final[Mapping[Removal, str]] = {
    Removal.MEMBERSHIPS: "Memberships of Identity Center",
    Removal.IAM_USERS: "IAM users",
    Removal.PROFILES: "Profiles",
}
_WHAT: Final[Mapping[Removal, str]] = {
    Removal.MEMBERSHIPS: "They leave the participants' group; their users stay.",
    Removal.IAM_USERS: "Those that drtui made are deleted, with their passwords.",
    Removal.PROFILES: "Deleted with all models; it cannot be undone.",
}


class RemovalDialog(Dialog[Removal]):
    """Chooses what is removed; nothing is chosen to begin with.

    Args:
        subject: Whom it is for.
        choices: What can be removed, and what cannot.
    """

    TITLE_TEXT = "Remove"

    def __init__(self, subject: str, choices: Sequence[RemovalChoice]) -> None:
        super().__init__()
        self._subject = subject
        self._choices = choices

    def content(self) -> Iterable[Widget]:
        """Whom it is for, and the list."""
        yield paragraph(self._subject, "dim")
        yield ChoiceList(*map(_option, self._choices), compact=True).add_class("spaced")
        yield paragraph(
            "O closes sign-ins and loses nothing; what is removed here is gone. ↓ goes to a "
            "choice; its plan comes first, and its number is typed to confirm it.",
            "dim spaced",
        )

    def on_mount(self) -> None:
        """Begin in the list, on nothing."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Removal(str(event.option_id)))


def _option(one: RemovalChoice) -> Option:
    number = "" if one.refusal else f": {_number(one)}"
    below = f"not now: {one.refusal}" if one.refusal else _WHAT[one.removal]
    title = (f"{_NAMES[one.removal]}{number}", _DIM if one.refusal else "bold")
    line = Content.assemble(title, "\n", (below, _DIM))
    return Option(line, id=one.removal.value, disabled=bool(one.refusal))


def _number(one: RemovalChoice) -> str:
    if one.known is None:
        return f"{one.number:,}"
    looked = counted(one.number, "participant")
    return f"{one.known:,} made from here, of {looked} to be looked up"
