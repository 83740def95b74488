"""The file that standings are written to, and in what form."""

from collections.abc import Iterable
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.screens.race_texts import Form
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"


class StandingsWritingDialog(TypingDialog[tuple[Form, str]]):
    """Asks for a form and a path; returns both.

    Args:
        form: That was chosen last.
        path: What was typed last; empty at first.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Write the standings"

    def __init__(self, form: Form, path: str = "", problem: str = "") -> None:
        super().__init__()
        self._form = OneOf([one.value for one in Form], list(Form).index(form))
        self._proposed = path or _proposed(form)
        self._path = PlainInput(self._proposed)
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)

    def content(self) -> Iterable[Widget]:
        """The form, and the path."""
        label = Label("As", classes="field-label", markup=False)
        yield Horizontal(label, self._form, classes="field first")
        label = Label("File", classes="field-label", markup=False)
        yield Horizontal(label, self._path, classes="field first")
        yield self._note
        yield paragraph("A new file, which only you can read. HTML is for an audience.", "dim")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to write it."""
        return [Choice("Cancel", id=CANCEL), Choice("Write", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the form."""
        self.watch(self._form, "chosen", self._turned, init=False)
        self._note.update(Content.styled(self._problem, _HAND))
        self._note.display = bool(self._problem)
        (self._path if self._problem else self._form).focus()

    def _turned(self) -> None:
        if self._path.value == self._proposed:
            form = list(Form)[self._form.chosen]
            self._proposed = self._path.value = _proposed(form)

    @on(Input.Submitted)
    @on(OneOf.Entered)
    def _submit(self) -> None:
        if path := self._path.value.strip():
            self.dismiss((list(Form)[self._form.chosen], path))
        else:
            self._path.focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)


def _proposed(form: Form) -> str:
    return f"~/standings.{form.value.lower()}"
