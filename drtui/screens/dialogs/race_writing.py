"""What is to be written of races, and where to."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.wording import capitalised
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, ProposedPath, complain, labelled
from drtui.screens.race_texts import Form, WriteTexts, Writing
from drtui.widgets.one_of import OneOf
from drtui.widgets.tick_box import TickBox

_TOLD: Final = {
    Writing.RACE_FILE: "The races as TOML, to be edited and applied again (o), here or elsewhere.",
    Writing.LEADERBOARD: "One race's leaderboard with gaps, as last read.",
    Writing.RESULTS: (
        "A new folder with the podium, the standings and a sheet per racer, as HTML and CSV."
    ),
}
_PATHS: Final = {
    Writing.RACE_FILE: "~/races.toml",
    Writing.LEADERBOARD: "~/leaderboard",
    Writing.RESULTS: "~/race-results",
}
_ENDINGS: Final = {Form.CSV: ".csv", Form.JSON: ".json", Form.HTML: ".html"}
_EMAILS: Final = "name email addresses; without it, it is for an audience"


class RaceWritingDialog(FormDialog[WriteTexts]):
    """Asks what is to be written.

    Args:
        subject: Of which races.
        whats: What can be written of them.
        typed: What was asked for last.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Write to a new file"
    CONFIRM_TEXT = "Write"

    def __init__(
        self, subject: str, whats: Sequence[Writing], typed: WriteTexts, problem: str = ""
    ) -> None:
        super().__init__()
        self._subject = subject
        self._whats = whats
        what = typed.what if typed.what in whats else whats[0]
        self._what = OneOf([capitalised(one.value) for one in whats], whats.index(what))
        self._form = OneOf([one.value for one in Form], list(Form).index(typed.form))
        self._path = ProposedPath(typed.path or _proposed(what, typed.form))
        self._emails = TickBox(_EMAILS)
        self._emails.set_reactive(TickBox.ticked, typed.emails)
        self._told = Label("", classes="dialog-text dim spaced", markup=False)
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._form_line = labelled("As", self._form, "field first")

    def content(self) -> Iterable[Widget]:
        """What, in what form, and where to."""
        yield paragraph(self._subject)
        yield labelled("What", self._what)
        yield self._form_line
        yield labelled("Path", self._path, "field first")
        yield self._emails
        yield self._note
        yield self._told

    def on_mount(self) -> None:
        """Begin with what is written."""
        self.watch(self._what, "chosen", self._turned, init=False)
        self.watch(self._form, "chosen", self._turned, init=False)
        complain(self._note, self._problem)
        self._note.display = bool(self._problem)
        self._show()
        (self._path if self._problem else self._what).focus()

    @property
    def _texts(self) -> WriteTexts:
        what, form = self._whats[self._what.chosen], list(Form)[self._form.chosen]
        emails = self._emails.ticked and self._emails.display
        return WriteTexts(what, form, self._path.value.strip(), emails)

    def _turned(self) -> None:
        texts = self._texts
        self._path.propose(_proposed(texts.what, texts.form))
        self._show()

    def _show(self) -> None:
        texts = self._texts
        board = texts.what is Writing.LEADERBOARD
        self._form_line.display = board
        html = board and texts.form is Form.HTML
        self._emails.display = html or texts.what is Writing.RESULTS
        self._told.update(f"{_TOLD[texts.what]} Nothing that is there is written over.")

    @on(Input.Changed)
    def _typed(self) -> None:
        if self._path.is_own:
            self._note.display = False

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if self._path.value.strip():
            self.dismiss(self._texts)
        else:
            self._path.focus()


def _proposed(what: Writing, form: Form) -> str:
    ending = _ENDINGS[form] if what is Writing.LEADERBOARD else ""
    return f"{_PATHS[what]}{ending}"
