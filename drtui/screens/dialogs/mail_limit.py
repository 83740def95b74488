"""How many invitations the deployment may send in 24 hours."""

from collections.abc import Callable, Iterable
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"


class MailLimitDialog(TypingDialog[str]):
    """Asks for the limit; returns it as it was typed, and readable.

    Args:
        now: The limit as it is typed.
        usual: What a user pool sends by itself.
        check: Raises a `ProblemError` where a text is no limit.
    """

    TITLE_TEXT = "Limit of mails a day"

    def __init__(self, now: str, usual: int, check: Callable[[str], None]) -> None:
        super().__init__()
        self._usual = usual
        self._check_text = check
        self._input = PlainInput(now)
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """The field, and what it means."""
        yield Horizontal(
            Label("In 24 hours", classes="field-label", markup=False), self._input, classes="field"
        )
        yield paragraph(
            f"N or unlimited. A user pool sends {self._usual} invitations in 24 hours by itself; "
            "where the deployment sends by SES, it is what SES allows. What is above the limit "
            "waits, over days if need be.",
            "dim spaced",
        )
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to keep it."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()
        self._input.select_all()

    @on(Input.Changed)
    def _edited(self) -> None:
        self._check()

    def _check(self) -> bool:
        problem = ""
        try:
            self._check_text(self._input.value)
        except ProblemError as error:
            problem = str(error)
        self._note.update(Content.styled(problem, _HAND))
        self.query_one(f"#{CONFIRM}").disabled = bool(problem)
        return not problem

    @on(Input.Submitted)
    def _submit(self) -> None:
        if self._check():
            self.dismiss(self._input.value)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
