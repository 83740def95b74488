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
from drtui.widgets.cells import fit_words

_FOCUS, _DIM = "$primary", "$foreground-muted"
_KEY: Final = 3
_GAP: Final = 2
_ROOM: Final = 72  # cells of a line
_AROUND: Final = 7  # of the screen, beside a line: the box, and the list's own scroll bar
_LINES: Final = 2  # of a reason below its entry


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
        room = self._room(self.app.size.width)
        options = [
            Option(_line(entry, room), id=entry.action, disabled=bool(entry.reason))
            for entry in self._entries
        ]
        yield ChoiceList(*options, compact=True)

    def _room(self, width: int) -> int:
        return min(_ROOM, width - _AROUND)

    def on_mount(self) -> None:
        """Begin with the first that can be done."""
        options = self.query_one(OptionList)
        options.focus()
        options.action_first()

    def on_resize(self, event: events.Resize) -> None:
        """Write the entries into the room there is, and keep the cursor in sight."""
        options = self.query_one(ChoiceList)
        for entry in self._entries:
            prompt = _line(entry, self._room(event.size.width))
            options.replace_option_prompt(entry.action, prompt)
        options.scroll_to_highlight()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Below the last that can be done, show what cannot: the cursor never comes to it."""
        if all(entry.reason for entry in self._entries[event.option_index + 1 :]):
            self.query_one(ChoiceList).scroll_to_highlight(top=True)

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


def _line(entry: Entry, room: int) -> Content:
    """Return an entry within a room: its key whole, and behind or below it why it cannot be."""
    title = fit_words(entry.title, room - _KEY - 1)
    if not entry.reason:
        return Content.assemble((f"{entry.key:<{_KEY}}", f"bold {_FOCUS}"), f" {title}")
    told, reason = f"{entry.key:<{_KEY}} {title}", f"not now: {entry.reason}"
    if len(told) + len(reason) + _GAP <= room:
        return Content.styled(f"{told}{' ' * _GAP}{reason}", _DIM)
    indent = " " * (_KEY + _GAP)
    below = [line.plain.rstrip() for line in Content(reason).wrap(room - len(indent))]
    if len(below) > _LINES:
        last = " ".join(below[_LINES - 1 :])
        below[_LINES - 1 :] = [fit_words(last, room - len(indent))]
    return Content.styled("\n".join([told, *(f"{indent}{line}" for line in below)]), _DIM)
