"""Races of a filled store: what the Races screen has to show well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from drtui.domain.races import ListedRace, LiveStatus, ObjectPosition, RaceType, Ranking
from drtui.screens.filtered_table import FilteredTable
from drtui.screens.races import Races
from drtui.store.database import Database
from drtui.store.races import write_race_list
from drtui.store.rankings import write_rankings
from drtui.widgets.filter_bar import FilterInput, ShownCounts
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.message_line import MessageLine
from tests.support.driving import Console
from tests.support.races import definition, race_id
from tests.support.stores import NOW

NOW_AT: Final = datetime.fromtimestamp(NOW, UTC)
HOUR: Final = timedelta(hours=1)
FRIDAY, FINAL, OPEN, CLONED, HOSTILE = (race_id(number) for number in (1, 2, 3, 4, 5))


def race(number: int, name: str, opens: float, closes: float, **changes: Any) -> ListedRace:
    """A race that opens and closes so many hours from now on."""
    made = replace(
        definition(name), opens_at=NOW_AT + opens * HOUR, closes_at=NOW_AT + closes * HOUR
    )
    participants = changes.pop("participants", 0)
    return ListedRace(race_id(number), replace(made, **changes), participants)


def special_races() -> list[ListedRace]:
    """Closed, open, future; live and not; hostile names, unknown values."""
    final = race(2, "Grand final", 30, 54, live=True, live_at=NOW_AT + 50 * HOUR, max_submissions=1)
    objects = race(
        6,
        "Cones",
        100,
        268,
        race_type=RaceType.OBJECT_AVOIDANCE,
        objects=2,
        positions=(ObjectPosition(1, 0.2), ObjectPosition(-1, 0.5)),
    )
    running = race(7, "Live tonight", -5, 3, live=True, live_at=NOW_AT - HOUR, participants=9)
    return [
        race(1, "Friday warm-up", -200, -150, participants=24),
        replace(final, live_status=LiveStatus.SCHEDULED, auto_launch=False, submissions_open=True),
        race(3, "Summer cup, week 2", -20, 2.1, participants=1_204, track="reInvent2019_track"),
        race(4, "Summer cup, week 3", 24, 192, participants=None),
        race(5, "evil\x1b[2J\u202e[bold]race[/]", -1, 40, race_type="DRIFTING", track="mars"),
        objects,
        replace(running, live_status=LiveStatus.IN_PROGRESS, auto_launch=True),
    ]


def places() -> list[Ranking]:
    """A leaderboard: certain, shared, unknown, hostile and first aliases."""
    aliases = ("ada-l", "grace", "RacerAlias", "nobody-here", "evil\x1b[2J\u202e[b]x[/]", "b0lt")
    return [
        Ranking(
            rank,
            alias,
            8_900 + 137 * rank * rank,
            rank,
            NOW_AT - rank * HOUR,
            laps=3,
            resets=rank % 3,
            off_tracks=None if rank == 4 else rank,
            best_lap=8_900 + 137 * rank * rank,
            average_lap=9_400 + 150 * rank * rank,
            total=28_000 + 400 * rank * rank,
        )
        for rank, alias in enumerate(aliases, 1)
    ]


def filled_races(database: Database, count: int = 0) -> None:
    """Write the special races and as many plain ones, and two leaderboards, as read just now."""
    plain = [
        race(number, f"Evening race {number}", -1_000 - number, -900 - number, participants=number)
        for number in range(100, 100 + count)
    ]
    write_race_list(database, [*special_races(), *plain], database.clock())
    ranked = places()
    write_rankings(database, OPEN, ranked[:3], database.clock())
    write_rankings(database, OPEN, ranked, database.clock())
    write_rankings(
        database, FRIDAY, [replace(ranked[1], rank=1), replace(ranked[0], rank=2)], database.clock()
    )


class RacesConsole:
    """What tests look at on the Races screen of a running console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @property
    def screen(self) -> Races:
        stack = self.console.app._screen_stacks["races"]
        return next(one for one in stack if isinstance(one, Races))

    @property
    def table(self) -> MarkedTable[object]:
        return self.screen.query_one(MarkedTable)

    @property
    def filter(self) -> FilterInput:
        return self.screen.query_one(FilterInput)

    @property
    def counts(self) -> str:
        return self.screen.query_one(ShownCounts).render().plain.strip()

    @property
    def message(self) -> str:
        return self.screen.query_one(MessageLine).message[0]

    @property
    def names(self) -> list[str]:
        """The names of all that are shown, in order."""
        rows = self.screen.desk.races.races(self.table.keys)
        return [rows[key].row.definition.name for key in self.table.keys if key in rows]

    async def put_cursor(self, name: str) -> None:
        """Move the cursor to the race of that name."""
        await self.console.press("g")
        while self.at_cursor != name:
            assert self.table.cursor < len(self.table.keys) - 1, f"no race is called {name}"
            await self.console.press("j")

    @property
    def at_cursor(self) -> str:
        """The name of the race under the cursor."""
        key = self.table.cursor_key
        assert isinstance(self.table, FilteredTable)
        return "" if key is None else self.table.name_of(key)


async def open_races(console: Console, *, filled: bool = True) -> RacesConsole:
    """Go to the screen, and wait for its rows."""
    await console.press("4")
    races = RacesConsole(console)
    await console.until(lambda: isinstance(console.app.screen, Races), "the Races screen")
    if filled:
        await console.until(lambda: bool(races.table.keys), "races")
    return races
