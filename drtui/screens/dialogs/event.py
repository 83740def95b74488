"""What is said of the event: a form that the checks and the invitations use."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.event_settings import EventSettings, checked
from drtui.domain.problems import InvalidInputError
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"
_DIGITS: Final = 9
_LABELS: Final = {
    "name": "Name",
    "dates": "Dates",
    "organizer": "Organizer",
    "contact": "Contact",
    "console_address": "Sign-in address",
    "race_links": "Race links",
    "sender": "Sender",
    "at_once": "Train at once",
}


class _Links(PlainInput):
    """A field for addresses with spaces between them; of pasted lines each is one."""

    def one_line(self, lines: Sequence[str]) -> str:
        """Put all of them side by side."""
        return " ".join(line.strip() for line in lines)


class EventDialog(TypingDialog[EventSettings]):
    """Asks for what participants are told of the event, and how large it is.

    Args:
        event: As it was kept last.
    """

    TITLE_TEXT = "The event"

    def __init__(self, event: EventSettings) -> None:
        super().__init__()
        self._fields: dict[str, PlainInput] = {}
        for name in _LABELS:
            value = " ".join(f"{getattr(event, name)}".split("\n"))
            self._fields[name] = _Links(value) if name == "race_links" else PlainInput(value)
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._note.display = False

    def content(self) -> Iterable[Widget]:
        """The fields, and what they are for."""
        for name, field in self._fields.items():
            label = Label(_LABELS[name], classes="field-label", markup=False)
            yield Horizontal(label, field, classes="field")
        yield paragraph(
            "Participants read dates and contact as they are written here; race links with spaces "
            "between them; the sender of invitations; how many may train at once, for the check of "
            "the account's quotas. "
            "Kept on this computer.",
            "dim spaced",
        )
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to keep it."""
        return [Choice("Cancel", id=CANCEL), Choice("Save", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the name."""
        self.set_focus(next(iter(self._fields.values())))

    @on(Input.Changed)
    def _changed(self) -> None:
        self._note.display = False

    @on(Input.Submitted)
    def _submit(self) -> None:
        texts = {name: field.value.strip() for name, field in self._fields.items()}
        number = texts.pop("at_once").replace(",", "")
        texts["race_links"] = "\n".join(texts["race_links"].split())
        try:
            # What is no number, or has too many digits to be read, is as wrong as 0 is.
            at_once = int(number) if number.isdecimal() and len(number) <= _DIGITS else 0
            self.dismiss(checked(EventSettings(**texts, at_once=at_once)))
        except InvalidInputError as problem:
            self._note.update(Content.styled(str(problem), _HAND))
            self._note.display = True
            self._note.scroll_visible(animate=False)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
