"""A field of several lines to type and paste in, that draws no control characters."""

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from drtui.widgets.plain_input import UNSAFE

_LONGEST_PASTE: Final = 400_000  # characters; what is longer takes a text area seconds


class PasteArea(TextArea):
    """A field of several lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "next field", key_display="tab"),
    ]

    class TooLong(Message):
        """What was pasted is too long, and was left out."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(
            placeholder=placeholder, compact=True, soft_wrap=False, highlight_cursor_line=False
        )
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted as lines of plain text."""
        event.stop()
        event.prevent_default()
        if len(event.text) > _LONGEST_PASTE:
            self.post_message(self.TooLong())
        else:
            lines = "\n".join(event.text.splitlines())
            self.replace(UNSAFE.sub("", lines), *self.selection)
