"""The racers' rows on the screen: what the screen asks of them beside marks and cursor."""

from collections.abc import Callable, Mapping, Sequence

from drtui.domain.records import SponsoredUser
from drtui.domain.text import clean
from drtui.screens.racers import COLUMNS
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.record_table import order_sign


class RacersTable(MarkedTable[SponsoredUser]):
    """A table of racers that can name them, and take back a jump of its cursor.

    Args:
        cells: See `MarkedTable`.
        fetch: See `MarkedTable`.
        marked: See `MarkedTable`.
        refuses: Says why an action cannot be done now, and returns whether that is so.
        empty: See `MarkedTable`.
    """

    def __init__(
        self,
        cells: Callable[[SponsoredUser, PlacedColumn], Cell],
        fetch: Callable[[Sequence[int]], Mapping[int, SponsoredUser]],
        marked: Callable[[], None],
        refuses: Callable[[str], bool],
        *,
        empty: str,
    ) -> None:
        super().__init__(COLUMNS, cells, fetch, marked, empty=empty)
        self._refuses = refuses
        self._jumped_from: tuple[int | None, int] = (None, 0)  # the key, and its line on the screen

    @property
    def unseen_order(self) -> str:
        """What the rows are sorted by, such as `limit on hours ▼`, where no heading shows it."""
        name, reverse = self.sorted_by
        if not name or self.order_shown:
            return ""
        from drtui.screens.dialogs.sort import SORT_TITLES

        title = SORT_TITLES[name].partition(" (")[0]
        if not title[:2].isupper():
            title = title[:1].lower() + title[1:]
        return f"{title} {order_sign(reverse=reverse)}"

    def on_resize(self) -> None:
        """Say the order where its column has gone; Textual calls the base's handler too."""
        self._marked()

    def alias_of(self, key: int) -> str:
        """Return a racer's alias, safe to show; empty where the racer is gone."""
        user = self._row(key)
        return "" if user is None else clean(user.profile.alias)

    def action_mark_all(self) -> None:
        """Mark all that are shown, where they are those that were asked for."""
        if not self._refuses("mark_all"):
            super().action_mark_all()

    def action_invert(self) -> None:
        """Invert the marks of all that are shown, where they are those that were asked for."""
        if not self._refuses("invert"):
            super().action_invert()

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self._jumped_from = (self.cursor_key, self.cursor - self.top)
        super().action_go(index)

    def look_at_first(self) -> None:
        """Go to the first row, for which an order is chosen; an open range keeps its end."""
        if self._anchor is None:
            self.cursor = 0

    def jump_back(self) -> None:
        """Put cursor and view where they were before the cursor last jumped."""
        key, line = self._jumped_from
        if key is not None and key in self.keys:
            self.cursor = self.keys.index(key)
            self.top = self.cursor - line
