"""A new alias: typed, and checked beside the field."""

from collections.abc import Callable, Iterable

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.plain_input import PlainInput


class AliasDialog(TypingDialog[str]):
    """Asks for the alias that a racer is to have.

    Args:
        present: The alias now, safe to show.
        check: Raises a `ProblemError` where an alias cannot be used.
        typed: What was typed before, where a plan was left for this form.
    """

    TITLE_TEXT = "Change alias"

    def __init__(self, present: str, check: Callable[[str], object], typed: str = "") -> None:
        super().__init__()
        self._present = present
        self._check = check
        self._field = PlainInput(typed)
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """The present alias, the field, and what may be typed."""
        yield paragraph(f"Now: {self._present}")
        yield Horizontal(
            Label("New alias", classes="field-label", markup=False), self._field, classes="field"
        )
        yield self._note
        yield paragraph(
            "Letters, digits, “-” and “_”, 2 to 64 of them. Leaderboards show it from then on; "
            "the racer can change it again.",
            "dim spaced",
        )

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on to the plan."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM, disabled=True)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._field.focus()
        self._acceptable()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._acceptable()

    def _acceptable(self) -> bool:
        text, problem = self._field.value.strip(), ""
        if text:
            try:
                self._check(text)
            except ProblemError as error:
                problem = str(error)
        self._note.update(problem)
        acceptable = bool(text) and not problem
        self.query_one(f"#{CONFIRM}").disabled = not acceptable
        return acceptable

    @on(Input.Submitted)
    def _submit(self) -> None:
        if self._acceptable():
            self.dismiss(self._field.value.strip())

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
