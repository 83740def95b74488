"""What was copied, so that it can be selected by hand where the copy did not arrive."""

from collections.abc import Iterable
from typing import Final

from textual.widget import Widget

from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, Choice, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.widgets.long_text import LongText

# Nobody selects more by hand, and every line is laid out before the first one is seen.
_MOST_LINES: Final = 200


class CopiedDialog(ReadingDialog[None]):
    """Shows a text.

    Args:
        text: What was copied, safe to show.
        where: Where it was sent.
        what: What it is, such as `2 email addresses`; its lines are counted where that is empty.
    """

    def __init__(self, text: str, where: str, what: str = "") -> None:
        super().__init__()
        self._text = text
        self._where = where
        self._what = what

    def heading(self) -> str:
        """How much it is."""
        lines = self._text.count("\n") + 1
        return f"Copied: {self._what or counted(lines, 'line')}"

    def content(self) -> Iterable[Widget]:
        """Where it was sent, and the text."""
        yield paragraph(self._where)
        lines = self._text.split("\n", _MOST_LINES)
        if len(lines) > _MOST_LINES:
            yield paragraph(f"All of it was copied; here are the first {_MOST_LINES:,} lines.")
        yield LongText("\n".join(lines[:_MOST_LINES]), classes="copied")

    def choices(self) -> Iterable[Choice]:
        """To go back."""
        return [Choice("Close", id=CANCEL)]

    def on_mount(self) -> None:
        """Enter closes it."""
        self.query_one(Choice).focus()

    def on_choice_chosen(self) -> None:
        """Close."""
        self.dismiss(None)
