"""Races for tests: definitions, listed races, leaderboards, queues, and operations on them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from drtui.domain.errands import Errand
from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.races import Definition, Direction, ListedRace, LiveStatus, Ranking
from drtui.store.database import Database
from drtui.store.operation_log import newest_operation, submit
from tests.support.logs import ADA, BEGINNING

START: Final = datetime.fromtimestamp(BEGINNING, UTC)


def race_id(number: int) -> str:
    """The id of the race of that number."""
    return f"race{number:011d}"


def definition(name: str = "Friday", *, opens: float = -1.0, closes: float = 1.0) -> Definition:
    """A time trial; it opens and closes so many hours from `START` on."""
    return Definition(
        name,
        START + timedelta(hours=opens),
        START + timedelta(hours=closes),
        "reinvent_base",
        Direction.COUNTER_CLOCKWISE,
    )


def listed(
    number: int,
    name: str = "",
    *,
    opens: float = -1.0,
    closes: float = 1.0,
    participants: int | None = 0,
    **changes: Any,
) -> ListedRace:
    """A race as the deployment lists it; `changes` are of its definition."""
    made = definition(name or f"Race {number}", opens=opens, closes=closes)
    return ListedRace(race_id(number), replace(made, **changes), participants)


def live_race(number: int, name: str = "") -> ListedRace:
    """A live race that is scheduled, and takes submissions."""
    made = listed(number, name, live=True, live_at=START + timedelta(minutes=30))
    return replace(made, live_status=LiveStatus.SCHEDULED, auto_launch=False, submissions_open=True)


def rankings(*aliases: str, first: int = 9_000) -> tuple[Ranking, ...]:
    """A leaderboard with these aliases, each 100 ms behind the one before."""
    return tuple(
        Ranking(rank, alias, first + 100 * rank, 1, START, best_lap=first + 100 * rank)
        for rank, alias in enumerate(aliases, 1)
    )


def queue_item(number: int, position: str, status: str = QueueStatus.PENDING) -> QueueItem:
    """A submission in a queue."""
    return QueueItem(
        f"subm{number:011d}", position, f"racer{number:010d}", f"r{number}", "model", status
    )


def live_state(number: int, **changes: Any) -> LiveState:
    """How the live race of that number stands: nothing runs, nobody has raced."""
    made = LiveState(
        race_id(number),
        f"Race {number}",
        LiveStatus.SCHEDULED,
        auto_launch=False,
        submissions_open=True,
        current=None,
        total=0,
        completed=0,
        pending=0,
        in_progress=0,
    )
    return replace(made, **changes)


def submit_errands(
    database: Database, *errands: Errand, kind: OperationKind = OperationKind.APPLY_RACES
) -> int:
    """Submit errands as one operation, and return its number."""
    with database.read() as connection:
        position = newest_operation(connection)
    rows = tuple(plan_errand(one) for one in errands)
    return submit(database, Plan(kind, "Races", rows, position), ADA)
