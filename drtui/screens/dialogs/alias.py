"""A new alias: typed, and checked beside the field."""

from collections.abc import Callable, Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.problems import ProblemError
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, labelled
from drtui.widgets.plain_input import PlainInput


class AliasDialog(FormDialog[str]):
    """Asks for the alias that a racer is to have.

    Args:
        present: The alias now, safe to show.
        check: Raises a `ProblemError` where an alias cannot be used.
        typed: What was typed before, where a plan was left for this form.
    """

    TITLE_TEXT = "Change alias"
    IS_COMPLETE = False

    def __init__(self, present: str, check: Callable[[str], object], typed: str = "") -> None:
        super().__init__()
        self._present = present
        self._check = check
        self._field = PlainInput(typed)
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """The present alias, the field, and what may be typed."""
        yield paragraph(f"Now: {self._present}")
        yield labelled("New alias", self._field)
        yield self._note
        yield paragraph(
            "Letters, digits, “-” and “_”, 2 to 64 of them. Leaderboards show it from then on; "
            "the racer can change it again.",
            "dim spaced",
        )

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
        self.allow(acceptable)
        return acceptable

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if self._acceptable():
            self.dismiss(self._field.value.strip())
