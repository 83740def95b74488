"""A virtual table: ordered keys in memory, and only the visible rows fetched and drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from drtui.widgets.cells import Cell, Run, Tone, placed
from drtui.widgets.columns import GAP, Column, PlacedColumn, place

Row = TypeVar("Row")
HEADING: Final = 1  # lines above the rows
_CURSOR_SIGN: Final = "▌"
_THUMB: Final = Run("▐", Tone.DIM)
_NO_THUMB: Final = Run(" ")
_WHEEL: Final = 3
_GAP_RUN: Final = Run(" " * GAP)
_KEPT_ROWS: Final = 2_000  # a few dozen screens; beyond that fetching again is cheaper than memory


class RecordTable(Widget, Generic[Row], can_focus=True):
    """Rows by key, one line each, with a cursor; columns are left out where there is no room.

    It scrolls by itself, with a bar of its own: Textual's would lay out the whole screen anew
    whenever the number of rows changes. Rows are kept after they were drawn, until `show` brings
    new ones. Outside text in cells is never markup.

    Args:
        columns: In order; those that do not fit are left out by rank.
        cells: Makes a row's cell for a column.
        fetch: Reads rows by key; a key that is no longer there is left out of the answer.
        empty: What to say when there is no row.
        id: The widget's id.
    """

    BINDING_GROUP_TITLE = "Table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next row", show=False),
        Binding("up,k", "move(-1)", "Previous row", show=False),
        Binding("pagedown", "page(1)", "Next page", show=False),
        Binding("pageup", "page(-1)", "Previous page", show=False),
        Binding("home,g", "go(0)", "First row", show=False),
        Binding("end,G", "go(-1)", "Last row", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--heading",
        "record-table--sorted",
        "record-table--cursor",
        *(f"record-table--{tone}" for tone in Tone),
    }

    cursor: reactive[int] = reactive(0, repaint=False)
    """The index of the row that the cursor is on; 0 when there is none."""

    top: reactive[int] = reactive(0)
    """The index of the first row on the screen."""

    sorted_by: reactive[tuple[str, bool]] = reactive(("", False))
    """The name of the column that the rows are sorted by, and whether the largest comes first."""

    empty: reactive[str] = reactive("", repaint=False)
    """What is said when there is no row."""

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row, PlacedColumn], Cell],
        fetch: Callable[[Sequence[int]], Mapping[int, Row]],
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.set_reactive(RecordTable.empty, empty)
        self.keys: Sequence[int] = []
        self._columns = columns
        self._cells = cells
        self._fetch = fetch
        self._rows: dict[int, Row] = {}
        self._placed: list[PlacedColumn] = []
        self._placed_in = -1
        self._styles: dict[tuple[Tone, bool], Style] = {}

    @property
    def cursor_key(self) -> int | None:
        """The key of the row that the cursor is on; None when there is no row."""
        return self.keys[self.cursor] if self.keys else None

    @property
    def visible_keys(self) -> Sequence[int]:
        """The keys of the rows on the screen."""
        return self.keys[self.top : self.top + self._page]

    @property
    def _page(self) -> int:
        return max(1, self.size.height - HEADING)

    def show(self, keys: Sequence[int], rows: Mapping[int, Row], *, stay: bool = True) -> None:
        """Take new keys, and the rows that are known of them.

        The cursor stays on its row wherever that is now. Lines that look as before are not
        drawn again.

        Args:
            keys: In order.
            rows: Any that were read with the keys; the others are fetched when they are drawn.
            stay: Where the cursor's row is gone: whether to stay in place or go to the top.
        """
        before = self.cursor_key
        known, self._rows = self._rows, dict(rows)
        if keys == self.keys:
            self._refresh_changed(known)
            return
        offset = self.cursor - self.top
        there = self.cursor if stay else 0
        try:
            there = keys.index(before) if before is not None else 0
        except ValueError:
            there = min(there, max(0, len(keys) - 1))
        self.keys = keys
        self.set_reactive(RecordTable.cursor, there)
        self._keys_changed()
        self.top = there - offset
        self._keep_in_view()
        self.refresh()

    def _refresh_changed(self, known: Mapping[int, Row]) -> None:
        for line, key in enumerate(self.visible_keys):
            if known.get(key) != self._row(key):
                self.refresh_row(self.top + line)

    def _keys_changed(self) -> None:
        """A place for what depends on the order of rows."""

    def refresh_row(self, index: int) -> None:
        """Draw one row again, if it is on the screen."""
        self.refresh(Region(0, HEADING + index - self.top, self.size.width, 1))

    def on_resize(self) -> None:
        """Keep the cursor's row on the screen."""
        self.top = self.top
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        self.top = min(max(self.top, self.cursor - self._page + 1), self.cursor)

    def validate_top(self, top: int) -> int:
        """Keep the last page full."""
        return max(0, min(top, len(self.keys) - self._page))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self.keys) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two rows that changed, or scroll."""
        if before == now:
            return
        self.refresh_row(before)
        self.refresh_row(now)
        self._keep_in_view()

    def watch_empty(self) -> None:
        """Say it, where there is no row."""
        if not self.keys:
            self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor and the view by pages."""
        page = self._page
        self.top += by * page
        self.cursor += by * page

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self.cursor = index if index >= 0 else len(self.keys) - 1

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row that was clicked."""
        if self.keys and event.y >= HEADING:
            self.cursor = self.top + event.y - HEADING

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the view; the cursor stays."""
        event.stop()
        self.top += _WHEEL

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the view; the cursor stays."""
        event.stop()
        self.top -= _WHEEL

    def on_focus(self) -> None:
        """Show that the cursor is active."""
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Show that the cursor is not active."""
        self.refresh_row(self.cursor)

    def notify_style_update(self) -> None:
        """Forget the styles, which depend on the theme and the focus."""
        super().notify_style_update()
        self._styles.clear()

    def _row(self, key: int) -> Row | None:
        if key not in self._rows:
            missing = [one for one in self.visible_keys if one not in self._rows]
            if key not in missing:
                missing.append(key)
            if len(self._rows) > _KEPT_ROWS:
                self._rows = {}
            self._rows |= self._fetch(missing)
        return self._rows.get(key)

    @property
    def _sign_width(self) -> int:
        return len(_CURSOR_SIGN) + 1

    def _columns_in(self, width: int) -> list[PlacedColumn]:
        """What there is room for beside the signs and, after a blank, the scroll bar."""
        if width != self._placed_in:
            self._placed = place(self._columns, width - self._sign_width - 2)
            self._placed_in = width
        return self._placed

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading, a row, or what is said when there is none."""
        width, height = self.size
        if y < HEADING:
            return self._render_heading(width)
        index = self.top + y - HEADING
        if index < len(self.keys):
            runs = self._row_runs(index, width)
        elif not self.keys and y == HEADING + 1:
            runs = placed([Run(" " * self._sign_width), Run(self.empty, Tone.DIM)], width - 1)
        else:
            runs = [Run(" " * (width - 1))]
        runs.append(_THUMB if y - HEADING in self._thumb(height - HEADING) else _NO_THUMB)
        return self._strip(runs, width, cursor=bool(self.keys) and index == self.cursor)

    def _thumb(self, page: int) -> range:
        """The lines of the page beside which the scroll bar's thumb stands."""
        rows = len(self.keys)
        if rows <= page:
            return range(0)
        size = max(1, page * page // rows)
        first = round(self.top / (rows - page) * (page - size))
        return range(first, first + size)

    def _render_heading(self, width: int) -> Strip:
        name, reverse = self.sorted_by
        heading = self.get_component_rich_style("record-table--heading")
        by_this = self.get_component_rich_style("record-table--sorted")
        segments = [Segment(" " * self._sign_width, heading)]
        for number, one in enumerate(self._columns_in(width)):
            column, is_sorted = one.column, one.column.name == name
            title = column.title
            if is_sorted:
                title = _with_sign(title, "▼" if reverse else "▲", one.width)
            text = "".join(run.text for run in placed([Run(title)], one.width, right=column.right))
            if number:
                segments.append(Segment(" " * GAP, heading))
            segments.append(Segment(text, by_this if is_sorted else heading))
        return Strip(segments).adjust_cell_length(width, heading)

    def _row_runs(self, index: int, width: int) -> list[Run]:
        """Return a row as runs that leave one cell of the width to the scroll bar."""
        key = self.keys[index]
        row = self._row(key)
        runs = self._signs(key, index)
        left = width - 1 - self._sign_width
        if row is not None:
            for number, one in enumerate(self._columns_in(width)):
                if number:
                    runs.append(_GAP_RUN)
                    left -= GAP
                runs += placed(self._cells(row, one), one.width, right=one.column.right)
                left -= one.width
        if left < 0:
            return placed(runs, width - 1)
        runs.append(Run(" " * left))
        return runs

    def _signs(self, key: int, index: int) -> list[Run]:
        """What stands before the columns, `_sign_width` cells wide."""
        del key
        if index != self.cursor:
            return [Run(" "), Run(" ")]
        return [Run(_CURSOR_SIGN, Tone.FOCUS if self.has_focus else Tone.DIM), Run(" ")]

    def _strip(self, runs: Sequence[Run], width: int, *, cursor: bool) -> Strip:
        segments = []
        text, tone = "", Tone.PLAIN
        for run in runs:  # neighbours of one tone become one segment: fewer bytes to the terminal
            if run.tone is not tone and text:
                segments.append(Segment(text, self._style(tone, cursor=cursor)))
                text = ""
            text, tone = text + run.text, run.tone
        segments.append(Segment(text, self._style(tone, cursor=cursor)))
        return Strip(segments, width)

    def _style(self, tone: Tone, *, cursor: bool) -> Style:
        style = self._styles.get((tone, cursor))
        if style is None:
            names = [f"record-table--{tone}"]
            if cursor:
                names.insert(0, "record-table--cursor")
            style = self.get_component_rich_style(names[0])
            for name in names[1:]:
                style += self.get_component_rich_style(name, partial=True)
            self._styles[tone, cursor] = style
        return style


def _with_sign(title: str, sign: str, width: int) -> str:
    """Put a sign after a title, or before it where there is no room after it."""
    after = f"{title} {sign}"
    return after if len(after) <= width else sign + title.strip()
