"""The invitation to a race: shown, and from there copied, saved or sent."""

from collections.abc import Iterable
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from drtui.screens.context import NO_DOOR
from drtui.screens.dialogs.base import CANCEL, Choice, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.screens.race_texts import Sending
from drtui.widgets.long_text import LongText

_HAND: Final = "$error"
_LABELS: Final = {
    Sending.COPY: "Copy",
    Sending.SAVE: "Save to a file",
    Sending.SEND: "Send by SES",
}


class RaceInvitationDialog(ReadingDialog[Sending]):
    """Shows an invitation; it is left with what shall become of it.

    Args:
        text: Safe to show.
        second_door: Whether the account names the sponsor's AWS profile.
        problem: Why it could not be sent; empty at first.
    """

    TITLE_TEXT = "Invitation to a race"

    def __init__(self, text: str, *, second_door: bool, problem: str = "") -> None:
        super().__init__()
        self._text = text
        self._second_door = second_door
        self._problem = problem

    def content(self) -> Iterable[Widget]:
        """The text, and why it cannot be sent where it cannot."""
        yield LongText(self._text, classes="copied")
        if self._problem:
            told = Content.styled(self._problem, _HAND)
            yield Label(told, classes="dialog-text spaced", markup=False)
        if not self._second_door:
            yield paragraph(f"It cannot be sent from here: {NO_DOOR}.", "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, and what there is to do with it."""
        yield Choice("Close", id=CANCEL)
        for one, label in _LABELS.items():
            lacks = one is Sending.SEND and not self._second_door
            yield Choice(label, id=one.value, disabled=lacks)

    def on_mount(self) -> None:
        """Enter copies it."""
        self.query_one(f"#{Sending.COPY.value}").focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        chosen = event.choice.id
        self.dismiss(None if chosen == CANCEL else Sending(str(chosen)))
