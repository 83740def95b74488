"""A line to type a text in that rows are looked for by."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Label

from drtui.widgets.plain_input import PlainInput

_PROMPT: Final = "/ "


class SearchInput(PlainInput):
    """Where the text is typed; it acts with every key, and Enter or Escape leave it.

    Args:
        placeholder: What is said where nothing is typed.
        edited: Called with every new value, before the next frame.
        left: Called when it is left: with True to keep what was typed, with False to clear it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave(True)", "keep the filter", key_display="enter"),
        Binding("escape", "leave(False)", "clear it", key_display="esc"),
    ]

    def __init__(
        self, placeholder: str, edited: Callable[[str], None], left: Callable[[bool], None]
    ) -> None:
        super().__init__(placeholder=placeholder)
        self._edited = edited
        self._left = left

    def watch_value(self, value: str) -> None:
        """Pass every value on at once; the Changed message comes two frames later."""
        self._edited(value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take every printable key; Textual does not know the slash by its name."""
        return key == "slash" or super().check_consume_key(key, character)

    def action_leave(self, keep: bool) -> None:
        """Leave it, with what was typed or without."""
        self._left(keep)


class SearchLine(Horizontal):
    """The prompt with its input.

    Args:
        placeholder: What is said where nothing is typed.
        edited: Called with every new value, before the next frame.
        left: Called when it is left: with True to keep what was typed, with False to clear it.
    """

    def __init__(
        self, placeholder: str, edited: Callable[[str], None], left: Callable[[bool], None]
    ) -> None:
        super().__init__()
        self.input = SearchInput(placeholder, edited, left)

    def compose(self) -> ComposeResult:
        """Lay out the prompt and the input."""
        yield Label(_PROMPT, markup=False)
        yield self.input

    def begin(self) -> None:
        """Take the keys from now on: the very next one is typed into it."""
        self.screen.set_focus(self.input)
