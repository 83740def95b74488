"""Offline on purpose: every engine of the store leaves the account alone, until it is told else."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store.offline import LONGEST_LOOK, allow_reading
from drtui.store.sync_state import Connectivity
from drtui.sync.lock import EngineLock
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.running import Runner
from tests.support.deployments import racer_id
from tests.support.waiting import eventually
from tests.sync.worlds import UNPACED, World

HOURS_9 = SetQuotas(QuotaChange(540), None)
EAGER = EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 10)
    yield made
    made.database.close()


def test_nothing_is_called_and_what_is_queued_waits(world: World) -> None:
    assert offline.go_offline(world.workspace)
    operation = world.submit(HOURS_9)
    before = sum(world.deployment.called.values())
    assert world.run(pull=True) is Ending.UNDELIVERED
    assert sum(world.deployment.called.values()) == before
    assert world.states(operation) == {ItemState.PENDING: 10}
    assert world.sync_state().connectivity is Connectivity.OFFLINE


def test_an_engine_at_work_stops_calling_and_begins_again(world: World) -> None:
    with world.running(EAGER) as engine:
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
        offline.go_offline(world.workspace)
        operation = world.submit(HOURS_9)
        engine.wake()
        calls: list[int] = []

        def quiet() -> bool:
            calls.append(sum(world.deployment.called.values()))
            return len(calls) > 50 and calls[-1] == calls[-50]

        eventually(quiet)
        assert world.states(operation) == {ItemState.PENDING: 10}
        offline.go_online(world.workspace)
        eventually(world.settled(operation))
    assert world.states(operation) == {ItemState.DONE: 10}


def test_what_was_looked_at_is_delivered_at_once_by_an_engine_that_nobody_wakes(
    world: World,
) -> None:
    with world.running(UNPACED):
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
        offline.go_offline(world.workspace)
        operation = world.submit(HOURS_9)
        eventually(lambda: world.sync_state().connectivity is Connectivity.OFFLINE)
        began = offline.begin_look(world.workspace)
        eventually(lambda: offline.has_looked(world.workspace, began))
        offline.end_look(world.workspace)
        eventually(lambda: world.sync_state().connectivity is Connectivity.OFFLINE)
        offline.go_online(world.workspace)
        eventually(world.settled(operation))
    assert world.states(operation) == {ItemState.DONE: 10}


def test_who_and_since_when_is_kept_and_said_once(world: World) -> None:
    assert offline.go_offline(world.workspace)
    assert not offline.go_offline(world.workspace)
    purpose = world.sync_state().on_purpose
    assert purpose is not None
    assert purpose.by == "ada"
    assert world.sync_state().since == purpose.since
    assert offline.go_online(world.workspace)
    assert not offline.go_online(world.workspace)
    assert world.sync_state().on_purpose is None
    with world.database.read() as connection:
        lines = connection.exec_driver_sql(
            "SELECT who, result FROM journal WHERE what = 'Offline on purpose' ORDER BY id"
        ).all()
    assert lines == [("ada", "begun"), ("ada", "ended")]


def test_a_look_reads_and_sends_nothing_and_tells_what_would_conflict(world: World) -> None:
    offline.go_offline(world.workspace)
    operation = world.submit(HOURS_9)
    world.deployment.somebody_sets(racer_id(3), Limits(60, 3))
    began = offline.begin_look(world.workspace)
    world.run(pull=True)
    assert offline.has_looked(world.workspace, began)
    offline.end_look(world.workspace)
    found = offline.forecast(world.workspace)
    assert [one.item.target for one in found.preview.conflicts] == [racer_id(3)]
    assert found.preview.to_send == 9
    assert any("now hours 1" in line for line in found.lines), found.lines
    assert world.states(operation) == {ItemState.PENDING: 10}
    assert not world.deployment.sent_to(racer_id(0))
    offline.go_online(world.workspace)
    world.run(options=UNPACED)
    assert world.states(operation) == {ItemState.DONE: 9, ItemState.CONFLICT: 1}


@pytest.mark.parametrize("looks", [True, False])
def test_back_online_an_engine_that_kept_asking_says_so(world: World, looks: bool) -> None:
    with world.running(EngineOptions(refresh_seconds=600.0)):
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
        offline.go_offline(world.workspace)
        if looks:  # otherwise the engine may not even notice
            offline.begin_look(world.workspace)
            eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
        offline.go_online(world.workspace)
        assert world.sync_state().connectivity is not Connectivity.OFFLINE
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)


def test_a_look_that_nobody_ended_is_over_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "LOOK_SECONDS", 0.001)
    offline.go_offline(world.workspace)
    began = offline.begin_look(world.workspace)
    eventually(lambda: world.database.clock() > began + 0.01)
    before = sum(world.deployment.called.values())
    world.run(pull=True)
    assert sum(world.deployment.called.values()) == before


def test_a_look_is_over_though_the_clock_is_set_back(world: World) -> None:
    offline.go_offline(world.workspace)
    began = offline.begin_look(world.workspace)
    purpose = world.sync_state().on_purpose
    assert purpose is not None
    assert purpose.reads(began + 1.0)
    for late in (LONGEST_LOOK + 1.0, -1.0, -3_600.0):
        assert not purpose.reads(began + late)


def test_nobody_may_read_for_longer_than_a_look(world: World) -> None:
    offline.go_offline(world.workspace)
    allow_reading(world.database, 86_400.0)
    purpose = world.sync_state().on_purpose
    assert purpose is not None
    assert purpose.reads(world.database.clock())
    assert not purpose.reads(world.database.clock() + LONGEST_LOOK)


def test_back_online_nobody_takes_what_was_found_before_for_true(world: World) -> None:
    """Another engine holds the store, and has not noticed yet that it may call again."""
    offline.go_offline(world.workspace)
    world.run()
    operation = world.submit(HOURS_9, 1)
    offline.go_online(world.workspace)
    assert world.sync_state().connectivity is Connectivity.UNKNOWN
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    looked, endings = threading.Event(), list[Ending]()
    runner = Runner(world.database, lambda: world.deployment, UNPACED)
    watching = threading.Thread(
        target=lambda: endings.append(runner.run_once(threading.Event(), on_tick=looked.set)),
        daemon=True,
    )
    watching.start()
    assert looked.wait(30.0)
    world.run()  # as that engine does
    watching.join(30.0)
    lock.release()
    assert endings == [Ending.DELIVERED]
    assert world.states(operation) == {ItemState.DONE: 1}
