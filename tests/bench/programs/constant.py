"""The floor that Textual sets: a table of constant strings: `constant.py ABOVE ROWS`.

Lines and columns are where the console has them, with that many lines above the heading and that
many rows, but nothing is read or made: a row is one of a thousand constant ones, of three strings,
since the console's have three colours.
"""

import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.bench.racers import alias

KINDS = 1_000
ROWS = 100_000
WIDTHS = (3, 18, 19, 17, 8, 16, 9, 13, 7, 10)  # the console's columns, each with its gap


def constant_row(number: int) -> tuple[str, str, str]:
    texts = (
        *("", alias(number), f"{alias(number)}@exa…", "active", "▇▁▁▁▁▁"),
        *("   5.0 / 10", "      -", "  3 / 9", "  0.1", "    3.57"),
    )
    cells = [text.ljust(width)[:width] for text, width in zip(texts, WIDTHS, strict=True)]
    return "".join(cells[:4]), cells[4], "".join(cells[5:])


CONSTANTS = [constant_row(number) for number in range(KINDS)]


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

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return Strip([Segment("Alias".ljust(width), self.dim)], width)
        index = self.top + y - 1
        style = self.on_cursor if index == self.cursor else self.plain
        before, bar, after = CONSTANTS[index % KINDS]
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
        above, rows = int(sys.argv[1]), int(sys.argv[2])
        summary = Static("\n".join(["Sponsored users"] * (above - 3)))
        summary.styles.height = above - 3
        table = ConstantTable()
        table.styles.height = rows + 1
        yield Static("drtui  finals · online")
        yield summary
        yield Input(placeholder="filter", compact=True)
        yield Static("─" * 110)
        yield table
        yield Static("")
        yield Static("/ filter   space mark   q quit")


if __name__ == "__main__":
    Constant().run()
