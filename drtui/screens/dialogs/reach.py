"""How far something reaches: the target under the cursor, or all of an operation."""

from collections.abc import Iterable, Sequence
from enum import Enum

from textual import on
from textual.widget import Widget

from drtui.screens.dialogs.base import CANCEL, Choice, Dialog, paragraph


class Reach(Enum):
    """For whom something is done."""

    ONE = "one"
    ALL = "all"


class ReachDialog(Dialog[Reach]):
    """Asks whether to do something to one target; `a` means all of them instead.

    Args:
        title: What is about to be done, and to whom.
        paragraphs: What there is to know before.
        confirm: The label of the button that goes on.
        more: What `a` leads to; empty where the one is all there is.
    """

    def __init__(self, title: str, paragraphs: Sequence[str], confirm: str, more: str) -> None:
        super().__init__()
        self._heading = title
        self._paragraphs = paragraphs
        self._confirm = confirm
        if more:
            self._bindings.bind("a", "all", more)

    def heading(self) -> str:
        """The title."""
        return self._heading

    def content(self) -> Iterable[Widget]:
        """The paragraphs."""
        for number, text in enumerate(self._paragraphs):
            yield paragraph(text, "spaced" if number else "")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on with the one."""
        return [Choice("Leave it", id=CANCEL), Choice(self._confirm, id=Reach.ONE.value)]

    def on_mount(self) -> None:
        """Enter goes on: that is what was asked for."""
        self.query_one(f"#{Reach.ONE.value}").focus()

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        self.dismiss(Reach.ONE if event.choice.id == Reach.ONE.value else None)

    def action_all(self) -> None:
        """Mean all of them."""
        self.dismiss(Reach.ALL)
