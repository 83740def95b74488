"""A store, a clock, and the errands' part of an engine that changes a deployment in memory."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, ItemState
from drtui.domain.race_records import StoredLive, StoredRace
from drtui.store.database import Database, open_database
from drtui.store.live_races import read_live
from drtui.store.operation_log import items
from drtui.store.races import all_races, write_race_list
from drtui.sync.couriers.live_races import LiveCourier
from drtui.sync.couriers.races import RaceCourier
from tests.support.logs import SteppedClock
from tests.support.race_deployment import RaceDeployment
from tests.support.races import race_id, submit_errands
from tests.support.sponsors import Errands

_MOST = 400


class World:
    """See the module; the clock goes on by seconds while something waits."""

    def __init__(self, path: Path, calls: RaceDeployment) -> None:
        self.calls = calls
        self.clock = SteppedClock()
        self.database: Database = open_database(path, self.clock)
        write_race_list(self.database, calls.listed, self.clock())
        self.pauses: list[float] = []
        self.paused: Callable[[], None] = lambda: None
        self.engine = Errands(
            self.database,
            self.clock,
            lambda: {
                Service.RACES: RaceCourier(calls, self.database),
                Service.LIVE: LiveCourier(
                    calls, self.database, pause=self._pause, jitter=lambda: 0.5
                ),
            },
        )

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.paused()

    def submit(self, *errands: Errand) -> int:
        self.clock.step(1)
        return submit_errands(self.database, *errands)

    def carried(self, *errands: Errand) -> list[Item]:
        """Submit errands, and carry them out to the end."""
        return self.settled(self.submit(*errands))

    def settled(self, number: int) -> list[Item]:
        """Carry out what is on its way, to the end."""
        for _ in range(_MOST):
            self.engine.run()
            found = self.items(number)
            if all(one.settled_at is not None for one in found):
                return found
            self.clock.step(1)
        raise AssertionError([(one.state, one.reason) for one in found])

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def one(self, errand: Errand) -> tuple[ItemState, str]:
        """Carry one errand out, and return what became of it."""
        (item,) = self.carried(errand)
        return item.state, item.reason

    def races(self) -> dict[str, StoredRace]:
        """What the store knows, by name."""
        with self.database.read() as connection:
            return {one.race.definition.name: one for one in all_races(connection)}

    def live(self, number: int = 1) -> StoredLive:
        with self.database.read() as connection:
            return read_live(connection, race_id(number))

    def soon(self, seconds: float = 15.0) -> datetime:
        """When an immediate action expires."""
        return datetime.fromtimestamp(self.clock(), UTC) + timedelta(seconds=seconds)
