"""A template for a common event, and the file that it is written to."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"
_TOLD: Final = {
    "time-trial": "One week from tomorrow on, best lap.",
    "weekly-series": "Four time trials, a week each, one after the other.",
    "object-avoidance": "One week among three objects.",
    "live-final": "A week of submissions, run live before an audience on its last day.",
}
_THEN: Final = "A new TOML file: edit it, then o plans it and applies it."


class RaceTemplateDialog(TypingDialog[tuple[str, str]]):
    """Asks for a template and a path; returns both.

    Args:
        names: Of the templates.
        chosen: The one that was chosen last.
        path: What was typed last; empty at first.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Race file from a template"

    def __init__(
        self, names: Sequence[str], chosen: str, path: str = "", problem: str = ""
    ) -> None:
        super().__init__()
        self._names = names
        self._one = OneOf([one.replace("-", " ") for one in names], names.index(chosen))
        self._proposed = path or _proposed(chosen)
        self._path = PlainInput(self._proposed)
        self._told = Label(_TOLD.get(chosen, ""), classes="dialog-text spaced", markup=False)
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)

    def content(self) -> Iterable[Widget]:
        """The templates, the path, and what becomes of it."""
        yield self._one
        yield self._told
        label = Label("File", classes="field-label", markup=False)
        yield Horizontal(label, self._path, classes="field")
        yield self._note
        yield paragraph(_THEN, "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to write it."""
        return [Choice("Cancel", id=CANCEL), Choice("Write", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the templates."""
        self.watch(self._one, "chosen", self._turned, init=False)
        self._note.update(Content.styled(self._problem, _HAND))
        self._note.display = bool(self._problem)
        (self._path if self._problem else self._one).focus()

    def _turned(self) -> None:
        name = self._names[self._one.chosen]
        if self._path.value == self._proposed:
            self._proposed = self._path.value = _proposed(name)
        self._told.update(_TOLD.get(name, ""))

    @on(Input.Submitted)
    @on(OneOf.Entered)
    def _submit(self) -> None:
        if path := self._path.value.strip():
            self.dismiss((self._names[self._one.chosen], path))
        else:
            self._path.focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)


def _proposed(name: str) -> str:
    return f"~/{name}.toml"
