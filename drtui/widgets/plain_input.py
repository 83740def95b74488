"""Lines to type and paste in, that draw no control characters."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from drtui.domain.text import one_for_one
from drtui.widgets.cells import fit

UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Controls but for tabs and ends of lines, and what turns the direction of text round."""


class LineInput(Input):
    """A line to type in, without a blinking cursor."""

    class FirstLineOnly(Message):
        """Of several lines that were pasted only the first was taken."""

        def __init__(self, pasted: int) -> None:
            super().__init__()
            self.pasted = pasted

    def __init__(self, value: str = "", *, placeholder: str = "") -> None:
        super().__init__(value, placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._hint = placeholder

    @property
    def _value(self) -> Text:
        """What is drawn: a value from outside may hold what moves the cursor, or hides text."""
        if self.password:
            return super()._value
        return Text(one_for_one(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(one_for_one(self.value[:position]))

    def on_resize(self, event: events.Resize) -> None:
        """Show that a hint is cut."""
        self.placeholder = fit(self._hint, max(1, event.size.width))

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted as one line."""
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        if written := [line for line in lines if line.strip()] or lines:
            text = UNSAFE.sub("", self.one_line(written)).replace("\t", " ")
            self.replace(text, *self.selection)

    def one_line(self, lines: Sequence[str]) -> str:
        """Make one line of several, those that hold something: the first of them."""
        if len(lines) > 1:
            self.post_message(self.FirstLineOnly(len(lines)))
        return lines[0]


class PlainInput(LineInput):
    """A field of a dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "confirm", key_display="enter"),
        Binding("tab,down", "app.focus_next", "next field", key_display="tab"),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]
