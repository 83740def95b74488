"""A text that may be longer than its box, and names the keys that scroll it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class LongText(VerticalScroll, can_focus=True, inherit_bindings=False):
    """A text, safe to show, that scrolls.

    Args:
        text: Never markup.
        classes: For the style sheet.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_down", "scroll", key_display="↑↓"),
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("home", "scroll_home", "Scroll to the beginning", show=False),
        Binding("end", "scroll_end", "Scroll to the end", show=False),
    ]

    def __init__(self, text: str | Content, *, classes: str) -> None:
        super().__init__(Static(text, markup=False), classes=classes)
