"""Dialogs with more to read than there is room for: the keys that scroll, wherever the focus is."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from drtui.screens.dialogs.base import Dialog
from drtui.widgets.size_guard import Result


class ReadingDialog(Dialog[Result]):
    """A dialog whose first long text, or list, scrolls while a button has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the box that the dialog stands in, which would take them and scroll nothing.
        Binding("pagedown", "page(1)", "scroll", key_display="PgDn", priority=True),
        Binding("pageup", "page(-1)", "Scroll up", show=False, priority=True),
    ]

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        box = self.query("LongText, TurnedList").first()
        if not box.allow_vertical_scroll:
            box = self.query_one(".dialog")
        if by > 0:
            box.scroll_page_down(animate=False)
        else:
            box.scroll_page_up(animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys are there where something can be scrolled."""
        if action == "page" and not self.query("LongText, TurnedList"):
            return False
        return super().check_action(action, parameters)
