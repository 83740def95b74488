"""Races: all of them in one table, and what an organiser does with them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.race_filter_fields import RACES
from drtui.domain.text import clean
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import OpenRace
from drtui.screens.race_actions import FOR_RACES, RaceActions, RaceSubject
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
from drtui.screens.table_screen import Sheet, TableScreen
from drtui.screens.views import Glance, View, ViewState
from drtui.widgets.cells import Cell
from drtui.widgets.columns import PlacedColumn
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:  # it brings the store
    from drtui.screens.races_desk import RacesReading, RacesSummary

_TABLE_KINDS: Final = frozenset({RecordKind.RACE, RecordKind.OPERATION})
_VIEW_KINDS: Final = frozenset({RecordKind.PREFERENCE})
# An interest lasts a minute and a half; renewed this often it never ends while somebody looks.
_RENEW_SECONDS: Final = 30.0


class Races(TableScreen[ShownRace, "RacesReading"], RaceActions):
    """The races' table over the store, with filter and marks.

    They are read from the account for as long as the screen is in sight. What a race's clock says
    changes by itself.
    """

    PLACE: ClassVar[str] = "races"
    KINDS: ClassVar[frozenset[RecordKind]] = _TABLE_KINDS | _VIEW_KINDS
    SHEET: ClassVar[Sheet] = Sheet(
        name="races",
        language=RACES,
        columns=COLUMNS,
        titles=COLUMN_TITLES,
        usual=USUAL_COLUMNS,
        always=("name",),
        sorts=SORTS,
        first="state",
        nobody="No race",
        hint="filter: state:open live:yes …",
    )
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset({*FOR_RACES, "standings", "copy"})
    MENU: ClassVar[tuple[str, ...]] = (
        *("new", "edit", "clone", "delete", "apply_file", "templates", "write"),
        *("invite", "standings", "marshal", "big_screen", "copy"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "app.command_palette", "sort", "undo", "mark_all"),
    )
    BINDING_GROUP_TITLE = "Races"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the races, live"),
        Binding("s", "sort", "sort", tooltip="Choose what to sort by"),
        Binding("S", "reverse", "Reverse the order", show=False),
        Binding("enter", "open", "Open the race's page", show=False),
        Binding("t", "standings", "Standings of the marked races", show=False),
        Binding("f", "saved_filters", "Saved filters", show=False),
        Binding("C", "columns", "Choose columns", show=False),
        Binding("y", "copy", "Copy names, times and ids", show=False),
        Binding("ctrl+r", "bring_back", "Bring the last marks back", show=False, key_display="gm"),
        Binding("escape", "peel", "Leave range, filter or marks", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._found: RacesSummary | None = None
        self._roomy = False
        self._head = Facts(self._draw_head, classes="models-head")
        self._summaries: Lane[None, RacesSummary] = Lane(
            self, self._summarise, self._show_summary, self.failed
        )
        self._interest: Lane[None, None] = Lane(
            self, self._declare, lambda _, __: None, self.failed
        )
        self._was_empty = True

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._head, *self._beside_table(), self._table]

    def on_mount(self) -> None:
        """Keep the races fresh while they are in sight; Textual calls the base's handler too."""
        self.set_interval(_RENEW_SECONDS, self._watch)

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Say more of the quotas where there is room."""
        del width, height
        self._roomy = roomy

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the table again, what it comes to, and what the filter knows of the account."""
        if kinds & _TABLE_KINDS:
            self._summaries.ask(None)
            self._reload_table()
        if kinds & _VIEW_KINDS:
            self._views.ask(None)

    def glanced(self, glance: Glance) -> None:
        """Say anew why there is nothing, which the connection may tell."""
        del glance
        self._table.empty = self._nothing(self._expression)

    def tick(self) -> None:
        """Let the ages grow, and the clocks of the races go on."""
        super().tick()
        self._head.renew()
        if self.is_open and self.is_current and self._is_behind_the_clock():
            self._summaries.ask(None)
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

    def _summarise(self, _: None) -> "RacesSummary":
        return self.desk.races.summary()

    def _show_summary(self, _: None, summary: "RacesSummary") -> None:
        self._found = summary
        self._head.renew()
        self._table.empty = self._nothing(self._expression)
        self._count()

    def _draw_head(self, width: int) -> Lines:
        if self._found is None:
            return []
        now, zone = self.desk.now(), self.desk.races.zone
        return summary_lines(self._found, now, zone, width, roomy=self._roomy)

    def _cell(self, row: ShownRace, placed: PlacedColumn) -> Cell:
        return race_cell(row, placed)

    def _name_of(self, row: ShownRace) -> str:
        return row.row.definition.name or row.row.race_id

    def _none_there(self) -> str:
        if self._found is None:
            return "Reading the store …"
        listing = self._found.listing
        if listing.read_at is not None:
            return "There is no race: n makes one, N from a template, o from a file."
        sync = None if self.context.glance is None else self.context.glance.sync
        if sync is not None and sync.halted:
            why = f"{sync.key} signs in" if sync.key else sync.halted
            return f"The races were not read yet: {why}."
        if sync is not None and sync.online is False:
            return "The races were not read yet, and the account does not answer: offline."
        if listing.trouble:
            return f"The races could not be read: {clean(listing.trouble)} R tries again."
        return "The races are read for the first time …"

    def _total(self) -> int | None:
        return None if self._found is None else self._found.count

    def _sort_titles(self) -> Mapping[str, str]:
        return SORT_TITLES

    def _sort_letters(self) -> Mapping[str, str]:
        return SORT_LETTERS

    def _read_views(self, _: None) -> ViewState:
        return self.desk.races.views(USUAL_COLUMNS)

    # Keeping them fresh

    def on_screen_resume(self) -> None:
        """Ask for the races while they are in sight; Textual calls the base's handler too."""
        self._watch()

    def _watch(self) -> None:
        if self.is_open and self.is_current:
            self._interest.ask(None)

    def _declare(self, _: None) -> None:
        self.desk.races.watch()

    async def _sync(self) -> None:
        await asyncio.to_thread(self.desk.races.watch)
        await super()._sync()

    # What is done with races

    def _nobody_there(self) -> str:
        return "there is no race to do it to"

    def _moved(self) -> None:
        """Draw the keys again where there are races now, or none any more."""
        empty = not self._table.keys and not self._table.marked_count
        if empty is not self._was_empty:
            self._was_empty = empty
            self._keys.refresh()

    def acted(self, action: str) -> None:
        """The marks were for this action."""
        if action in FOR_RACES:
            self._table.clear_marks()

    def subject(self) -> RaceSubject:
        """The marked races, else the one under the cursor."""
        if not self._table.marks:
            key = self._table.cursor_key
            keys = () if key is None else (key,)
            name = "" if key is None else self._table.name_of(key)
            return RaceSubject(keys, frozenset(keys), False, 0, name, what="race")
        marked, hidden = self._marked_keys()
        name = self._table.name_of(*marked) if len(marked) == 1 else ""
        return RaceSubject(marked, frozenset(), True, hidden, name, what="race")

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

    def action_open(self) -> None:
        """Open the page of the race under the cursor."""
        key = self._table.cursor_key
        race = None if key is None else self._table.row_of(key)
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

    def action_copy(self) -> None:
        """Copy the races that actions are for, one a line."""
        from drtui.screens import race_tools

        keys = self.subject().keys
        self.use_tool(lambda: race_tools.copy_races(self, keys), "copy")
