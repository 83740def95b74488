"""The Actions menu: everything that can be done here, and why what cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph

_FOCUS, _DIM = "$primary", "$foreground-muted"
_KEY: Final = 3
_GAP: Final = 2
_ROOM: Final = 72  # cells of a line


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu.

    Attributes:
        action: What is run when it is chosen.
        key: The key that does the same without the menu.
        title: What it does.
        reason: Why it cannot be done now; empty when it can.
    """

    action: str
    key: str
    title: str
    reason: str = ""


class MenuDialog(Dialog[str]):
    """Chooses an action, with the cursor or by its key.

    Args:
        subject: Whom the actions are for.
        entries: The actions, those that cannot be done now too.
    """

    TITLE_TEXT = "Actions"

    def __init__(self, subject: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._subject = subject
        self._entries = entries

    def content(self) -> Iterable[Widget]:
        """Whom it is for, and the list."""
        if self._subject:
            yield paragraph(self._subject, "dim")
        yield ChoiceList(*map(self._option, self._entries), compact=True)

    def _option(self, entry: Entry) -> Option:
        line = Content.assemble((f"{entry.key:<{_KEY}}", f"bold {_FOCUS}"), f" {entry.title}")
        if entry.reason:
            told, reason = f"{entry.key:<{_KEY}} {entry.title}", f"not now: {entry.reason}"
            beside = len(told) + len(reason) + _GAP <= _ROOM
            gap = " " * _GAP if beside else "\n" + " " * (_KEY + _GAP)
            line = Content.styled(f"{told}{gap}{reason}", _DIM)
        return Option(line, id=entry.action, disabled=bool(entry.reason))

    def on_mount(self) -> None:
        """Begin with the first that can be done."""
        options = self.query_one(OptionList)
        options.focus()
        options.action_first()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        del event
        self.query_one(ChoiceList).scroll_to_highlight()

    def on_key(self, event: events.Key) -> None:
        """Choose by the key that does it without the menu."""
        for entry in self._entries:
            if entry.key == event.character:
                event.stop()
                if not entry.reason:
                    self.dismiss(entry.action)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
