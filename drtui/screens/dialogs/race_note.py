"""What an organiser adds to the invitation to a race."""

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, TextArea

from drtui.domain.race_invitations import LONGEST_NOTE
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.paste_area import PasteArea

_HAND: Final = "$error"
_TOO_LONG: Final = f"That is too long: at most {LONGEST_NOTE:,} characters are added."
_AROUND: Final = 14  # lines of the dialog beside the text, of the screen's
_LEAST, _MOST = 3, 12


class RaceNoteDialog(TypingDialog[str]):
    """Asks for a text of some lines.

    Args:
        note: As it was kept last.
    """

    TITLE_TEXT = "What you add"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="ctrl+s", priority=True),
    ]

    def __init__(self, note: str) -> None:
        super().__init__()
        self._body = PasteArea("such as: Doors open at nine. Bring your model.")
        self._body.soft_wrap = True
        self._body.load_text(note)
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """The text, what is wrong with it, and where it stands."""
        yield self._body
        yield self._note
        yield paragraph("It stands between the dates and the rules, and is kept for this race.")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to keep it."""
        return [Choice("Cancel", id=CANCEL), Choice("Save", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the text."""
        self.set_focus(self._body)

    def on_resize(self, event: events.Resize) -> None:
        """Give the text the room that there is."""
        self._body.styles.height = min(_MOST, max(_LEAST, event.size.height - _AROUND))

    @on(TextArea.Changed)
    def _check(self) -> None:
        too_long = len(self._body.text.strip()) > LONGEST_NOTE
        self._note.update(Content.styled(_TOO_LONG if too_long else "", _HAND))

    @on(PasteArea.TooLong)
    def _too_long(self) -> None:
        self._note.update(Content.styled(_TOO_LONG, _HAND))

    def action_save(self) -> None:
        """Keep it, where it is not too long."""
        if len(self._body.text.strip()) <= LONGEST_NOTE:
            self.dismiss(self._body.text.strip())

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self.action_save()
        else:
            self.dismiss(None)
