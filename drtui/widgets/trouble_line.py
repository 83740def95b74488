"""The lines below the header that say what stops the account: two at the most."""

from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

_MOST_LINES: Final = 2


class TroubleLine(Widget):
    """A sentence in two lines at the most; what has no room there is marked as cut off."""

    sentence: reactive[str] = reactive("", layout=True)

    def render(self) -> Content:
        """Draw as much as there is room for."""
        return Content("\n").join(lines_of(self.sentence, self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take one line, or two."""
        return len(lines_of(self.sentence, width))


def lines_of(sentence: str, width: int) -> list[Content]:
    """Return a sentence in lines, the last one with an ellipsis where it was cut off."""
    if width <= 0:
        return [Content("")]
    lines = [line.rstrip() for line in Content(sentence).wrap(width)]
    if len(lines) <= _MOST_LINES:
        return lines
    last = lines[_MOST_LINES - 1].plain[: width - 1].rstrip(" .")
    return [*lines[: _MOST_LINES - 1], Content(f"{last}…")]
