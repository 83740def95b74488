"""Where models are to be saved: a folder, or an address of a bucket."""

from collections.abc import Iterable

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, paragraph
from drtui.screens.dialogs.form import FormDialog, labelled
from drtui.widgets.long_text import LongText
from drtui.widgets.plain_input import PlainInput

_HAND = "$error"


class PlaceDialog(FormDialog[str]):
    """Asks for a place.

    Args:
        title: What it is for.
        subject: What is to be saved.
        label: What stands before the field.
        told: What may be typed.
        typed: What is in the field to begin with.
        problem: What was wrong with it, which scrolls where it is long; empty where nothing was.
    """

    def __init__(
        self, title: str, subject: str, label: str, told: str, *, typed: str, problem: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._subject = subject
        self._label = label
        self._told = told
        self._problem = problem
        self._field = PlainInput(typed)

    def heading(self) -> str:
        """What it is for."""
        return self._title

    def content(self) -> Iterable[Widget]:
        """What is saved, the field, and what is wrong with it."""
        yield paragraph(self._subject)
        yield labelled(self._label, self._field)
        yield self._problem_shown()
        yield paragraph(self._told, "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on to the plan."""
        empty = not self._field.value.strip()
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM, disabled=empty)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._field.focus()

    def _problem_shown(self) -> Widget:
        if not self._problem:
            return Label("", classes="list-note", markup=False)
        told = LongText(Content.styled(self._problem, _HAND), classes="place-problem")
        told.can_focus = "\n" in self._problem
        return told

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self.allow(bool(event.value.strip()))

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if place := self._field.value.strip():
            self.dismiss(place)
