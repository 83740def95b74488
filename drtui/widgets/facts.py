"""Lines of text that are made for the width there is, and drawn again only when they differ."""

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Lines = list[Content]


class Facts(Widget):
    """As many lines as there is to say.

    Args:
        draw: Returns the lines for a width in cells; none is wider. Text that comes from outside
            has to have been through `domain.text.clean`.
    """

    def __init__(self, draw: Callable[[int], Lines], *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._draw = draw
        self._lines: Lines = []
        self._width = 0

    def renew(self) -> None:
        """What the lines say may have changed."""
        if not self._width:
            return
        before, self._lines = self._lines, self._draw(self._width)
        if len(before) != len(self._lines):
            self.refresh(layout=True)
        elif not all(map(Content.is_same, before, self._lines)):
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are at a width."""
        if width != self._width:
            self._width, self._lines = width, self._draw(width)
        return len(self._lines)

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n").join(self._lines)


def wrapped(text: Content, width: int) -> Lines:
    """Return a text in as many lines as it takes."""
    return [line.rstrip() for line in text.wrap(max(2, width))]


def labelled(pairs: list[tuple[str, Content]], width: int, label: int) -> Lines:
    """Return labels with their values beside them; what is too long goes on in the next line.

    Args:
        pairs: A label each; an empty one goes on with the one before.
        width: Of the lines, in cells.
        label: Of the labels, in cells.
    """
    lines: Lines = []
    for name, value in pairs:
        parts = wrapped(value, width - label) or [Content("")]
        heads = [name, *([""] * (len(parts) - 1))]
        lines += [
            Content.styled(f"{head:<{label}}", "$foreground-muted") + part
            for head, part in zip(heads, parts, strict=True)
        ]
    return lines
