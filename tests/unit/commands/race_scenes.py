"""A store with races: one closed, one open, one to come, and a live one; hostile names among them.

The racers are those of `tests.support.stores`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from drtui.commands.leaderboards import RaceLeaderboard, race_leaderboard
from drtui.commands.workspace import Workspace
from drtui.domain.races import Definition, Direction, ListedRace, LiveStatus, RaceType, Ranking
from drtui.store.races import write_race_list
from drtui.store.rankings import write_rankings
from tests.support.races import race_id
from tests.support.stores import NOW

AT: Final = datetime.fromtimestamp(NOW, UTC)
CLOSED, OPEN, FUTURE, LIVE = (race_id(number) for number in range(1, 5))
NASTY: Final = '=cmd|" /C\x1b[2J <script>alert(1)</script>\u202e'
BOARD: Final = ("ada-l", "b0lt", "RacerAlias", "nobody-here", "🏎️speedy🔥")


def race(number: int, name: str, opens: float, closes: float, **changes: Any) -> ListedRace:
    """A race that opens and closes so many hours from now on; `changes` are of its definition."""
    made = Definition(
        name,
        AT + timedelta(hours=opens),
        AT + timedelta(hours=closes),
        "reinvent_base",
        Direction.COUNTER_CLOCKWISE,
    )
    return ListedRace(race_id(number), replace(made, **changes), 5)


def some_races() -> list[ListedRace]:
    """One of each kind."""
    live = race(
        *(4, "Final", -1, 5),
        live=True,
        live_at=AT + timedelta(hours=1),
        race_type=RaceType.OBJECT_AVOIDANCE,
        objects=2,
        max_resets=1,
    )
    return [
        race(1, "Friday", -48, -24),
        race(2, "Saturday", -2, 2),
        race(3, NASTY, 24, 48, description="{braces} <b>bold</b>"),
        replace(live, live_status=LiveStatus.SCHEDULED, auto_launch=False, submissions_open=True),
    ]


def ranking(rank: int, alias: str, score: int | None = None) -> Ranking:
    """A place, 100 ms behind the one before."""
    milliseconds = 9_000 + 100 * rank if score is None else score
    return Ranking(
        *(rank, alias, milliseconds, 1, AT - timedelta(minutes=rank), 3, rank, 1, 0),
        *(milliseconds, milliseconds + 50, 3 * milliseconds),
    )


def board(*aliases: str) -> tuple[Ranking, ...]:
    """A leaderboard with these aliases."""
    return tuple(ranking(rank, alias) for rank, alias in enumerate(aliases, 1))


def leaderboard(workspace: Workspace, race_id: str) -> RaceLeaderboard:
    """The leaderboard of a race that is there."""
    found = race_leaderboard(workspace, race_id)
    assert found is not None
    return found


def with_races(workspace: Workspace) -> Workspace:
    """Write the races, and the leaderboards of the first two."""
    database = workspace.database
    write_race_list(database, some_races(), NOW - 2)
    write_rankings(database, CLOSED, board(*BOARD), NOW - 1)
    write_rankings(database, OPEN, board("b0lt", "ada-l"), NOW - 1)
    return workspace
