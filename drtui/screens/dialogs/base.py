"""What all dialogs share: a box in the middle, a title, buttons, and the keys below."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, Result, TooSmall
from drtui.widgets.turned_list import TurnedList

CANCEL: Final = "cancel"
CONFIRM: Final = "confirm"


class Choice(Widget, can_focus=True):
    """A button of a dialog, one line high.

    Args:
        label: What it says.
        id: What the dialog knows it by.

    Attributes:
        label: See above.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "choose", key_display="enter"),
    ]

    class Chosen(Message):
        """A button was pressed."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, label: str, *, id: str, disabled: bool = False) -> None:
        super().__init__(id=id, disabled=disabled)
        self.label = label

    def render(self) -> Content:
        """Draw the label in brackets, so that it is a button in any colour."""
        return Content(f"[ {self.label} ]")

    def action_choose(self) -> None:
        """Press it."""
        self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Press it."""
        event.stop()
        self.action_choose()


class ChoiceList(TurnedList):
    """A list of which one is chosen; its keys are told in the line of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "choose", key_display="enter"),
        Binding("j", "cursor_down", "Next", show=False),
        Binding("k", "cursor_up", "Previous", show=False),
    ]

    def scroll_to_highlight(self, top: bool = False) -> None:
        """Bring the line under the cursor in sight, in a box that is lower than the list too."""
        super().scroll_to_highlight(top)
        self.call_after_refresh(self._scroll_box)

    def _scroll_box(self) -> None:
        line, box = self.highlighted, self.parent
        if line is None or not isinstance(box, VerticalScroll):
            return
        x, y, width, _ = self.virtual_region
        at = y + self._index_to_line[line] - self.scroll_offset.y
        region = Region(x, at, width, self._heights[line])
        box.scroll_to_region(
            region, spacing=self.dock_gutter, force=True, animate=False, immediate=True
        )


class Dialog(ModalScreen[Result], GuardedScreen[Result]):
    """A box with a title; Escape leaves it with nothing done, as its button for that does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "cancel", key_display="esc"),
        Binding("right,down", "app.focus_next", "Next", show=False),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
    ]
    TITLE_TEXT: ClassVar[str] = ""

    def heading(self) -> str:
        """The title."""
        return self.TITLE_TEXT

    def content(self) -> Iterable[Widget]:
        """What stands between the title and the buttons."""
        return ()

    def choices(self) -> Iterable[Choice]:
        """The buttons, from left to right."""
        return ()

    def compose(self) -> ComposeResult:
        """Lay out the box."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Label(self.heading(), classes="dialog-title", markup=False)
            for number, widget in enumerate(self.content()):
                yield widget if number else widget.add_class("dialog-first")
            if choices := list(self.choices()):
                self._call_escape(choices)
                yield Horizontal(*choices, classes="dialog-choices")
        yield KeyLine()
        yield TooSmall()

    def _call_escape(self, choices: Sequence[Choice]) -> None:
        """Call Escape what the button is called that does the same: “cancel” may be the deed."""
        keys = self._bindings.key_to_bindings
        label = next((one.label for one in choices if one.id == CANCEL), "")
        if label and keys["escape"] == Dialog.BINDINGS[:1]:
            keys["escape"] = [replace(keys["escape"][0], description=label.lower())]

    def action_leave(self) -> None:
        """Leave with nothing done."""
        self.dismiss(None)


class TypingDialog(Dialog[Result]):
    """A dialog that is typed into: keys that came in before it was drawn were meant for it.

    From its last field Tab leads to the button that goes on, not to the one that throws away what
    was typed; left and right go from button to button as they stand.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "Next", show=False),
        Binding("left", "step(-1)", "Previous", show=False),
    ]

    @property
    def focus_chain(self) -> list[Widget]:
        """What Tab goes through: the fields, the button that goes on, then the others."""
        return sorted(super().focus_chain, key=_turn)

    def action_step(self, by: int) -> None:
        """Go on to what stands next, or before."""
        chain = super().focus_chain
        if self.focused in chain:
            self.set_focus(chain[(chain.index(self.focused) + by) % len(chain)])
        else:
            self.focus_next()


def _turn(widget: Widget) -> int:
    """Say when Tab comes to a part of a dialog; those that come together keep their order."""
    if not isinstance(widget, Choice):
        return 0
    return 1 if widget.id == CONFIRM else 2


def paragraph(text: str, classes: str = "") -> Label:
    """Return text that wraps, and is never markup."""
    return Label(text, classes=f"dialog-text {classes}".strip(), markup=False)
