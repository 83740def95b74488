"""Shown instead of everything else when the store cannot be opened."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall


class StoreProblem(GuardedScreen[None]):
    """One sentence that says what is wrong and what to do, and a key to try again.

    Args:
        sentence: What is wrong.
        again: Called to try again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "again", "try again")]

    def __init__(self, sentence: str, again: Callable[[], None]) -> None:
        super().__init__()
        self._sentence = sentence
        self._again = again

    def compose(self) -> ComposeResult:
        """Lay out the sentence and the keys."""
        with Vertical(classes="problem"):
            yield Label("The account's store cannot be opened.", classes="dialog-title")
            yield Label(self._sentence, classes="dialog-text", markup=False)
        yield KeyLine()
        yield TooSmall()

    def action_again(self) -> None:
        """Try again."""
        self.dismiss()
        self._again()
