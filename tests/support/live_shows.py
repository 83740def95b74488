"""A live race in the middle of its show: in memory as a deployment has it, and in a store.

calls = final()                             # a deployment with the race, its queue and state
write_show(database, calls)                 # as the engine would have read it
engine = marshal_engine(database, calls)    # engine.run() carries out what was asked for
async with marshal_of(path) as (console, screen): ...
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from drtui.domain.errands import Service
from drtui.domain.live_races import LiveState, QueueItem, QueueStatus
from drtui.domain.operations import Item
from drtui.domain.races import Definition, Direction, ListedRace, LiveStatus, Ranking
from drtui.screens.deaf_moment import LOOK_SECONDS
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import Database
from drtui.store.live_races import write_live
from drtui.store.operation_log import newest_operation
from drtui.store.races import write_race_list
from drtui.sync.couriers.live_races import LiveCourier
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.logs import SteppedClock
from tests.support.race_deployment import RaceDeployment
from tests.support.races import live_state, race_id
from tests.support.sponsors import Errands
from tests.support.stores import NOW, items_of

RACE: Final = race_id(1)
AT: Final = datetime.fromtimestamp(NOW, UTC)
HOSTILE: Final = "[bold red]evil[/]\x1b[31m"
WAITING: Final = ("b0lt", "carlos_v", "dmx", "eve", HOSTILE)
_RANKED: Final = ("grace", "ada-l", "linus", "RacerAlias")


def race(**changes: Any) -> ListedRace:
    """The live race; it could begin a quarter of an hour ago."""
    definition = Definition(
        "Friday final",
        AT - timedelta(hours=2),
        AT + timedelta(hours=1, minutes=5),
        "reinvent_base",
        Direction.COUNTER_CLOCKWISE,
        live=True,
        live_at=AT - timedelta(minutes=15),
        max_resets=3,
    )
    told = ListedRace(RACE, definition, 7, LiveStatus.IN_PROGRESS, False, False)
    return replace(told, **changes)


def item(number: int, alias: str, status: str = QueueStatus.PENDING, resets: int = 0) -> QueueItem:
    """A submission; those of higher numbers stand behind and were submitted earlier."""
    return QueueItem(
        f"subm{number:011d}",
        f"a{number:02d}",
        f"racer{number:010d}",
        alias,
        f"car-{number}",
        status,
        resets=resets,
        submitted_at=AT - timedelta(minutes=30 + number),
    )


def queue(*, runs: bool = False) -> tuple[QueueItem, ...]:
    """One that is done, one that has failed, one that runs where wanted, and those that wait."""
    there = [item(1, "grace", QueueStatus.COMPLETED), item(2, "linus", QueueStatus.FAILED, 1)]
    if runs:
        there.append(item(3, "ada-l", QueueStatus.IN_PROGRESS))
    return (*there, *(item(4 + number, alias) for number, alias in enumerate(WAITING)))


def ranked(*aliases: str) -> tuple[Ranking, ...]:
    """A leaderboard, each 123 ms behind the one before."""
    return tuple(
        Ranking(rank, alias, 8_914 + 123 * rank, 1, AT, laps=3, resets=rank - 1)
        for rank, alias in enumerate(aliases or _RANKED, 1)
    )


def current(alias: str = "ada-l") -> dict[str, object]:
    """What runs, as it is told."""
    since = AT - timedelta(seconds=72)
    return {
        "submissionId": item(3, alias).submission_id,
        "participantName": alias,
        "modelName": "car-3",
        "startedAt": since.isoformat().replace("+00:00", "Z"),
    }


def final(*, runs: bool = False, **state: Any) -> RaceDeployment:
    """A deployment with the live race."""
    calls = RaceDeployment(race())
    told: dict[str, Any] = {
        "live_status": LiveStatus.IN_PROGRESS,
        "submissions_open": False,
        "rankings": ranked(),
        "current": current() if runs else None,
    }
    calls.queue(1, *queue(runs=runs), **(told | state))
    return calls


def scheduled() -> RaceDeployment:
    """The same before it has begun: live in a quarter of an hour."""
    calls = final(live_status=LiveStatus.SCHEDULED)
    listed = race(live_status=LiveStatus.SCHEDULED)
    told = replace(listed.definition, live_at=AT + timedelta(minutes=15))
    calls.listed = [replace(listed, definition=told)]
    return calls


def write_show(database: Database, calls: RaceDeployment, seconds_ago: float = 2.0) -> None:
    """Let the store have what the deployment has, as it was read a while ago."""
    now, database.clock = database.clock, lambda: NOW - seconds_ago
    try:
        write_race_list(database, calls.listed, NOW - seconds_ago)
        state, found = calls.states[RACE], calls.queues[RACE]
        write_live(database, RACE, state, found, NOW - seconds_ago)
    finally:
        database.clock = now


def marshal_engine(database: Database, calls: RaceDeployment) -> Errands:
    """What carries out what was asked for."""
    return Errands(
        database,
        SteppedClock(NOW),
        lambda: {Service.LIVE: LiveCourier(calls, database, pause=lambda _: None)},
    )


@asynccontextmanager
async def marshal_of(
    path: Path, size: tuple[int, int] = (120, 40), engine: RecordingEngine | None = None
) -> AsyncIterator[tuple[Console, MarshalScreen]]:
    """The marshal's screen on a running console, once it was read."""
    async with running(console_app(path, engine=engine), size) as console:
        yield console, await opened(console)


async def opened(console: Console) -> MarshalScreen:
    """Open the marshal's screen."""
    console.app.push_screen(MarshalScreen(console.app.context, RACE))
    screen = await console.dialog(MarshalScreen)
    await console.until(lambda: screen.live is not None, "the race")
    return screen


def live_of(**changes: Any) -> LiveState:
    """How the live race stands while it is on."""
    told: dict[str, Any] = {"live_status": LiveStatus.IN_PROGRESS, "submissions_open": False}
    return live_state(1, **(told | changes))


def asked(database: Database) -> list[Item]:
    """What was asked for last."""
    with database.read() as connection:
        number = newest_operation(connection)
    return items_of(database, number) if number else []


async def carried_out(console: Console, database: Database, calls: RaceDeployment) -> None:
    """Let the engine do what was asked for, until the screen knows."""
    screen = await console.dialog(MarshalScreen)
    sent = screen.sent
    await console.until(lambda: bool(sent) and all(one.number for one in sent), "it submitted")
    marshal_engine(database, calls).run()
    await console.until(lambda: not screen.sent, "the outcome")


async def cursor_on(console: Console, screen: MarshalScreen, alias: str) -> None:
    names = [one.participant for one in queue_of(screen)]
    screen.queue.cursor = names.index(alias)
    await console.settled()


def unhurried(screen: MarshalScreen) -> None:
    """Let whoever types pause before each key."""
    screen.deaf.clock = count(0.0, 2 * LOOK_SECONDS).__next__


def queue_of(screen: MarshalScreen) -> list[QueueItem]:
    assert screen.live is not None
    return screen.live.sorted_queue


def row(console: Console, alias: str) -> str:
    return next(line for line in console.lines()[8:] if alias in line)
