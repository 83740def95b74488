"""A choice between yes and no, in one line."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class TickBox(Widget, can_focus=True):
    """A box that is ticked or not, with what that means behind it.

    Args:
        label: What it means when it is ticked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "confirm", key_display="enter"),
        Binding("space", "turn", "tick", key_display="space"),
    ]

    ticked: reactive[bool] = reactive(False)
    """Whether it is ticked."""

    class Entered(Message):
        """Enter was pressed on it."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def render(self) -> Content:
        """Draw the box and the label."""
        return Content(f"[{'x' if self.ticked else ' '}] {self._label}")

    def action_turn(self) -> None:
        """Tick it, or take the tick away."""
        self.ticked = not self.ticked

    def action_enter(self) -> None:
        """Go on with what the dialog asks."""
        self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        """Tick it, or take the tick away."""
        event.stop()
        self.action_turn()
