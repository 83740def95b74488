"""To when the live time of a race is moved: typed, and told as it is understood."""

from collections.abc import Callable, Iterable
from datetime import datetime

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.live_times import EXAMPLES
from drtui.domain.problems import ProblemError
from drtui.screens.dialogs.base import paragraph
from drtui.screens.dialogs.form import FormDialog, complain, labelled
from drtui.widgets.plain_input import PlainInput

Read = Callable[[str], tuple[datetime, str]]
"""Returns a typed time, and tells it; raises a `ProblemError` where it cannot be moved there."""


class LiveTimeDialog(FormDialog[datetime]):
    """Asks for a live time.

    Args:
        present: Which race it is, and when it is to be live so far.
        zone: What the zone is called that is typed in.
        consequences: What there is to know before.
        read: Reads what is typed.
        typed: What the field begins with.
    """

    TITLE_TEXT = "Move the live time"
    CONFIRM_TEXT = "Move"
    IS_COMPLETE = False

    def __init__(
        self, present: str, zone: str, consequences: str, read: Read, typed: str = ""
    ) -> None:
        super().__init__()
        self._present = present
        self._zone = zone
        self._consequences = consequences
        self._read = read
        self._input = PlainInput(typed)
        self._note = Label("", classes="list-note", markup=False)

    @property
    def typed(self) -> str:
        """What is in the field."""
        return self._input.value

    def content(self) -> Iterable[Widget]:
        """The time so far, the new one, and how it is understood."""
        yield paragraph(self._present)
        yield labelled("Live at", self._input)
        yield self._note
        yield paragraph(f"{EXAMPLES}, in {self._zone}.", "dim spaced")
        yield paragraph(self._consequences, "dim spaced")

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._understood()

    def _understood(self) -> datetime | None:
        """Tell what is typed, or what is wrong with it; return it where it will do."""
        text = self._input.value.strip()
        at, told = None, ""
        try:
            if text:
                at, told = self._read(text)
        except ProblemError as problem:
            complain(self._note, str(problem))
        else:
            self._note.update(told)
        self.allow(at is not None)
        return at

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        if (at := self._understood()) is not None:
            self.dismiss(at)
