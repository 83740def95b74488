"""A question with two answers."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.widget import Widget

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph


class ConfirmDialog(Dialog[bool]):
    """Asks whether to go on.

    Args:
        title: What is about to be done.
        paragraphs: What there is to know before.
        confirm: The label of the button that goes on.
        cancel: The label of the other.
        careful: Whether enter goes back: what goes on cannot be had again.
    """

    def __init__(
        self,
        title: str,
        paragraphs: Sequence[str],
        confirm: str,
        cancel: str = "Cancel",
        *,
        careful: bool = False,
    ) -> None:
        super().__init__()
        self._heading = title
        self._paragraphs = paragraphs
        self._confirm = confirm
        self._cancel = cancel
        self._careful = careful

    def heading(self) -> str:
        """The title."""
        return self._heading

    def content(self) -> Iterable[Widget]:
        """The paragraphs."""
        for number, text in enumerate(self._paragraphs):
            yield paragraph(text, "spaced" if number else "")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on."""
        return [Choice(self._cancel, id=CANCEL), Choice(self._confirm, id=CONFIRM)]

    def on_mount(self) -> None:
        """Enter goes on: that is what was asked for, unless one is to be careful."""
        self.query_one(f"#{CANCEL if self._careful else CONFIRM}").focus()

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(event.choice.id == CONFIRM)
