"""A choice of one among a few, in one line."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP: Final = "  "


class OneOf(Widget, can_focus=True):
    """A few words side by side, one of them in brackets: the one that is chosen.

    Args:
        options: What there is to choose from.
        chosen: The place of the one that it begins with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "confirm", key_display="enter"),
        Binding("right,space", "turn(1)", "choose", key_display="←→"),
        Binding("left", "turn(-1)", show=False),
    ]

    chosen: reactive[int] = reactive(0)
    """The place of the one that is chosen."""

    class Entered(Message):
        """Enter was pressed on it."""

    def __init__(self, options: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._options = options
        self.set_reactive(OneOf.chosen, chosen)

    def render(self) -> Content:
        """Draw all of them."""
        words = [
            Content.styled(f"[{word}]", "bold") if place == self.chosen else Content(word)
            for place, word in enumerate(self._options)
        ]
        return Content(_GAP).join(words)

    def action_turn(self, by: int) -> None:
        """Choose the next one, or the one before."""
        self.chosen = (self.chosen + by) % len(self._options)

    def action_enter(self) -> None:
        """Go on with what the dialog asks."""
        self.post_message(self.Entered())
