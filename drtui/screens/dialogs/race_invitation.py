"""The invitation to a race: shown, and from there edited, copied, saved or sent."""

from collections.abc import Iterable
from typing import Final

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from drtui.screens.dialogs.base import CANCEL, Choice, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.screens.race_texts import Sending
from drtui.widgets.long_text import LongText

_HAND, _PENDING = "$error", "$warning"
_LABELS: Final = {
    Sending.COPY: "Copy",
    Sending.SAVE: "Save",
    Sending.NOTE: "Add",
    Sending.EVENT: "Event",
    Sending.SENT: "Sent",
    Sending.SEND: "Send",
}
_NEEDS_A_DOOR: Final = (Sending.SEND, Sending.SENT)
_CLOSED: Final = "The race has closed: nobody can enter it any more."
_NO_LINK: Final = "It has no link: the address of the site is not known. Event says it."
_TO: Final = "to-"  # sections of other screens bear the plain words as ids
_AROUND: Final = 14  # lines of the dialog beside the text, of the screen's
_MORE: Final = 2  # of a race that has closed
_LEAST: Final = 6


class RaceInvitationDialog(ReadingDialog[Sending]):
    """Shows an invitation; it is left with what shall become of it.

    Args:
        text: Safe to show.
        whom: To whom it would be sent.
        linked: Whether it has a link to the race.
        closed: Whether the race has closed.
        no_door: Why nothing can be sent from here; empty where it can.
        problem: Why it could not be sent; empty at first.
        focus: Which button begins with the focus.
    """

    TITLE_TEXT = "Invitation to a race"

    def __init__(
        self,
        text: str,
        whom: str,
        *,
        linked: bool,
        closed: bool = False,
        no_door: str = "",
        problem: str = "",
        focus: Sending = Sending.COPY,
    ) -> None:
        super().__init__()
        self._body = LongText(text, classes="copied")
        self._whom = whom
        self._linked = linked
        self._is_over = closed
        self._no_door = no_door
        self._problem = problem
        self._begin = focus

    def content(self) -> Iterable[Widget]:
        """The text, what it lacks, and why it cannot be sent where it cannot."""
        yield self._body
        if self._is_over:
            yield self._told(_CLOSED, _PENDING)
        if not self._linked:
            yield self._told(_NO_LINK, _PENDING)
        if self._problem:
            yield self._told(self._problem, _HAND)
        if self._no_door:
            yield paragraph(f"It cannot be sent from here: {self._no_door}.", "dim spaced")
        else:
            yield paragraph(f"Send: {self._whom}", "dim spaced")

    def _told(self, sentence: str, colour: str) -> Widget:
        told = Content.styled(sentence, colour)
        return Label(told, classes="dialog-text spaced", markup=False)

    def choices(self) -> Iterable[Choice]:
        """To leave, and what there is to do with it."""
        yield Choice("Close", id=CANCEL)
        for one, label in _LABELS.items():
            lacks = one in _NEEDS_A_DOOR and bool(self._no_door)
            yield Choice(label, id=f"{_TO}{one.value}", disabled=lacks)

    def on_mount(self) -> None:
        """Enter copies it, at first."""
        self.query_one(f"#{_TO}{self._begin.value}").focus()

    def on_resize(self, event: events.Resize) -> None:
        """Give the text the room that there is."""
        around = _AROUND + (_MORE if self._is_over else 0)
        self._body.styles.max_height = max(_LEAST, event.size.height - around)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        chosen = event.choice.id
        self.dismiss(None if chosen == CANCEL else Sending(str(chosen).removeprefix(_TO)))
