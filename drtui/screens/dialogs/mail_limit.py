"""How many invitations the deployment may send in 24 hours."""

from collections.abc import Callable, Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput


class MailLimitDialog(FormDialog[str]):
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
        yield labelled("In 24 hours", self._input)
        yield paragraph(
            f"N or unlimited. A user pool sends {self._usual} invitations in 24 hours by itself; "
            "where the deployment sends by SES, it is what SES allows. What is above the limit "
            "waits, over days if need be.",
            "dim spaced",
        )
        yield self._note

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
        complain(self._note, problem)
        self.allow(not problem)
        return not problem

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if self._check():
            self.dismiss(self._input.value)
