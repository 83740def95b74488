"""What the screens of races ask of the commands and the store; see `desk`."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final

from drtui.commands import filters, leaderboards, race_roster, race_standings, races, usage_columns
from drtui.commands.leaderboards import RaceLeaderboard
from drtui.commands.race_roster import RaceRoster
from drtui.commands.race_standings import Series
from drtui.commands.races import StoredRacePage
from drtui.commands.selection import Selection, names_in
from drtui.commands.workspace import Workspace
from drtui.domain.completion import Vocabulary
from drtui.domain.race_filter_fields import RACES
from drtui.domain.race_records import PositionChange, RaceListing
from drtui.domain.race_states import RaceState
from drtui.domain.race_table import RaceRow
from drtui.domain.race_times import zone_named
from drtui.domain.standings import Method
from drtui.domain.text import clean
from drtui.screens.race_cells import ShownRace, shown_race
from drtui.screens.views import View, ViewState
from drtui.store.race_table import race_keys, race_rows
from drtui.store.races import find_races

if TYPE_CHECKING:  # what the table does not need is imported when it is
    from drtui.screens.race_invitation_desk import RaceInvitationDesk
    from drtui.screens.race_planner import RacePlanner

TABLE: Final = "races"
"""What the table's columns are remembered by."""
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class RacesReading:
    """What the table shows: the keys in order, and the rows that were asked for."""

    keys: Sequence[int]
    rows: dict[int, ShownRace]


@dataclass(frozen=True, slots=True)
class RacesSummary:
    """What there is to say of all races together.

    Attributes:
        listing: How reading them goes.
        states: How many of those that are there stand where.
        live: How many of those that are open or future are live races.
        creating: How many are on their way to be created.
    """

    listing: RaceListing
    states: Counter[RaceState]
    live: int
    creating: int

    @property
    def count(self) -> int:
        """How many rows the table has where nothing is filtered."""
        return self.states.total() + self.creating


@dataclass(frozen=True, slots=True)
class RaceView:
    """Everything that a race's page shows.

    Attributes:
        page: The race, and how it stands where it is live.
        leaderboard: Of the same race.
        changes: Of places on it, oldest first.
        zone: Of the times on the page.
        at: The moment that it is drawn for.
    """

    page: StoredRacePage
    leaderboard: RaceLeaderboard
    changes: tuple[PositionChange, ...]
    zone: tzinfo
    at: datetime

    @property
    def shown(self) -> ShownRace:
        """The race as it stands at that moment."""
        return shown_race(races.row_of(self.page.stored), self.at, self.zone)

    @property
    def gone_at(self) -> datetime | None:
        """When it was not there any more; None while it is."""
        return self.page.stored.gone_at


class RacesDesk:
    """One account's races as the screens see them; may be called from any thread.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Attributes:
        zone: The event's, in which times are shown and typed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self.zone: tzinfo = zone_named(workspace.zone)

    @cached_property
    def planner(self) -> "RacePlanner":
        """Plans what is done to races."""
        from drtui.screens.race_planner import RacePlanner

        return RacePlanner(self._workspace, self.zone)

    @cached_property
    def invitations(self) -> "RaceInvitationDesk":
        """What inviting to a race asks for."""
        from drtui.screens.race_invitation_desk import RaceInvitationDesk

        return RaceInvitationDesk(self._workspace, self.zone)

    def now(self) -> datetime:
        """Return the moment by the store's clock."""
        return datetime.fromtimestamp(self._database.clock(), UTC)

    def read(self, view: View) -> RacesReading:
        """Read the keys of a view, and the rows of those that are visible now."""
        now = self._database.clock()
        with self._database.read() as connection:
            keys = race_keys(connection, now, view.expression, view.sort, reverse=view.reverse)
            rows = race_rows(connection, view.visible)
        return RacesReading(keys, self._shown(rows.values()))

    def races(self, keys: Sequence[int]) -> dict[int, ShownRace]:
        """Read races by key; those that are gone are left out."""
        with self._database.read() as connection:
            rows = race_rows(connection, keys)
        return self._shown(rows.values())

    def _shown(self, rows: Collection[RaceRow]) -> dict[int, ShownRace]:
        now = self.now()
        return {row.key: shown_race(row, now, self.zone) for row in rows}

    def summary(self, _: None = None) -> RacesSummary:
        """Read what there is to say of all races together."""
        with self._database.read() as connection:
            keys = race_keys(connection, self._database.clock())
            rows = race_rows(connection, keys)
        there = [one for one in self._shown(rows.values()).values() if not one.row.creating]
        return RacesSummary(
            races.race_listing(self._workspace),
            Counter(one.state for one in there),
            sum(one.row.definition.live and one.state is not RaceState.CLOSED for one in there),
            sum(row.creating for row in rows.values()),
        )

    def views(self, known: Collection[str]) -> ViewState:
        """Return what completing a filter knows, and the columns that were chosen."""
        saved = filters.by_folded_name(filters.saved_filters(self._workspace, RACES))
        columns = usage_columns.remembered_columns(self._workspace, known, TABLE)
        return ViewState(Vocabulary({}, saved, RACES), columns)

    def match(self, lines: Sequence[str]) -> Selection:
        """Return the races that a list names: by id, name, or a part of the name.

        A name may have a comma in it: a line is taken whole first, and then its first cell.
        """
        keys: dict[int, None] = {}
        unmatched = []
        several = 0
        with self._database.read() as connection:
            for line in filter(None, map(str.strip, lines)):
                found = find_races(connection, line)
                for name in names_in([line]) if not found else ():
                    found = find_races(connection, name)
                if len(found) == 1:
                    keys[found[0].key] = None
                    continue
                several += bool(found)
                shown = clean(line, _SHOWN)
                unmatched.append(f"{shown} ({len(found):,} races)" if found else shown)
        return Selection(tuple(keys), unmatched=tuple(unmatched), of_several=several)

    def watch(self, _: None = None) -> None:
        """See `commands.races.watch_races`."""
        races.watch_races(self._workspace)

    # One race

    def view(self, race_id: str) -> RaceView | None:
        """Return everything that a race's page shows; None where there never was such a race."""
        page = races.race_page(self._workspace, race_id)
        board = leaderboards.race_leaderboard(self._workspace, race_id)
        if page is None or board is None:
            return None
        changes = leaderboards.position_history(self._workspace, race_id)
        return RaceView(page, board, tuple(changes), self.zone, self.now())

    def watch_race(self, race_id: str, *, live: bool) -> None:
        """See `commands.races.watch_race`."""
        races.watch_race(self._workspace, race_id, live=live)

    def roster(self, race_id: str, text: str) -> RaceRoster:
        """See `commands.race_roster.race_roster`; of those whom a filter matches.

        Raises:
            FilterError: The filter cannot be read.
        """
        return race_roster.race_roster(self._workspace, race_id, text)

    # Several races

    def standings(self, race_ids: Sequence[str], method: Method) -> Series:
        """See `commands.race_standings.series_standings`."""
        return race_standings.series_standings(self._workspace, race_ids, method)
