"""What is said of the event: a form that the checks and the invitations use."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.event_settings import EventSettings, checked
from drtui.domain.problems import InvalidInputError
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput

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


class EventDialog(FormDialog[EventSettings]):
    """Asks for what participants are told of the event, and how large it is.

    Args:
        event: As it was kept last.
    """

    TITLE_TEXT = "The event"
    CONFIRM_TEXT = "Save"

    def __init__(self, event: EventSettings) -> None:
        super().__init__()
        self._fields: dict[str, PlainInput] = {}
        for name in _LABELS:
            value = " ".join(f"{getattr(event, name)}".split("\n"))
            self._fields[name] = _Links(value) if name == "race_links" else PlainInput(value)
        self._first = self._texts
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._note.display = False

    def content(self) -> Iterable[Widget]:
        """The fields, and what they are for."""
        for name, field in self._fields.items():
            yield labelled(_LABELS[name], field)
        yield paragraph(
            "Participants read dates and contact as they are written here; race links with spaces "
            "between them; the sender of invitations; how many may train at once, for the check of "
            "the account's quotas. "
            "Kept on this computer.",
            "dim spaced",
        )
        yield self._note

    def on_mount(self) -> None:
        """Begin with the name."""
        self.set_focus(next(iter(self._fields.values())))

    @property
    def _texts(self) -> dict[str, str]:
        return {name: field.value.strip() for name, field in self._fields.items()}

    @property
    def is_typed(self) -> bool:
        """Whether something else is said than was kept."""
        return self._texts != self._first

    @on(Input.Changed)
    def _changed(self) -> None:
        self._note.display = False

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        texts = self._texts
        number = texts.pop("at_once").replace(",", "")
        texts["race_links"] = "\n".join(texts["race_links"].split())
        try:
            # What is no number, or has too many digits to be read, is as wrong as 0 is.
            at_once = int(number) if number.isdecimal() and len(number) <= _DIGITS else 0
            self.dismiss(checked(EventSettings(**texts, at_once=at_once)))
        except InvalidInputError as problem:
            complain(self._note, str(problem))
            self._note.display = True
            self._note.scroll_visible(animate=False)
