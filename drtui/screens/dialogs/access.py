"""Access by Identity Center: how long a sign-in lasts, and where it leads."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.sponsor.identity_center import MOST_HOURS
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.widgets.plain_input import PlainInput

_HAND, _DIM = "$error", "$foreground-muted"
_RANGE: Final = f"1 to {MOST_HOURS}"
_NO_ADDRESS: Final = (
    "The event has no sign-in address: sign-ins lead to the AWS console's first page. "
    "On Setup, n says the address; then come back."
)


class IdentityCenterDialog(TypingDialog[int]):
    """Asks how long a sign-in lasts, in hours.

    Args:
        subject: Whom it is for.
        hours: What the field begins with.
        address: Where a sign-in leads, safe to show; empty where the event has none.
        notes: What else there is to know.
    """

    TITLE_TEXT = "Give access by Identity Center"

    def __init__(self, subject: str, hours: int, address: str, notes: Sequence[str]) -> None:
        super().__init__()
        self._subject = subject
        self._address = address
        self._notes = notes
        self._hours = PlainInput(f"{hours}")
        self._hours.select_on_focus = True  # what is there already is replaced by what is typed
        self._note = Label(Content.styled(_RANGE, _DIM), classes="setting-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """Whom it is for, the field, and what there is to know."""
        yield paragraph(self._subject, "dim")
        label = Label("Hours that a sign-in lasts", classes="setting-label", markup=False)
        yield Horizontal(label, self._hours, self._note, classes="setting-field")
        if self._address:
            yield paragraph(f"A sign-in leads to {self._address}.", "spaced")
        else:
            yield Label(Content.styled(_NO_ADDRESS, _HAND), classes="dialog-text spaced")
        for note in self._notes:
            yield paragraph(note, "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on to the plan."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._hours.focus()

    @on(Input.Changed)
    def _check(self) -> bool:
        text = self._hours.value.strip()
        fine = text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_HOURS
        told = Content.styled(_RANGE if fine else f"type {_RANGE}", _DIM if fine else _HAND)
        self._note.update(told)
        self.query_one(f"#{CONFIRM}").disabled = not fine
        return fine

    @on(Input.Submitted)
    def _submit(self) -> None:
        if self._check():
            self.dismiss(int(self._hours.value))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)
