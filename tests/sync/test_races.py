"""The engine and races: read with every sweep, beside deliveries, and live actions in time."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.race_errands import launch
from drtui.store.interests import declare_interest
from drtui.store.live_races import LIVE_INTEREST, read_live
from drtui.store.races import RACES_INTEREST, all_races
from drtui.store.rankings import read_leaderboard
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.race_calls import FakeRaceCalls
from tests.support.races import (
    live_race,
    live_state,
    queue_item,
    race_id,
    rankings,
    submit_errands,
)
from tests.support.waiting import eventually
from tests.sync.worlds import PATIENCE, UNPACED, World


class Launcher:
    """Carries out whatever it is handed."""

    def __init__(self) -> None:
        self.handed: list[str] = []

    def terms(self) -> Terms:
        return Terms()

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        self.handed += [item.target for item in items]
        return {item.item_id: Carried(ItemState.DONE) for item in items}


class RaceWorld(World):
    """A world whose engines read races, and run live ones."""

    def __init__(self, path: Path) -> None:
        self.calls = FakeRaceCalls()
        self.launcher = Launcher()
        super().__init__(path, 3)
        now = datetime.now(UTC)
        race = live_race(1, "Final")
        opened = replace(
            race.definition,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(hours=1),
            live_at=now,
        )
        self.calls.listed = [replace(race, definition=opened, participants=2)]
        self.calls.boards[race_id(1)] = rankings("a", "b")
        self.calls.states[race_id(1)] = live_state(1)
        self.calls.queues[race_id(1)] = (queue_item(1, "a0"),)

    def engine(self, options: EngineOptions = UNPACED, database: object = None) -> Engine:
        couriers = {Service.LIVE: self.launcher}
        return Engine(self.database, self.deployment, options, couriers, races=self.calls)

    def names(self) -> list[str]:
        with self.database.read() as connection:
            return [one.race.definition.name for one in all_races(connection)]

    def launch(self, seconds: float) -> int:
        expires = datetime.fromtimestamp(self.database.clock(), UTC) + timedelta(seconds=seconds)
        errand = replace(launch(race_id(1), "Final"), expires_at=expires)
        return submit_errands(self.database, errand, kind=OperationKind.RUN_LIVE_RACE)

    def state(self, operation: int) -> ItemState:
        (item,) = self.items(operation)
        return item.state


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RaceWorld]:
    world = RaceWorld(tmp_path / "event.sqlite")
    yield world
    world.database.close()


def test_one_run_that_pulls_reads_the_races_and_their_leaderboards(world: RaceWorld) -> None:
    assert world.names() == []
    assert world.run(pull=True) is Ending.DELIVERED
    assert world.names() == ["Final"]
    with world.database.read() as connection:
        assert read_leaderboard(connection, race_id(1)).rankings == rankings("a", "b")


def test_one_run_that_only_delivers_reads_none(world: RaceWorld) -> None:
    world.calls.called.clear()
    world.launch(60)
    assert world.run() is Ending.DELIVERED
    assert world.launcher.handed == [f"live-race:{race_id(1)}"]
    assert world.calls.called == []


def test_a_running_engine_serves_who_looks(world: RaceWorld) -> None:
    with world.running():
        declare_interest(world.database, RACES_INTEREST, 60)
        eventually(lambda: world.names() == ["Final"], PATIENCE)
        declare_interest(world.database, LIVE_INTEREST + race_id(1), 60)

        def queue() -> int:
            with world.database.read() as connection:
                return len(read_live(connection, race_id(1)).queue)

        eventually(lambda: queue() == 1, PATIENCE)


def test_what_could_not_be_sent_in_time_is_never_sent(world: RaceWorld) -> None:
    world.deployment.network(up=False)
    with world.running():
        declare_interest(world.database, RACES_INTEREST, 60)
        operation = world.launch(0.5)
        eventually(lambda: world.state(operation) is ItemState.CANCELLED, PATIENCE)
        (item,) = world.items(operation)
        assert item.reason.startswith("not sent: ")
        world.deployment.network(up=True)
        later = world.launch(60)
        eventually(lambda: world.state(later) is ItemState.DONE, PATIENCE)
    assert len(world.launcher.handed) == 1


def test_a_live_action_does_not_wait_for_a_stale_copy(
    world: RaceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done in a live race is compared with the race itself, not with the copy."""
    sweeping, release = threading.Event(), threading.Event()
    listing = world.deployment.list_profiles

    def slow(token: str | None = None) -> object:
        sweeping.set()
        release.wait(PATIENCE)
        return listing(token)

    monkeypatch.setattr(world.deployment, "list_profiles", slow)
    try:
        with world.running(replace(UNPACED, refresh_seconds=0.1)):
            assert sweeping.wait(PATIENCE)
            operation = world.launch(60)
            eventually(lambda: world.state(operation) is ItemState.DONE, PATIENCE)
            release.set()
    finally:
        release.set()
