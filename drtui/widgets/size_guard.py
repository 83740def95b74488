"""Screens on terminals that are too small: a sentence instead of a torn layout."""

from typing import ClassVar, Final, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

LEAST_WIDTH: Final = 60
LEAST_HEIGHT: Final = 15
Result = TypeVar("Result")


class TooSmall(Widget):
    """Says that the terminal is too small; hidden while it is not."""

    def render(self) -> Content:
        """Draw the sentence."""
        width, height = self.app.size
        return Content(
            f"Too small: drtui needs {LEAST_WIDTH} by {LEAST_HEIGHT}, "
            f"this terminal has {width} by {height}. q quits."
        )


class GuardedScreen(Screen[Result]):
    """A screen that shows only its `TooSmall` where there is no room for the rest.

    The app passes no keys on to it then: nobody acts on what is not to be seen.
    """

    ALONE: ClassVar[bool] = False
    """Whether nothing else can be gone to from it."""

    _dismissed = False
    _focused_before: Widget | None = None

    @property
    def too_small(self) -> bool:
        """Whether there is no room."""
        return self.has_class("-too-small")

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave the screen with a result: once, however fast Enter is pressed twice."""
        if self._dismissed:
            return AwaitComplete()
        self._dismissed = True
        return super().dismiss(result)

    def refusal(self, action: str) -> str:
        """Say why an action of this screen cannot be done now; empty when it can."""
        del action
        return ""

    def on_resize(self, event: events.Resize) -> None:
        """Decide whether there is room."""
        width, height = event.size
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if small and not self.too_small:  # what is hidden loses the focus
            self._focused_before = self.focused
        self.set_class(small, "-too-small")
        if not small:
            self.call_after_refresh(self._focus_again)

    def _focus_again(self) -> None:
        widget, self._focused_before = self._focused_before, None
        if widget is not None and self.focused is None:
            self.set_focus(widget, from_app_focus=True)  # which selects nothing of a text
