"""The engine and what somebody looks at: read while they do, said when it cannot be."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.racer import racer_page, watch_models
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.models import ModelListing, read_models
from drtui.store.sync_state import Connectivity
from drtui.sync.options import Ending
from tests.support.deployments import racer_id
from tests.support.waiting import eventually
from tests.sync.worlds import PATIENCE, World

ADA = racer_id(0)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "event.sqlite", 3)
    world.deployment.stores(ADA, "first", "second")
    yield world
    world.database.close()


def listing(world: World) -> ModelListing:
    with world.database.read() as connection:
        return read_models(connection, ADA)


def names(world: World) -> set[str]:
    return {model.name for model in listing(world).models}


def connectivity(world: World) -> Connectivity:
    return world.sync_state().connectivity


def test_a_running_engine_notices_an_interest_and_reads(world: World) -> None:
    with world.running():
        eventually(lambda: connectivity(world) is Connectivity.ONLINE, PATIENCE)
        assert "models_of" not in world.deployment.called
        watch_models(world.workspace, ADA)
        eventually(lambda: names(world) == {"first", "second"}, PATIENCE)
    assert world.deployment.called["models_of"] == 1


def test_one_run_reads_what_was_asked_for_before_it_ends(world: World) -> None:
    watch_models(world.workspace, ADA)
    assert world.run(pull=True) is Ending.DELIVERED
    assert names(world) == {"first", "second"}


def test_an_interest_of_before_is_nobodys_any_more(world: World) -> None:
    watch_models(world.workspace, ADA, seconds=-1)
    world.run(pull=True)
    assert "models_of" not in world.deployment.called


def test_a_role_that_may_not_look_is_said_and_stops_nothing_else(world: World) -> None:
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, call="models_of")
    watch_models(world.workspace, ADA)
    operation = world.submit(SetQuotas(QuotaChange(540), None), 0)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 1}
    eventually(lambda: listing(world).trouble == "scripted: role not allowed", PATIENCE)
    assert world.sync_state().halt is None


def test_offline_nothing_is_asked_and_with_the_network_it_is(world: World) -> None:
    world.deployment.network(up=False)
    (key,) = world.select(0).keys
    with world.running():
        eventually(lambda: connectivity(world) is Connectivity.OFFLINE, PATIENCE)
        watch_models(world.workspace, ADA)
        page = racer_page(world.workspace, key)
        assert page is not None
        assert (page.models_as_of, page.models_trouble) == (None, "offline")
        assert "models_of" not in world.deployment.called
        world.deployment.network(up=True)
        eventually(lambda: names(world) == {"first", "second"}, PATIENCE)


def test_a_call_that_hangs_is_given_up_with_the_network(world: World) -> None:
    with world.running():
        eventually(lambda: connectivity(world) is Connectivity.ONLINE, PATIENCE)
        world.deployment.network(up=False, silent=True)
        watch_models(world.workspace, ADA)
        eventually(lambda: connectivity(world) is Connectivity.OFFLINE, PATIENCE)
        world.deployment.network(up=True)
        eventually(lambda: names(world) == {"first", "second"}, PATIENCE)


def test_an_engine_that_serves_an_interest_does_not_turn_in_circles(world: World) -> None:
    with world.running():
        watch_models(world.workspace, ADA)
        eventually(lambda: names(world) == {"first", "second"}, PATIENCE)
        before, began = time.process_time(), time.monotonic()
        eventually(lambda: time.monotonic() - began > 1.5, PATIENCE)
        share = (time.process_time() - before) / (time.monotonic() - began)
    assert share < 0.5
    assert world.deployment.called["models_of"] == 1
