"""The message to the IT administrator: shown, copied, and saved to a file."""

from collections.abc import Iterable

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.widgets.long_text import LongText
from drtui.widgets.plain_input import PlainInput

_HAND = "$error"


class HandOffDialog(ReadingDialog[bool]):
    """Shows the message; it is left with True to save it.

    Args:
        message: Safe to show.
        where: Where it was copied to.
        told: What the checks say of what it asks for, and when, such as `found missing 5 s ago`.
    """

    TITLE_TEXT = "Hand-off to the IT administrator"

    def __init__(self, message: str, where: str, told: str) -> None:
        super().__init__()
        self._message = message
        self._where = where
        self._told = told

    def content(self) -> Iterable[Widget]:
        """Where it was copied to, and the message."""
        yield paragraph(f"What the checks {self._told}. {self._where}")
        yield LongText(self._message, classes="copied")

    def choices(self) -> Iterable[Choice]:
        """To go back, or to save it."""
        return [Choice("Close", id=CANCEL), Choice("Save to a file", id=CONFIRM)]

    def on_mount(self) -> None:
        """Enter closes it."""
        self.query_one(f"#{CANCEL}").focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(True if event.choice.id == CONFIRM else None)


class SaveDialog(TypingDialog[str]):
    """Asks where a text is to be saved.

    Args:
        path: What the field begins with.
        problem: Why it could not be saved there; empty at first.
    """

    TITLE_TEXT = "Save to a file"

    def __init__(self, path: str, problem: str = "") -> None:
        super().__init__()
        self._path = path
        self._field = PlainInput(path)
        self._note = Label(
            Content.styled(problem, _HAND), classes="dialog-text spaced", markup=False
        )
        self._note.display = bool(problem)

    def content(self) -> Iterable[Widget]:
        """The field, and what becomes of it."""
        label = Label("File", classes="field-label", markup=False)
        yield Horizontal(label, self._field, classes="field")
        yield paragraph("A new file, which only you can read.", "dim spaced")
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to save it."""
        return [Choice("Cancel", id=CANCEL), Choice("Save", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._field.focus()

    @on(Input.Changed)
    def _changed(self) -> None:
        if self._field.value != self._path:  # what it begins with comes as a change, too
            self._note.display = False

    @on(Input.Submitted)
    def _submit(self) -> None:
        if path := self._field.value.strip():
            self.dismiss(path)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
