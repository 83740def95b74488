"""An emulated deployment, and an engine that changes its races and runs live ones; over HTTP."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from drtui.aws.gateway import AwsCredentials, Timeouts, open_gateway
from drtui.commands.bulk import submit
from drtui.commands.marshal import Marshal
from drtui.commands.races import named_race
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Courier, Service
from drtui.domain.live_order import pending_ids
from drtui.domain.operations import ON_THE_WAY, Item
from drtui.domain.planning import Plan
from drtui.domain.races import Definition, Direction, ListedRace
from drtui.store.database import open_database
from drtui.store.live_races import write_live
from drtui.store.operation_log import items
from drtui.store.races import write_race_list
from drtui.sync.couriers.live_races import LiveCourier
from drtui.sync.couriers.races import RaceCourier
from drtui.sync.engine import Engine
from drtui.sync.options import EngineOptions
from tests.support.emulator import RunningEmulator

PATIENCE = 90.0
OPTIONS = EngineOptions(refresh_seconds=600.0)


class Organiser:
    """Somebody with a store of their own; `path` is the store's."""

    def __init__(self, emulator: RunningEmulator, path: Path, who: str = "admin") -> None:
        self.emulator = emulator
        keys = emulator.keys(who)
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
            timeouts=Timeouts(read=5.0),
        )
        self.database = open_database(path)
        self.workspace = Workspace(self.database, "ada")

    def close(self) -> None:
        self.gateway.close()
        self.database.close()

    def couriers(self) -> dict[Service, Courier]:
        races = self.gateway.races
        return {
            Service.RACES: RaceCourier(races, self.database),
            Service.LIVE: LiveCourier(races, self.database),
        }

    def read(self) -> None:
        """Let the store know all races."""
        began = self.database.clock()
        found: list[ListedRace] = []
        token: str | None = None
        while True:
            page = self.gateway.races.races(token)
            found += page.races
            token = page.token
            if token is None:
                break
        write_race_list(self.database, found, began)

    def marshal(self, race_id: str) -> Marshal:
        """Take a live race in hand, with its queue as it is."""
        self.read()
        began, races = self.database.clock(), self.gateway.races
        state, queue = races.live_state(race_id), races.live_queue(race_id)
        write_live(self.database, race_id, state, queue, began)
        return Marshal(self.workspace, named_race(self.workspace, race_id))

    def carried(self, plan: Plan) -> list[Item]:
        """Submit a plan, carry it out to the end, and return what became of it."""
        number = submit(self.workspace, plan)
        assert number is not None
        return self.done(number)

    def done(self, number: int) -> list[Item]:
        """Carry an operation out to the end, and return what became of it."""
        deadline = time.monotonic() + PATIENCE
        while not self.settled(number):
            assert time.monotonic() < deadline, self.items(number)
            self.run(lambda: self.settled(number))
        return self.items(number)

    def run(self, enough: Callable[[], bool]) -> None:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        try:
            engine = Engine(self.database, self.gateway, OPTIONS, self.couriers())
            engine.run_once(stop, enough=enough)
        finally:
            watchdog.cancel()
        assert not stop.is_set(), "it never ended"

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def settled(self, number: int) -> bool:
        return not ON_THE_WAY & {item.state for item in self.items(number)}


def friday(name: str = "Friday") -> Definition:
    """A race that opens tomorrow."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Definition(
        name,
        now + timedelta(days=1),
        now + timedelta(days=2),
        "reinvent_base",
        Direction.COUNTER_CLOCKWISE.value,
    )


def truth(emulator: RunningEmulator) -> dict[str, dict[str, Any]]:
    """All races as they are in the deployment, by id."""
    found: dict[str, dict[str, Any]] = emulator.control("races")["races"]
    return found


def named(emulator: RunningEmulator, name: str) -> list[str]:
    """The ids of the races of a name."""
    return [key for key, one in truth(emulator).items() if one["definition"]["name"] == name]


def show(
    emulator: RunningEmulator, name: str, racers: int, **changes: Any
) -> tuple[str, list[str]]:
    """A live race whose time has come, with so many submissions in its queue."""
    added = emulator.control("add_races", name=name, opens_in=-7200, closes_in=7200, live_in=-60)
    (race_id,) = added["race_ids"]
    entered = emulator.control("enter", race_id=race_id, racers=racers)["submission_ids"]
    emulator.control("race", race_id=race_id, submissions_open=False)
    return race_id, list(entered)


def waiting(organiser: Organiser, race_id: str) -> list[str]:
    """What waits in a live race, in its order."""
    return pending_ids(organiser.gateway.races.live_queue(race_id))
