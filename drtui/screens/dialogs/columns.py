"""Which columns a table shows, and in which order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.widgets.turned_list import TurnedList

_DIM = "$foreground-muted"


class _Columns(TurnedList):
    """The list, with the keys that change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "screen.show_or_hide", "show or hide", key_display="space"),
        Binding("J,greater_than_sign", "screen.shift(1)", "move down", key_display="J"),
        Binding("K,less_than_sign", "screen.shift(-1)", "move up", key_display="K"),
        Binding("r", "screen.reset", "reset"),
        Binding("enter", "screen.confirm", "confirm", key_display="enter"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class ColumnsDialog(Dialog[tuple[str, ...]]):
    """Chooses columns; returns the names of those to show, in order.

    Where there is no room for all of them, the table still leaves some out.

    Args:
        titles: What each column is called, by its name, in the usual order.
        shown: The names of those that are shown now, in order.
        usual: The names of those that are shown where nothing was chosen, in order.
        always: The names of those that cannot be hidden.
    """

    TITLE_TEXT = "Columns"

    def __init__(
        self,
        titles: Mapping[str, str],
        shown: Sequence[str],
        usual: Sequence[str],
        always: Collection[str] = ("alias",),
    ) -> None:
        super().__init__()
        self._titles = titles
        self._usual = usual
        self._always = always
        self._list = _Columns(compact=True, markup=False)
        self._order: list[str] = []
        self._shown: set[str] = set()
        self._take(shown)

    def _take(self, shown: Sequence[str]) -> None:
        there = [name for name in shown if name in self._titles]
        first = [name for name in self._titles if name in self._always and name not in there]
        self._shown = {*first, *there}
        hidden = [name for name in self._titles if name not in self._shown]
        self._order = [*first, *there, *hidden]

    def content(self) -> Iterable[Widget]:
        """The columns, those that are shown first."""
        yield self._list
        yield paragraph("Where there is no room for all, some are left out.", "dim spaced")

    def choices(self) -> Iterable[Choice]:
        """To leave, or to use them."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the first."""
        self._draw(0)
        self._list.focus()

    def _draw(self, cursor: int) -> None:
        self._list.set_options([self._option(name) for name in self._order])
        self._list.highlighted = cursor

    def _option(self, name: str) -> Option:
        box = "[x]" if name in self._shown else "[ ]"
        line = Content(f"{box} {self._titles[name]}")
        if name in self._always:
            line += Content.styled("  always shown", _DIM)
        return Option(line, id=name)

    @property
    def _cursor(self) -> int:
        return self._list.highlighted or 0

    def action_show_or_hide(self) -> None:
        """Show this column, or hide it."""
        name = self._order[self._cursor]
        if name not in self._always:
            self._shown ^= {name}
            self._draw(self._cursor)

    def action_shift(self, by: int) -> None:
        """Move this column."""
        here = self._cursor
        there = here + by
        if 0 <= there < len(self._order):
            self._order[here], self._order[there] = self._order[there], self._order[here]
            self._draw(there)

    def action_reset(self) -> None:
        """Go back to the usual columns."""
        self._take(self._usual)
        self._draw(0)

    def action_confirm(self) -> None:
        """Use them."""
        self.dismiss(tuple(name for name in self._order if name in self._shown))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self.action_confirm()
        else:
            self.dismiss(None)
