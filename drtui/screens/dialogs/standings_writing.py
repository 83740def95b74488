"""The file that standings are written to, and in what form."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Label

from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, ProposedPath, complain, labelled
from drtui.screens.race_texts import Form
from drtui.widgets.one_of import OneOf


class StandingsWritingDialog(FormDialog[tuple[Form, str]]):
    """Asks for a form and a path; returns both.

    Args:
        form: That was chosen last.
        path: What was typed last; empty at first.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Write the standings"
    CONFIRM_TEXT = "Write"

    def __init__(self, form: Form, path: str = "", problem: str = "") -> None:
        super().__init__()
        self._form = OneOf([one.value for one in Form], list(Form).index(form))
        self._path = ProposedPath(path or _proposed(form))
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)

    def content(self) -> Iterable[Widget]:
        """The form, and the path."""
        yield labelled("As", self._form, "field first")
        yield labelled("File", self._path, "field first")
        yield self._note
        yield paragraph("A new file, which only you can read. HTML is for an audience.", "dim")

    def on_mount(self) -> None:
        """Begin with the form."""
        self.watch(self._form, "chosen", self._turned, init=False)
        complain(self._note, self._problem)
        self._note.display = bool(self._problem)
        (self._path if self._problem else self._form).focus()

    def _turned(self) -> None:
        self._path.propose(_proposed(list(Form)[self._form.chosen]))

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if path := self._path.value.strip():
            self.dismiss((list(Form)[self._form.chosen], path))
        else:
            self._path.focus()


def _proposed(form: Form) -> str:
    return f"~/standings.{form.value.lower()}"
