"""What a marshal is asked: a place in the queue, an order, a reason, and to be sure."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.naming import confirms
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.screens.dialogs.menu import MenuDialog
from drtui.widgets.plain_input import PlainInput

_HAND = "$error"


class OrderDialog(MenuDialog):
    """Chooses by what the queue is ordered."""

    TITLE_TEXT = "Order the queue"


class OrderRaceDialog(MenuDialog):
    """Chooses the race by whose leaderboard the queue is ordered."""

    TITLE_TEXT = "Order by the rankings of which race"


class PlaceDialog(TypingDialog[int]):
    """Asks for a place among those that wait.

    Args:
        subject: What is moved.
        last: The last place.
    """

    TITLE_TEXT = "Move to a place"

    def __init__(self, subject: str, last: int) -> None:
        super().__init__()
        self._subject = subject
        self._last = last
        self._input = PlainInput()
        self._note = Label("", classes="list-note", markup=False)

    def content(self) -> Iterable[Widget]:
        """What is moved, and the field."""
        yield paragraph(self._subject)
        label = Label("Place", classes="field-label", markup=False)
        yield Horizontal(label, self._input, classes="field")
        yield paragraph(f"1 runs next; {self._last:,} is the last.", "dim spaced")
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to move it."""
        return [Choice("Cancel", id=CANCEL), Choice("Move", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Changed)
    def _edited(self) -> None:
        self._note.update("")

    @on(Input.Submitted)
    def _submit(self) -> None:
        typed = self._input.value.strip()
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= self._last:
            self.dismiss(int(typed))
            return
        told = f"That is no place: type a number from 1 to {self._last:,}, or press esc."
        self._note.update(Content.styled(told, _HAND))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self._submit()
        else:
            self.dismiss(None)


class ReasonDialog(TypingDialog[str]):
    """Asks why submissions begin anew.

    Args:
        paragraphs: What begins anew, and what there is to know.
        confirm: The label of the button that goes on.
    """

    TITLE_TEXT = "Reset"

    def __init__(self, paragraphs: Sequence[str], confirm: str) -> None:
        super().__init__()
        self._paragraphs = paragraphs
        self._confirm = confirm
        self._input = PlainInput(placeholder="may be left empty")

    def content(self) -> Iterable[Widget]:
        """What begins anew, and the field."""
        for number, text in enumerate(self._paragraphs):
            yield paragraph(text, "spaced" if number else "")
        label = Label("Reason", classes="field-label", markup=False)
        yield Horizontal(label, self._input, classes="field")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on."""
        return [Choice("Cancel", id=CANCEL), Choice(self._confirm, id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.dismiss(self._input.value.strip())

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(self._input.value.strip() if event.choice.id == CONFIRM else None)


class TypedDialog(TypingDialog[bool]):
    """Asks for something that cannot be had again, confirmed by typing.

    Args:
        title: What is about to be done.
        paragraphs: What there is to know before.
        typed: What has to be typed.
        confirm: The label of the button that goes on.
    """

    def __init__(self, title: str, paragraphs: Sequence[str], typed: str, confirm: str) -> None:
        super().__init__()
        self._heading = title
        self._paragraphs = paragraphs
        self._typed = typed
        self._confirm = confirm
        self._input = PlainInput().add_class("typed")
        self._note = Label("", classes="dialog-text", markup=False)

    def heading(self) -> str:
        """The title."""
        return self._heading

    def content(self) -> Iterable[Widget]:
        """What there is to know, and the field."""
        for number, text in enumerate(self._paragraphs):
            yield paragraph(text, "spaced" if number else "")
        yield paragraph(f"Type {self._typed} to confirm it:", "spaced")
        yield self._input
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or, once it was typed, to go on."""
        return [Choice("Cancel", id=CANCEL), Choice(self._confirm, id=CONFIRM, disabled=True)]

    def on_mount(self) -> None:
        """Begin with the field."""
        self._input.focus()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        self._note.update("")
        self.query_one(f"#{CONFIRM}").disabled = not confirms(event.value, self._typed)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        if confirms(event.value, self._typed):
            self.dismiss(True)
            return
        told = f"That is not {self._typed}" if event.value.strip() else "Nothing is typed"
        self._note.update(Content.styled(f"{told}: type {self._typed}, or press esc.", _HAND))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == CONFIRM)
