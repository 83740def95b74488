"""Shown instead of everything else when the store cannot be opened, or is damaged."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall

_IN_PART: Final = (
    "Quit first: it can be mended once nobody has it open. Until then, r goes on with what can "
    "still be read of it."
)


class StoreProblem(GuardedScreen[None]):
    """One sentence that says what is wrong and what to do, and a key to try again.

    Args:
        sentence: What is wrong.
        again: Called to try again.
        is_open: Whether the store is open all the same.
    """

    ALONE = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "again", "try again")]

    def __init__(
        self, sentence: str, again: Callable[[], object], *, is_open: bool = False
    ) -> None:
        super().__init__()
        self._sentence = sentence
        self._is_open = is_open
        self._again = again

    def compose(self) -> ComposeResult:
        """Lay out the sentence and the keys."""
        with Vertical(classes="problem"):
            wrong = "is damaged in part" if self._is_open else "cannot be opened"
            yield Label(f"The account's store {wrong}.", classes="dialog-title")
            yield Label(self._sentence, classes="dialog-text", markup=False)
            if self._is_open:
                yield Label(_IN_PART, classes="dialog-text", markup=False)
        yield KeyLine()
        yield TooSmall()

    def action_again(self) -> None:
        """Try again."""
        self.dismiss()
        self._again()
