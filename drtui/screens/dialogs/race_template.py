"""A template for a common event, and the file that it is written to."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual.widget import Widget
from textual.widgets import Label

from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, ProposedPath, complain, labelled
from drtui.widgets.one_of import OneOf

_TOLD: Final = {
    "time-trial": "One week from tomorrow on, best lap.",
    "weekly-series": "Four time trials, a week each, one after the other.",
    "object-avoidance": "One week among three objects.",
    "live-final": "A week of submissions, run live before an audience on its last day.",
}
_THEN: Final = "A new TOML file: edit it, then o plans it and applies it."


class RaceTemplateDialog(FormDialog[tuple[str, str]]):
    """Asks for a template and a path; returns both.

    Args:
        names: Of the templates.
        chosen: The one that was chosen last.
        path: What was typed last; empty at first.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Race file from a template"
    CONFIRM_TEXT = "Write"

    def __init__(
        self, names: Sequence[str], chosen: str, path: str = "", problem: str = ""
    ) -> None:
        super().__init__()
        self._names = names
        self._one = OneOf([one.replace("-", " ") for one in names], names.index(chosen))
        self._path = ProposedPath(path or _proposed(chosen))
        self._told = Label(_TOLD.get(chosen, ""), classes="dialog-text spaced", markup=False)
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)

    def content(self) -> Iterable[Widget]:
        """The templates, the path, and what becomes of it."""
        yield self._one
        yield self._told
        yield labelled("File", self._path)
        yield self._note
        yield paragraph(_THEN, "dim spaced")

    def on_mount(self) -> None:
        """Begin with the templates."""
        self.watch(self._one, "chosen", self._turned, init=False)
        complain(self._note, self._problem)
        self._note.display = bool(self._problem)
        (self._path if self._problem else self._one).focus()

    def _turned(self) -> None:
        name = self._names[self._one.chosen]
        self._path.propose(_proposed(name))
        self._told.update(_TOLD.get(name, ""))

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if path := self._path.value.strip():
            self.dismiss((self._names[self._one.chosen], path))
        else:
            self._path.focus()


def _proposed(name: str) -> str:
    return f"~/{name}.toml"
