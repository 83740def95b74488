"""The engine behind an emulated firewall, over HTTP: it waits, says so, and goes on by itself."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, Timeouts, open_gateway
from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import select_all, select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.failures import FailureKind
from drtui.domain.help_desk_actions import DeleteModels
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.store.sync_state import SyncState, read_sync_state
from drtui.sync import engine as engine_module
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

PATIENCE = 60.0
UNPACED = EngineOptions(changes_per_second=100_000.0, refresh_seconds=600.0)
WELL = {ItemState.DONE, ItemState.ALREADY_SO}
RACERS = 60


class Desk:
    """An admin's desk behind the firewall."""

    def __init__(self, emulator: RunningEmulator, path: Path) -> None:
        self.emulator = emulator
        keys = emulator.keys()
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
            timeouts=Timeouts(read=5.0),
        )
        self.database = open_database(path)
        self.workspace = Workspace(self.database, "ada")
        assert self.run() is Ending.DELIVERED

    def run(self) -> Ending:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        try:
            return Engine(self.database, self.gateway, UNPACED).run_once(stop, pull=True)
        finally:
            watchdog.cancel()

    @contextmanager
    def running(self, options: EngineOptions = UNPACED) -> Iterator[None]:
        stop = threading.Event()
        engine = Engine(self.database, self.gateway, options)
        thread = threading.Thread(
            target=lambda: engine.watch(stop, finish=threading.Event()), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def submit(self, action: Action, count: int | None = None) -> int:
        everybody = select_all(self.workspace)
        if count is not None:
            profiles = self.emulator.profiles()
            racers = sorted(one for one in profiles if profiles[one]["group"] == "dr-racers")
            everybody = select_by_name(self.workspace, racers[:count])
        operation = submit(self.workspace, plan_action(self.workspace, action, everybody))
        assert operation is not None
        return operation

    def states(self, operation: int) -> Counter[ItemState]:
        with self.database.read() as connection:
            return Counter(item.state for item in items(connection, operation))

    def state(self) -> SyncState:
        with self.database.read() as connection:
            return read_sync_state(connection)

    def all_wait_for_their_turn(self, operation: int) -> bool:
        with self.database.read() as connection:
            left = [one for one in items(connection, operation) if one.state not in WELL]
        return all(one.reason.startswith("waits: the firewall") for one in left)

    def done(self, operation: int) -> bool:
        return set(self.states(operation)) <= WELL


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(engine_module, "_HALT_RETRY", 0.2)
    with running_emulator(racers=RACERS) as emulator:
        made = Desk(emulator, tmp_path / "store.sqlite")
        yield made
        made.gateway.close()
        made.database.close()


@pytest.mark.parametrize("typed", [False, True])
def test_a_block_in_the_midst_of_a_delivery_fails_nothing_and_ends_by_itself(
    desk: Desk, typed: bool
) -> None:
    desk.emulator.control("latency", ms=60)
    desk.emulator.control("firewall", names_its_error=typed)
    operation = desk.submit(Pause())
    with desk.running(replace(UNPACED, concurrency=2)):
        eventually(lambda: desk.states(operation)[ItemState.DONE] > 0, PATIENCE)
        desk.emulator.control("firewall", rules="bots")
        eventually(lambda: desk.state().halt is FailureKind.BLOCKED, PATIENCE)
        assert "drtui doctor --firewall" in desk.state().halt_reason
        eventually(lambda: not desk.states(operation)[ItemState.SENDING], PATIENCE)
        assert set(desk.states(operation)) <= {ItemState.PENDING, *WELL}
        assert desk.states(operation)[ItemState.PENDING]
        desk.emulator.control("firewall", allowed_user_agents=["drtui/"])
        eventually(lambda: desk.done(operation), PATIENCE)
        assert desk.state().halt is None


def test_a_blocked_reading_halts_too_and_is_told(desk: Desk) -> None:
    operation = desk.submit(Pause())
    desk.emulator.control("firewall", rules="bots")
    assert desk.run() is Ending.HALTED
    assert set(desk.states(operation)) <= {ItemState.PENDING, ItemState.ALREADY_SO}
    assert "firewall" in desk.state().trouble
    desk.emulator.control("firewall", rules="rate")
    assert desk.run() is Ending.DELIVERED
    assert desk.done(operation)


def test_deletions_that_the_rate_blocks_wait_and_are_done_when_it_ends(desk: Desk) -> None:
    desk.emulator.control("firewall", admin_calls=3, forget=True)
    operation = desk.submit(DeleteModels(), 8)
    with desk.running():
        eventually(lambda: desk.state().halt is FailureKind.BLOCKED, PATIENCE)
        assert not desk.states(operation)[ItemState.FAILED]
        desk.emulator.control("firewall", admin_calls=1_000)
        eventually(lambda: desk.done(operation), PATIENCE)


def test_below_the_settings_number_the_firewall_never_blocks(desk: Desk) -> None:
    desk.emulator.control("firewall", admin_calls=6, forget=True)
    operation = desk.submit(DeleteModels(), 20)
    options = replace(UNPACED, admin_calls=8)  # of which a bulk operation can have six
    with desk.running(options):
        eventually(lambda: desk.all_wait_for_their_turn(operation), PATIENCE)
    assert desk.state().halt is None
    done = desk.states(operation)[ItemState.DONE]
    assert done > 0
    with desk.running(options):  # which does not begin to count anew
        pause = desk.submit(Pause())
        eventually(lambda: desk.states(pause)[ItemState.DONE] > 0, PATIENCE)
        assert desk.all_wait_for_their_turn(operation)
    assert desk.state().halt is None
    assert desk.states(operation)[ItemState.DONE] == done
