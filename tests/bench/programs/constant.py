"""The floor that Textual sets: a table of constant strings: `constant.py LEFT ABOVE ROWS`.

The table is where the console has it, with that many cells to the left, that many lines above the
heading and that many rows, but nothing is read or made: a row is one of a thousand constant ones,
of three strings, since the console's have three colours.
"""

import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.bench.racers import alias

KINDS = 1_000
ROWS = 100_000
WIDTH = 120
BAR = 8


def constant_row(number: int, width: int) -> tuple[str, str, str]:
    before = f"   {alias(number)}      {alias(number)}@exa…  active"
    after = "   5.0 / 10           -    3 / 9        0.1      3.57"
    room = width - BAR
    return before.ljust(room // 2)[: room // 2], "▇▁▁▁▁▁  ", after.ljust(room)[: room - room // 2]


class ConstantTable(Widget, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)"),
        Binding("up,k", "move(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("pageup", "page(-1)"),
    ]
    cursor: reactive[int] = reactive(0, repaint=False)
    top: reactive[int] = reactive(0)

    plain = Style.parse("#e0e0e0 on #121212")
    dim = Style.parse("#a0a0a0 on #121212")
    on_cursor = Style.parse("bold #e0e0e0 on #0f2a3f")

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rows = [constant_row(number, width) for number in range(KINDS)]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return Strip([Segment("Alias".ljust(width), self.dim)], width)
        index = self.top + y - 1
        style = self.on_cursor if index == self.cursor else self.plain
        before, bar, after = self.rows[index % KINDS]
        return Strip([Segment(before, style), Segment(bar, self.dim), Segment(after, style)], width)

    def watch_cursor(self, before: int, now: int) -> None:
        for index in (before, now):
            self.refresh(Region(0, 1 + index - self.top, self.size.width, 1))
        page = self.size.height - 1
        self.top = min(max(self.top, now - page + 1), now)

    def action_move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, ROWS - 1))

    def action_page(self, by: int) -> None:
        page = self.size.height - 1
        self.top = max(0, min(self.top + by * page, ROWS - page))
        self.cursor = max(0, min(self.cursor + by * page, ROWS - 1))


class Constant(App[None]):
    CSS = """
    Static { height: 1; padding: 0 1; }
    Input { height: 1; border: none; }
    """
    AUTO_FOCUS = "ConstantTable"

    def compose(self) -> ComposeResult:
        left, above, rows = map(int, sys.argv[1:])
        side = Static("\n".join(["Monitor usage"] * 5))
        side.styles.width = left
        side.styles.height = above - 1 + rows
        side.display = left > 0
        summary = Static("\n".join(["Sponsored users"] * (above - 3)))
        summary.styles.height = above - 3
        table = ConstantTable(WIDTH - left)
        table.styles.height = rows + 1
        yield Static("drtui  finals · online")
        with Horizontal():
            yield side
            with Vertical():
                yield summary
                yield Input(placeholder="filter", compact=True)
                yield Static("─" * (WIDTH - left - 2))
                yield table
                yield Static("")
        yield Static("/ filter   space mark   q quit")


if __name__ == "__main__":
    Constant().run()
