"""Outages, halts, hangs and mistakes: what the engine notices, what it holds, how it goes on."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.actions import SetQuotas
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.sync_state import Connectivity
from drtui.sync import engine as engine_module
from drtui.sync import greeting, link
from drtui.sync.engine import Ending, Engine, EngineOptions
from tests.support.deployments import racer_id
from tests.support.logs import ADA
from tests.support.waiting import eventually
from tests.sync.worlds import PATIENCE, UNPACED, World

HOURS_9 = SetQuotas(QuotaChange(540), None)
MODELS_7 = SetQuotas(None, QuotaChange(7))


class Wall:
    """The system's clock, which somebody may set."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def world(tmp_path: Path, wall: Wall) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 120, wall)
    yield made
    made.deployment.network(up=True)
    made.database.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts that are too long for a test are short."""
    monkeypatch.setattr(engine_module, "_SWEEP_GAP", 0.05)
    monkeypatch.setattr(greeting, "_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(link, "OFFLINE_PROBE_SECONDS", 0.1)


def offline(world: World) -> bool:
    return world.sync_state().connectivity is Connectivity.OFFLINE


def online(world: World) -> bool:
    return world.sync_state().connectivity is Connectivity.ONLINE


# Outages


@pytest.mark.parametrize("silent", [False, True])
def test_a_lost_network_is_noticed_soon_whether_calls_fail_or_hang(
    world: World, silent: bool
) -> None:
    with world.running():
        eventually(lambda: online(world), PATIENCE)
        world.deployment.network(up=False, silent=silent)
        world.submit(HOURS_9)
        began = time.monotonic()
        eventually(lambda: offline(world), PATIENCE)
        assert time.monotonic() - began < 15  # about 2 s, on a machine that has time
        world.deployment.network(up=True)


@pytest.mark.usefixtures("hurried")
def test_calls_in_flight_when_the_network_goes_are_in_doubt_and_delivered_on_return(
    world: World,
) -> None:
    operation = world.submit(HOURS_9)
    with world.running():
        with world.deployment.holding():
            assert world.deployment.waiting.acquire(timeout=PATIENCE)
            world.deployment.network(up=False)
            eventually(lambda: offline(world), PATIENCE)
            eventually(lambda: not world.states(operation)[ItemState.SENDING], PATIENCE)
            states = world.states(operation)
            assert 1 <= states[ItemState.DOUBTFUL] <= UNPACED.concurrency
            assert set(states) <= {ItemState.DOUBTFUL, ItemState.PENDING}
            lists = world.deployment.called["list_profiles"]
            changes = len(world.deployment.changes)
            world.deployment.network(up=True)
            eventually(lambda: world.deployment.called["list_profiles"] > lists, PATIENCE)
            assert len(world.deployment.changes) == changes, "a sweep comes first"
        eventually(world.settled(operation), PATIENCE)
    assert world.states(operation) == {ItemState.DONE: 120}
    assert world.limits(120) == {Limits(540, 3)}


@pytest.mark.usefixtures("hurried")
def test_what_somebody_else_changed_during_an_outage_is_a_conflict_afterwards(
    world: World,
) -> None:
    with world.running():
        world.deployment.network(up=False)
        operation = world.submit(HOURS_9, 1, 2)
        eventually(lambda: offline(world), PATIENCE)
        world.deployment.somebody_sets(racer_id(2), Limits(60, None))
        world.deployment.network(up=True)
        eventually(world.settled(operation), PATIENCE)
    assert world.states(operation) == {ItemState.DONE: 1, ItemState.CONFLICT: 1}
    assert world.deployment.limits(racer_id(2)) == Limits(60, 3)


@pytest.mark.usefixtures("hurried")
def test_a_greeting_that_hangs_does_not_outlast_the_outage(world: World) -> None:
    world.deployment.network(up=False, silent=True)
    with world.running():
        eventually(lambda: world.deployment.called.get("own_profile", 0) > 1, PATIENCE)
        eventually(lambda: offline(world), PATIENCE)
        world.deployment.hang_on = True
        asked = world.deployment.called["own_profile"]
        world.deployment.network(up=True)
        operation = world.submit(HOURS_9, 3)
        eventually(world.settled(operation), PATIENCE)
        assert world.deployment.called["own_profile"] > asked
    assert world.states(operation) == {ItemState.DONE: 1}


def turns(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moments of all turns of engines from now on."""
    moments: list[float] = []
    turn = Engine._turn

    def counted(engine: Engine) -> None:
        moments.append(time.monotonic())
        turn(engine)

    monkeypatch.setattr(Engine, "_turn", counted)
    return moments


@pytest.mark.parametrize("trouble", ["none", "offline", "halted"])
def test_it_turns_only_now_and_then_while_nothing_can_be_done(
    world: World, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    moments = turns(monkeypatch)
    if trouble == "offline":
        world.deployment.network(up=False)
    if trouble == "halted":
        world.deployment.fails(FailureKind.BLOCKED, times=100_000)
    with world.running():
        if trouble != "none":
            world.submit(HOURS_9)
        eventually(
            lambda: (
                offline(world)
                if trouble == "offline"
                else world.sync_state().halt is not None
                if trouble == "halted"
                else online(world)
            ),
            PATIENCE,
        )
        eventually(lambda: time.monotonic() - moments[-1] > 0.1, PATIENCE)  # it has calmed down
        before, began = len(moments), time.monotonic()
        eventually(lambda: time.monotonic() - began > 2, PATIENCE)
        a_second = (len(moments) - before) / (time.monotonic() - began)
    assert a_second < 15


# Halts


def test_a_word_from_the_console_ends_a_halt_at_once(world: World) -> None:
    world.deployment.fails(FailureKind.NOT_SIGNED_IN, times=10_000)
    operation = world.submit(HOURS_9)
    with world.running() as engine:
        eventually(lambda: world.sync_state().halt is FailureKind.NOT_SIGNED_IN, PATIENCE)
        eventually(lambda: world.states(operation) == {ItemState.PENDING: 120}, PATIENCE)
        world.deployment.heals()
        engine.wake()
        eventually(world.settled(operation), PATIENCE)
        assert world.sync_state().halt is None
    assert world.states(operation) == {ItemState.DONE: 120}


def test_whoever_may_not_read_the_account_halts_and_nothing_is_lost(world: World) -> None:
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, call="list_profiles", times=100)
    operation = world.submit(HOURS_9, 1)
    assert world.run(pull=True) is Ending.HALTED
    assert world.states(operation) == {ItemState.PENDING: 1}


def test_an_account_that_cannot_be_read_ends_a_run_after_some_attempts(world: World) -> None:
    world.deployment.fails(FailureKind.NOT_FOUND, call="list_profiles", times=100)
    operation = world.submit(HOURS_9, 1)
    assert world.run(pull=True) is Ending.UNDELIVERED
    assert world.states(operation) == {ItemState.PENDING: 1}
    assert "not found" in world.sync_state().trouble


# Mistakes of our own


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("call", ["own_profile", "list_profiles", "settings"])
def test_a_mistake_while_reading_is_tried_again(world: World, call: str) -> None:
    world.deployment.fails(ZeroDivisionError("a bug"), call=call)
    operation = world.submit(HOURS_9)
    assert world.run(pull=True) is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 120}


@pytest.mark.usefixtures("hurried")
def test_a_mistake_that_is_always_made_ends_in_failure_not_in_a_loop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drtui.sync.outcomes._FIRST_DELAY", 0.001)
    world.deployment.fails(ZeroDivisionError("a bug"), times=1000, target=racer_id(5))
    operation = world.submit(HOURS_9)
    world.run()
    assert world.states(operation) == {ItemState.DONE: 119, ItemState.FAILED: 1}
    (failed,) = (item for item in world.items(operation) if item.state is ItemState.FAILED)
    assert "may have been applied" in failed.reason


def test_a_store_that_fails_ends_the_engine_and_the_next_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = world.submit(HOURS_9)
    exchanges = iter(range(1000))
    real = engine_module.Deliverer.deliver

    def fails_later(self: engine_module.Deliverer, *, calls: bool) -> None:
        if next(exchanges) == 12:
            raise StoreProblemError("the disk is full.")
        real(self, calls=calls)

    monkeypatch.setattr(engine_module.Deliverer, "deliver", fails_later)
    options = EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.001)
    with pytest.raises(StoreProblemError):
        world.engine(options).run_once(threading.Event())
    monkeypatch.undo()
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 120}


# Time


def test_a_clock_that_is_set_back_stops_nothing(world: World, wall: Wall) -> None:
    world.deployment.fails(FailureKind.UNAVAILABLE, times=30, status=502)
    operation = world.submit(HOURS_9)
    options = EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.5)
    with world.running(options):
        eventually(lambda: len(world.deployment.changes) >= 30, PATIENCE)
        wall.offset -= 86_400
        eventually(world.settled(operation), PATIENCE)
    assert world.states(operation) == {ItemState.DONE: 120}


def test_after_the_clock_was_set_back_the_account_is_read_anew(world: World, wall: Wall) -> None:
    lists = world.deployment.called["list_profiles"]
    wall.offset -= 86_400
    world.run()
    assert world.deployment.called["list_profiles"] > lists


# Doubt


def test_a_different_value_waits_for_the_late_request_and_a_sweep(world: World, wall: Wall) -> None:
    first = world.submit(HOURS_9, 5)
    second = world.submit(SetQuotas(QuotaChange(60), None), 5)
    world.deployment.fails(FailureKind.OUTCOME_UNKNOWN)
    options = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
    with world.running(options):
        eventually(world.settled(first), PATIENCE)
        lists = world.deployment.called["list_profiles"]
        assert world.states(second) == {ItemState.PENDING: 1}
        wall.offset += 20  # not late enough
        with pytest.raises(AssertionError):
            eventually(world.settled(second), 1.0)
        wall.offset += 20
        eventually(world.settled(second), PATIENCE)
        assert world.deployment.called["list_profiles"] > lists
    assert world.deployment.sent_to(racer_id(5)) == [
        Limits(540, None),
        Limits(540, None),
        Limits(60, None),
    ]


def test_a_call_that_is_still_out_keeps_different_values_away(world: World, wall: Wall) -> None:
    """An engine gives a call up while it stops; the next one must not overtake it."""
    first = world.submit(HOURS_9, 5)
    stop = threading.Event()
    engine = world.engine()
    with world.deployment.holding():
        thread = threading.Thread(target=lambda: engine.run_once(stop), daemon=True)
        thread.start()
        assert world.deployment.waiting.acquire(timeout=PATIENCE)
        stop.set()
        thread.join(PATIENCE)
        assert world.states(first) == {ItemState.DOUBTFUL: 1}
    wall.offset += 36
    second = world.submit(SetQuotas(QuotaChange(60), None), 5)
    world.run(pull=True)
    assert world.states(first) == {ItemState.DONE: 1}
    assert world.states(second) == {ItemState.DONE: 1}
    assert world.deployment.limits(racer_id(5)) == Limits(60, 3)


def test_what_is_cancelled_in_doubt_is_verified_and_never_sent_again(
    world: World, wall: Wall
) -> None:
    operation = world.submit(HOURS_9, 5, 6)
    world.deployment.fails(FailureKind.OUTCOME_UNKNOWN, target=racer_id(5))
    world.deployment.fails(FailureKind.OUTCOME_UNKNOWN, target=racer_id(6), applied=True)
    stop = threading.Event()
    engine = world.engine(EngineOptions(concurrency=2, changes_per_second=100_000.0))
    engine.run_once(stop, enough=lambda: world.states(operation)[ItemState.DOUBTFUL] == 2)
    sent = len(world.deployment.changes)
    if world.states(operation)[ItemState.DOUBTFUL] < 2:
        pytest.skip("both were sent again before they could be cancelled")
    interventions.cancel(world.database, operation, ADA)
    wall.offset += 36
    assert world.run(pull=True) is Ending.DELIVERED
    assert len(world.deployment.changes) == sent
    assert [item.state for item in world.items(operation)] == [
        ItemState.CANCELLED,
        ItemState.DONE,
    ]


# The pace


def test_the_pace_is_kept(world: World) -> None:
    operation = world.submit(HOURS_9)
    began = time.monotonic()
    assert world.run(options=EngineOptions(changes_per_second=60.0)) is Ending.DELIVERED
    took = time.monotonic() - began
    assert world.states(operation) == {ItemState.DONE: 120}
    assert took >= (120 - 60 / 4) / 60 * 0.95


def test_many_throttled_answers_slow_it_down(world: World) -> None:
    world.deployment.fails(FailureKind.THROTTLED, times=60)
    world.submit(HOURS_9)
    engine = world.engine(EngineOptions(changes_per_second=1000.0))
    slowest = []
    engine.run_once(threading.Event(), on_tick=lambda: slowest.append(engine._delivery._pacer.rate))
    assert min(slowest) <= 550


# Everything at once


@pytest.mark.usefixtures("hurried")
def test_sweeps_deliveries_and_the_admin_do_not_get_into_each_others_way(
    world: World, tmp_path: Path
) -> None:
    """An admin submits and cancels on a connection of her own while the engine works."""
    options = EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.05)
    hers = World.__new__(World)
    hers.deployment = world.deployment
    hers.database = open_database(tmp_path / "store.sqlite")
    hers.workspace = type(world.workspace)(hers.database, "ada")
    with world.running(options):
        operations = []
        for number in range(12):
            action = SetQuotas(QuotaChange(60 * number + 60), None)
            operations.append(hers.submit(action, *range(number, 120)))
            if number % 4 == 3:
                interventions.cancel(hers.database, operations[-2], ADA)
        last = hers.submit(MODELS_7)
        for operation in [*operations, last]:
            eventually(hers.settled(operation), PATIENCE)
    for number in range(12):
        latest = [
            item
            for operation in operations
            for item in hers.items(operation)
            if item.target == racer_id(number) and item.state is ItemState.DONE
        ]
        minutes = latest[-1].after["minutes_limit"] if latest else 300
        assert world.deployment.limits(racer_id(number)) == Limits(minutes, 7)
        assert world.shown(number) == Limits(minutes, 7)
    hers.database.close()
