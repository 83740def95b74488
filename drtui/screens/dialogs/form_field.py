"""A field of a form: a label before it, and below it what is wrong."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label

from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"


class FormField(Vertical):
    """A label and a field, and below them what is wrong.

    Args:
        label: What stands before the field.
        value: What is in it to begin with.
        placeholder: What stands in it while it is empty.
    """

    def __init__(self, label: str, value: str, *, placeholder: str = "") -> None:
        super().__init__(classes="form-field")
        self._label = label
        self.input = PlainInput(value, placeholder=placeholder)
        self._note = Label("", classes="form-note", markup=False)
        self._note.display = False

    def compose(self) -> ComposeResult:
        """Lay out both lines."""
        label = Label(self._label, classes="field-label", markup=False)
        yield Horizontal(label, self.input, classes="field")
        yield self._note

    def tell(self, problem: str) -> None:
        """Say what is wrong; empty where nothing is."""
        self._note.update(Content.styled(problem, _HAND))
        self._note.display = bool(problem)
