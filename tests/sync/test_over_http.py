"""The engine and the client together, against an emulated deployment over HTTP."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, Timeouts, open_gateway
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_all
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.database import open_database
from drtui.store.sync_state import Connectivity, read_sync_state
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually
from tests.sync.worlds import states as states_of

HUNDREDS = 200
PATIENCE = 90.0
UNPACED = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)


class Event:
    """An emulated account and a store on it."""

    def __init__(self, emulator: RunningEmulator, path: Path) -> None:
        self.emulator = emulator
        keys = emulator.keys()
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
            timeouts=Timeouts(read=3.0),
        )
        self.database = open_database(path)
        assert self.run(pull=True) is Ending.DELIVERED

    def run(self, *, pull: bool = False) -> Ending:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        try:
            return Engine(self.database, self.gateway, UNPACED).run_once(stop, pull=pull)
        finally:
            watchdog.cancel()

    def submit(self, minutes: int) -> int:
        """New quotas for everybody who is not paused; both limits, so that all can have them."""
        workspace = Workspace(self.database, "ada")
        action = SetQuotas(QuotaChange(minutes), QuotaChange(9))
        operation = submit(workspace, plan_action(workspace, action, select_all(workspace)))
        assert operation is not None
        return operation

    def states(self, operation: int) -> Counter[ItemState]:
        return states_of(self.database, operation)

    def everyone_has(self, minutes: int) -> bool:
        racers = [one for one in self.emulator.profiles().values() if one["group"] == "dr-racers"]
        limits = {(one["maxTotalComputeMinutes"], one["maxModelCount"]) for one in racers}
        return limits <= {(minutes, 9), (0, 0)}

    def connectivity(self) -> Connectivity:
        with self.database.read() as connection:
            return read_sync_state(connection).connectivity


@pytest.fixture
def racers() -> int:
    return 80


@pytest.fixture
def event(tmp_path: Path, racers: int) -> Iterator[Event]:
    with running_emulator(racers=racers) as emulator:
        made = Event(emulator, tmp_path / "store.sqlite")
        yield made
        made.gateway.close()
        made.database.close()


WELL = {ItemState.DONE, ItemState.ALREADY_SO}


@pytest.mark.parametrize("racers", [HUNDREDS])
def test_hundreds_are_delivered(event: Event) -> None:
    operation = event.submit(540)
    assert event.run() is Ending.DELIVERED
    assert set(event.states(operation)) <= WELL
    assert event.everyone_has(540)


def test_a_storm_of_429s_is_outlasted(event: Event) -> None:
    event.emulator.control("throttle", per_second=60.0)
    operation = event.submit(540)
    assert event.run() is Ending.DELIVERED
    assert set(event.states(operation)) <= WELL
    assert event.everyone_has(540)


@pytest.mark.parametrize("how", ["reset", "reset_after", "truncated", "portal", "unescaped"])
def test_broken_answers_end_with_the_account_right(event: Event, how: str) -> None:
    event.emulator.control("fail", how=how, method="PATCH", path="/profile", times=10)
    operation = event.submit(540)
    event.run()
    states = event.states(operation)
    if how == "unescaped":  # a 400 is the item's own, and final
        assert states.pop(ItemState.FAILED) == 10
        assert set(states) <= WELL
    else:
        assert event.run() is Ending.DELIVERED
        assert set(event.states(operation)) <= WELL
        assert event.everyone_has(540)


def test_timeouts_after_the_write_took_effect_end_as_done(event: Event) -> None:
    event.emulator.control(
        "fail", how="timeout", method="PATCH", path="/profile", times=20, seconds=0.2, end="504"
    )
    operation = event.submit(540)
    assert event.run() is Ending.DELIVERED
    assert set(event.states(operation)) <= WELL
    assert event.everyone_has(540)


def test_expired_keys_halt_and_fail_nothing(event: Event) -> None:
    operation = event.submit(540)
    event.emulator.control("expire_keys")
    assert event.run() is Ending.HALTED
    assert set(event.states(operation)) <= {ItemState.PENDING, *WELL}
    with event.database.read() as connection:
        assert read_sync_state(connection).halt is FailureKind.NOT_SIGNED_IN


@pytest.mark.parametrize("racers", [HUNDREDS])
@pytest.mark.parametrize("live", ["cut", "hang"])
def test_a_lost_network_is_noticed_and_outlasted(event: Event, live: str) -> None:
    event.emulator.control("latency", ms=30)
    operation = event.submit(540)
    stop = threading.Event()
    engine = Engine(event.database, event.gateway, UNPACED)
    thread = threading.Thread(
        target=lambda: engine.watch(stop, finish=threading.Event()), daemon=True
    )
    thread.start()
    eventually(lambda: event.states(operation)[ItemState.DONE] > 0, PATIENCE)
    event.emulator.control("network", state="down", new="refuse", live=live)
    eventually(lambda: event.connectivity() is Connectivity.OFFLINE, PATIENCE)
    event.emulator.control("network", state="up")
    eventually(lambda: set(event.states(operation)) <= WELL, PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert event.everyone_has(540)
