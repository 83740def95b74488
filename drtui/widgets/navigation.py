"""Where one can go: a column at the side where there is room, else one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from drtui.widgets.cells import fit

_FOCUS, _DIM = "$primary", "$foreground-muted"
_HERE: Final = "▸"


@dataclass(frozen=True, slots=True)
class Place:
    """A screen that one can go to.

    Attributes:
        name: What the app knows it by.
        key: The number key that leads there.
        title: Its name in the column.
        short: Its name in the line.
        group: The heading it stands under in the column, as in the guide's console.
    """

    name: str
    key: str
    title: str
    short: str
    group: str


class Navigation(Widget):
    """The places with their keys; the present one has a sign, whatever the colours.

    Args:
        places: All of them, those of a group together.
        here: The name of the one that this is drawn on.
    """

    in_column: reactive[bool] = reactive(False, layout=True)
    """Whether it is a column at the side, not a line."""

    def __init__(self, places: Sequence[Place], here: str) -> None:
        super().__init__()
        self._places = places
        self._here = here

    def render(self) -> Content:
        """Draw the column or the line."""
        return self._column() if self.in_column else self._line()

    def _column(self) -> Content:
        lines: list[Content] = []
        group = ""
        for place in self._places:
            if place.group != group:
                group = place.group
                lines += [Content("")] if lines else []
                lines.append(Content.styled(fit(group, self.size.width), "bold"))
            here = place.name == self._here
            sign = Content.styled(f"{_HERE} ", _FOCUS) if here else Content("  ")
            title = Content.styled(place.title, f"bold {_FOCUS}" if here else "")
            lines.append(Content.assemble(sign, (f"{place.key} ", _DIM), title))
        return Content("\n").join(lines)

    def _line(self) -> Content:
        parts = []
        for place in self._places:
            if place.name == self._here:
                parts.append(Content.styled(f"[{place.key} {place.short}]", f"bold {_FOCUS}"))
            else:
                parts.append(Content.assemble((f"{place.key} ", _DIM), place.short))
        return Content("  ").join(parts)
