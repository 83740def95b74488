"""What is to be written of races, and where to."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.wording import capitalised
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.screens.race_texts import Form, WriteTexts, Writing
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput
from drtui.widgets.tick_box import TickBox

_HAND: Final = "$error"
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


class RaceWritingDialog(TypingDialog[WriteTexts]):
    """Asks what is to be written.

    Args:
        subject: Of which races.
        whats: What can be written of them.
        typed: What was asked for last.
        problem: Why it could not be written; empty at first.
    """

    TITLE_TEXT = "Write to a new file"

    def __init__(
        self, subject: str, whats: Sequence[Writing], typed: WriteTexts, problem: str = ""
    ) -> None:
        super().__init__()
        self._subject = subject
        self._whats = whats
        what = typed.what if typed.what in whats else whats[0]
        self._what = OneOf([capitalised(one.value) for one in whats], whats.index(what))
        self._form = OneOf([one.value for one in Form], list(Form).index(typed.form))
        self._proposed = typed.path or _proposed(what, typed.form)
        self._path = PlainInput(self._proposed)
        self._emails = TickBox(_EMAILS)
        self._emails.set_reactive(TickBox.ticked, typed.emails)
        self._told = Label("", classes="dialog-text dim spaced", markup=False)
        self._problem = problem
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._form_line = Horizontal(
            Label("As", classes="field-label", markup=False), self._form, classes="field first"
        )

    def content(self) -> Iterable[Widget]:
        """What, in what form, and where to."""
        yield paragraph(self._subject)
        label = Label("What", classes="field-label", markup=False)
        yield Horizontal(label, self._what, classes="field")
        yield self._form_line
        label = Label("Path", classes="field-label", markup=False)
        yield Horizontal(label, self._path, classes="field first")
        yield self._emails
        yield self._note
        yield self._told

    def choices(self) -> Iterable[Choice]:
        """To leave, or to write it."""
        return [Choice("Cancel", id=CANCEL), Choice("Write", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with what is written."""
        self.watch(self._what, "chosen", self._turned, init=False)
        self.watch(self._form, "chosen", self._turned, init=False)
        self._note.update(Content.styled(self._problem, _HAND))
        self._note.display = bool(self._problem)
        self._show()
        (self._path if self._problem else self._what).focus()

    @property
    def _texts(self) -> WriteTexts:
        what, form = self._whats[self._what.chosen], list(Form)[self._form.chosen]
        emails = self._emails.ticked and self._emails.display
        return WriteTexts(what, form, self._path.value.strip(), emails)

    def _turned(self) -> None:
        if self._path.value == self._proposed:
            texts = self._texts
            self._proposed = self._path.value = _proposed(texts.what, texts.form)
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
        if self._path.value != self._proposed:
            self._note.display = False

    @on(Input.Submitted)
    @on(OneOf.Entered)
    @on(TickBox.Entered)
    def _submit(self) -> None:
        if self._path.value.strip():
            self.dismiss(self._texts)
        else:
            self._path.focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)


def _proposed(what: Writing, form: Form) -> str:
    ending = _ENDINGS[form] if what is Writing.LEADERBOARD else ""
    return f"{_PATHS[what]}{ending}"
