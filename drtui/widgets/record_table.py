"""A virtual table: ordered keys in memory, and only the visible rows fetched and drawn."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from drtui.widgets.cells import Cell, Run, Tone, placed
from drtui.widgets.columns import GAP, Column, PlacedColumn, order_sign, with_sign
from drtui.widgets.row_lines import LineKey, RowLines, Signs

Row = TypeVar("Row")
HEADING: Final = 1  # lines above the rows
_CURSOR_SIGN: Final = "▌"
_BLANK: Final = Run(" ")
_THUMB: Final = Signs((Run("▐", Tone.DIM),))
_NO_THUMB: Final = Signs((_BLANK,))
_WHEEL: Final = 3
_KEPT_ROWS: Final = 600  # more than on the screen and beside it, for going back and forth
# The keys come first: the pages beside the one on the screen are read when none came for so long.
_AHEAD_SECONDS: Final = 0.015


def row_signs(*after: Run) -> tuple[Signs, Signs, Signs]:
    """Return what stands before a row: the cursor's place and, after it, what is given.

    The first is without the cursor, the second with it, the third with it where it is active.
    """
    looks = _BLANK, Run(_CURSOR_SIGN, Tone.DIM), Run(_CURSOR_SIGN, Tone.FOCUS)
    away, resting, active = (Signs((one, *after)) for one in looks)
    return away, resting, active


_SIGNS: Final = row_signs(_BLANK)


class RecordTable(Widget, Generic[Row], can_focus=True):
    """Rows by key, one line each, with a cursor; columns are left out where there is no room.

    It scrolls by itself, with a bar of its own: Textual's would lay out the whole screen anew
    whenever the number of rows changes. Rows are kept after they were drawn, and those of the
    pages before and after are read ahead, until `show` brings new ones. Outside text in cells is
    never markup.

    Args:
        columns: In order; those that do not fit are left out by rank.
        cells: Makes a row's cell for a column.
        fetch: Reads rows by key; a key that is no longer there is left out of the answer.
        empty: What to say when there is no row.
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
    ) -> None:
        super().__init__()
        self.set_reactive(RecordTable.empty, empty)
        self.keys: Sequence[int] = []
        self._fetch = fetch
        self._rows: dict[int, Row] = {}
        self._ahead: Timer | None = None
        self._meant: int | None = 0  # how far down somebody went before there was any row
        self._lines = RowLines(columns, cells, self._look)
        self._heading = Strip.blank(0)
        self._heading_of: tuple[object, ...] = ()

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in order; those that do not fit are left out by rank."""
        return self._lines.columns

    @columns.setter
    def columns(self, columns: Sequence[Column]) -> None:
        if list(columns) != list(self._lines.columns):
            self._lines.columns = columns
            self.refresh()

    @property
    def columns_in_sight(self) -> list[str]:
        """The names of the columns that there is room for, in order."""
        placed = self._lines.columns_in(self._room(self.size.width))
        return [one.column.name for one in placed]

    @property
    def order_shown(self) -> bool:
        """Whether a heading shows what the rows are sorted by."""
        return self.sorted_by[0] in self.columns_in_sight

    @property
    def cursor_key(self) -> int | None:
        """The key of the row that the cursor is on; None when there is no row."""
        return self.keys[self.cursor] if self.keys else None

    @property
    def visible_keys(self) -> Sequence[int]:
        """The keys of the rows on the screen."""
        return self.keys[self.top : self.top + self._page]

    @property
    def near_keys(self) -> Sequence[int]:
        """The keys of the rows on the screen, and on the pages before and after."""
        page = self._page
        return self.keys[max(0, self.top - page) : self.top + 2 * page]

    @property
    def _page(self) -> int:
        return max(1, self.size.height - HEADING)

    def show(
        self,
        keys: Sequence[int],
        rows: Mapping[int, Row],
        *,
        stay: bool = True,
        follow: bool = False,
        from_top: bool = False,
    ) -> None:
        """Take new keys, and the rows that are known of them.

        The cursor stays on its row wherever that is now. Lines that look as before are not
        drawn again.

        Args:
            keys: In order.
            rows: Any that were read with the keys; the others are fetched when they are drawn.
            stay: Where the cursor's row is gone: whether to stay in place or go to the top.
            follow: Whether a cursor on the first row, in sight, stays on the first row whatever
                row that is now.
            from_top: Whether what is shown from the first row on still is, so that new rows are
                seen above the cursor.
        """
        before = None if follow and self.cursor == self.top == 0 else self.cursor_key
        known, self._rows = self._rows, dict(rows)
        self._lines.forget(but=self._alike(known))
        self._read_ahead_soon()
        if keys is self.keys or keys == self.keys:
            self._refresh_changed(known)
            return
        at_top = from_top and self.top == 0
        offset = self.cursor - self.top
        there = self.cursor if stay else 0
        with suppress(ValueError):  # it is gone
            there = keys.index(before) if before is not None else self._meant or 0
        self.keys = keys
        self._meant = None if keys else self._meant
        self.set_reactive(RecordTable.cursor, self.validate_cursor(there))
        self._keys_changed()
        self.top = 0 if at_top else self.cursor - offset
        self._keep_in_view()
        self.refresh()

    def _alike(self, known: Mapping[int, Row]) -> Collection[int]:
        """The keys of the rows whose lines are as before; none where they may tell of the time."""
        del known
        return ()

    def _refresh_changed(self, known: Mapping[int, Row]) -> None:
        for line, key in enumerate(self.visible_keys):
            if known.get(key) != self._row(key):
                self.refresh_row(self.top + line)

    def _keys_changed(self) -> None:
        """A place for what depends on the order of rows."""

    def refresh_row(self, index: int) -> None:
        """Draw one row again, if it is on the screen."""
        self.refresh(Region(0, HEADING + index - self.top, self.size.width, 1))

    def on_mount(self) -> None:
        """Be ready to read ahead."""
        self._ahead = self.set_interval(_AHEAD_SECONDS, self._read_ahead, pause=True)

    def on_resize(self) -> None:
        """Keep the cursor's row on the screen."""
        self._read_ahead_soon()
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

    def watch_top(self) -> None:
        """The pages beside it are others now."""
        self._read_ahead_soon()

    def _read_ahead_soon(self) -> None:
        if self._ahead is not None:
            self._ahead.reset()

    def _read_ahead(self) -> None:
        """Make the lines of the pages before and after, for a page key to have only to show."""
        assert self._ahead is not None
        self._ahead.pause()
        width, near = self.size.width, self.near_keys
        first = max(0, self.top - self._page)
        if len(self._rows) > _KEPT_ROWS:
            self._rows = {key: self._rows[key] for key in near if key in self._rows}
            self._lines.forget()
        self._read([key for key in near if key not in self._rows])
        for index, key in enumerate(near, first):
            if key in self._rows:
                self._row_line(key, index, width, _NO_THUMB)

    def watch_empty(self) -> None:
        """Say it, where there is no row."""
        if not self.keys:
            self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows; where there is none yet, it goes there once there are."""
        if self._meant is not None:
            self._meant = max(0, self._meant + by)
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
        self._lines.forget_looks()
        self._heading_of = ()

    def _row(self, key: int) -> Row | None:
        if key not in self._rows:
            missing = [one for one in self.visible_keys if one not in self._rows]
            if key not in missing:
                missing.append(key)
            self._read(missing)
        return self._rows.get(key)

    def _read(self, keys: Sequence[int]) -> None:
        if keys:
            self._rows |= self._fetch(keys)

    @property
    def _sign_width(self) -> int:
        return len(_CURSOR_SIGN) + 1

    def _room(self, width: int) -> int:
        """The cells for columns beside the signs and, after a blank, the scroll bar."""
        return max(0, width - self._sign_width - 2)

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading, a row, or what is said when there is none."""
        width, height = self.size
        if y < HEADING:
            return self._render_heading(width)
        index = self.top + y - HEADING
        if index < len(self.keys):
            thumb = y - HEADING in self._thumb(height - HEADING)
            end = _THUMB if thumb else _NO_THUMB
            return self._row_line(self.keys[index], index, width, end)
        said = Run("" if self.keys or y != HEADING + 1 else self.empty, Tone.DIM)
        runs = placed([Run(" " * self._sign_width), said], width - 1)
        return self._lines.strip([*runs, _BLANK])

    def _row_line(self, key: int, index: int, width: int, end: Signs) -> Strip:
        away, resting, active = self._signs(key, index)
        cursor, signs = index == self.cursor, away
        if cursor:
            signs = active if self.has_focus else resting
        which = LineKey(key, signs, cursor, end)
        return self._lines.line(which, self._row(key), self._room(width))

    def _thumb(self, page: int) -> range:
        """The lines of the page beside which the scroll bar's thumb stands."""
        rows = len(self.keys)
        if rows <= page:
            return range(0)
        size = max(1, page * page // rows)
        first = round(self.top / (rows - page) * (page - size))
        return range(first, first + size)

    def _render_heading(self, width: int) -> Strip:
        columns = self._lines.columns_in(self._room(width))
        shown = (width, self.sorted_by, columns)
        if shown != self._heading_of:
            self._heading_of = shown
            self._heading = self._make_heading(*shown)
        return self._heading

    def _make_heading(
        self, width: int, order: tuple[str, bool], columns: Sequence[PlacedColumn]
    ) -> Strip:
        name, reverse = order
        heading = self.get_component_rich_style("record-table--heading")
        by_this = self.get_component_rich_style("record-table--sorted")
        segments = [Segment(" " * self._sign_width, heading)]
        for number, one in enumerate(columns):
            column, is_sorted = one.column, one.column.name == name
            title = column.title
            if is_sorted:
                title = with_sign(title, order_sign(reverse=reverse), one.width)
            text = "".join(run.text for run in placed([Run(title)], one.width, right=column.right))
            if number:
                segments.append(Segment(" " * GAP, heading))
            segments.append(Segment(text, by_this if is_sorted else heading))
        return Strip(Segment.simplify(segments)).adjust_cell_length(width, heading)

    def _signs(self, key: int, index: int) -> tuple[Signs, Signs, Signs]:
        """What stands before the columns, `_sign_width` cells wide; see `row_signs`."""
        del key, index
        return _SIGNS

    def _look(self, tone: Tone, cursor: bool) -> Style:
        style = self.get_component_rich_style(
            "record-table--cursor" if cursor else f"record-table--{tone}"
        )
        if cursor:
            style += self.get_component_rich_style(f"record-table--{tone}", partial=True)
        return style
