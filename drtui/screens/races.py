"""Races: all of them in one table, and what an organiser does with them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.race_filter_fields import RACES
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.messages import OpenRace
from drtui.screens.race_actions import FOR_RACES, RaceActions
from drtui.screens.race_cells import (
    COLUMN_TITLES,
    COLUMNS,
    SORT_LETTERS,
    SORT_TITLES,
    SORTS,
    USUAL_COLUMNS,
    ShownRace,
    race_cell,
    shown_race,
)
from drtui.screens.race_summary import summary_lines
from drtui.screens.sheet import BRING_BACK_KEY, SAVED_FILTERS_KEY, SORT_KEYS, Sheet
from drtui.screens.table_screen import TableScreen
from drtui.screens.views import View, ViewState
from drtui.screens.watched_table import WatchedTable
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Lines

if TYPE_CHECKING:  # it brings the store
    from drtui.screens.races_desk import RacesReading, RacesSummary

_TABLE_KINDS: Final = frozenset({RecordKind.RACE, RecordKind.OPERATION})
_LIST: Final = "One race a line: its id, its name, or a part of the name."


class Races(WatchedTable[ShownRace, "RacesReading", "RacesSummary"], RaceActions):
    """The races' table over the store, with filter and marks.

    They are read from the account for as long as the screen is in sight. What a race's clock says
    changes by itself.
    """

    PLACE: ClassVar[str] = "races"
    TABLE_KINDS = SUMMARY_KINDS = _TABLE_KINDS
    KINDS: ClassVar[frozenset[RecordKind]] = _TABLE_KINDS | TableScreen.VIEW_KINDS
    SHEET: ClassVar[Sheet] = Sheet(
        name="races",
        language=RACES,
        columns=COLUMNS,
        titles=COLUMN_TITLES,
        usual=USUAL_COLUMNS,
        always=("name",),
        sorts=SORTS,
        sort_titles=SORT_TITLES,
        sort_letters=SORT_LETTERS,
        first="state",
        what="race",
        nobody="No race",
        hint="filter: state:open live:yes …",
    )
    DONE_TO_ROWS: ClassVar[frozenset[str]] = frozenset(FOR_RACES)
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset({*FOR_RACES, "standings", "copy"})
    MENU: ClassVar[tuple[str, ...]] = (
        *("new", "edit", "clone", "delete", "apply_file", "templates", "write"),
        *("invite", "standings", "marshal", "big_screen", "mark_list", "copy"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "app.command_palette", "sort", "undo", "mark_all"),
    )
    FOR_A_LIST: ClassVar[str] = "For a list of races: esc, then L."
    BINDING_GROUP_TITLE = "Races"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the races, live"),
        *SORT_KEYS,
        Binding("enter", "open", "Open the race's page", show=False),
        Binding("t", "standings", "Standings of the marked races", show=False),
        SAVED_FILTERS_KEY,
        Binding("C", "columns", "Choose columns", show=False),
        Binding("L", "mark_list", "Mark from a list or a file", show=False),
        Binding("y", "copy", "Copy names, times and ids", show=False),
        BRING_BACK_KEY,
        Binding("escape", "peel", "Leave range, filter or marks", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._refused: tuple[bool, ...] = ()
        self._roomy = False

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._head, *self._beside_table(), self._table]

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Say more of the quotas where there is room."""
        del width, height
        self._roomy = roomy

    def tick(self) -> None:
        """Let the ages grow, and the clocks of the races go on."""
        super().tick()
        if self.is_open and self.is_current and self._is_behind_the_clock():
            self._sum_up()
            self._reload_table()

    def _is_behind_the_clock(self) -> bool:
        """Whether a race on the screen would say something else by now."""
        now = self.desk.now()
        rows = filter(None, map(self._table.row_of, self._table.visible_keys))
        return any(shown_race(one.row, now, one.zone) != one for one in rows)

    # What the table shows

    def _read(self, view: View) -> "RacesReading":
        return self.desk.races.read(view)

    def _rows(self, keys: Sequence[int]) -> Mapping[int, ShownRace]:
        return self.desk.races.races(keys)

    def _show(self, view: View, found: "RacesReading") -> None:
        self._take(view, found.keys, found.rows, whole=True)

    def _summarise(self, view: View) -> "RacesSummary":
        del view
        return self.desk.races.summary()

    def _summary_lines(self, summary: "RacesSummary", width: int) -> Lines:
        now, zone = self.desk.now(), self.desk.races.zone
        return summary_lines(summary, now, zone, width, roomy=self._roomy)

    def _cell(self, row: ShownRace, placed: PlacedColumn) -> Cell:
        return race_cell(row, placed)

    def _name_of(self, row: ShownRace) -> str:
        return row.row.definition.name or row.row.race_id

    def _none_there(self) -> str:
        if self._found is None:
            return READING
        listing = self._found.listing
        if listing.read_at is not None:
            return "There is no race: n makes one, N from a template, o from a file."
        if why := self._unread("The races", listing.trouble):
            return why
        return "The races are read for the first time …"

    def _total(self) -> int | None:
        return None if self._found is None else self._found.count

    def _read_views(self, _: None) -> ViewState:
        return self.desk.races.views(USUAL_COLUMNS)

    # Keeping them fresh

    def _watch(self) -> None:
        if self.is_open and self.is_current:
            self._interest.ask(())

    def _declare(self, first: tuple[str, ...]) -> None:
        del first
        self.desk.races.watch()

    async def _sync(self) -> None:
        await asyncio.to_thread(self.desk.races.watch)
        await super()._sync()

    # What is done with races

    def _moved(self) -> None:
        """Draw the keys again where they are for other races, too."""
        super()._moved()
        refused = tuple(bool(self.refusal(action)) for action in ("marshal", "big_screen"))
        if refused != self._refused:
            self._refused = refused
            self.drop_untrue()
            self._keys.refresh()

    def race_at_hand(self) -> ShownRace | None:
        """The one race that is marked, else the one under the cursor."""
        keys = self.subject().keys
        return self._table.row_of(keys[0]) if len(keys) == 1 else None

    def action_peel(self) -> None:
        """Leave the range that is open, else clear the filter, else take the marks away."""
        if self._bar.input.value:
            super().action_peel()
        elif not self._table.leave_range():
            self._table.clear_marks()

    def _open(self, key: int) -> None:
        race = self._table.row_of(key)
        if race is None:
            return
        if race.row.creating:
            self.say("This race is on its way to be created: 5 shows how far that is.")
        else:
            self.app.post_message(OpenRace(race.row.race_id))

    def action_standings(self) -> None:
        """Open the standings of the marked races, in the order that they are shown in."""
        if self._refuses("standings"):
            return
        rows = self.desk.races.races(self.subject().keys)
        there = [one.row.race_id for one in rows.values() if not one.row.creating]
        if not there:
            self.say("These races are on their way to be created.", wrong=True)
            return
        from drtui.screens.standings import StandingsScreen

        self.app.push_screen(StandingsScreen(self.context, there))

    def action_mark_list(self) -> None:
        """Mark what a pasted list or a file names."""
        from drtui.screens import usage_tools

        marks, match = self._table.marks, self.desk.races.match
        self.use_tool(
            lambda: usage_tools.mark_list(
                self, marks, self._table.mark, match=match, takes=_LIST, what="race"
            )
        )

    def action_copy(self) -> None:
        """Copy the races that actions are for, one a line."""
        from drtui.screens import race_tools

        keys = self.subject().keys
        self.use_tool(lambda: race_tools.copy_races(self, keys), "copy")
