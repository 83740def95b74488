"""What keeps an operation from being run at its set time: it is told, and run later or missed."""

from collections.abc import Callable

import pytest

from drtui.commands import offline
from drtui.domain.failures import FailureKind
from drtui.domain.records import Limits
from drtui.domain.scheduling import (
    GRACE,
    OFFLINE,
    OFFLINE_ON_PURPOSE,
    SIGNED_OUT,
    UNREAD,
    ScheduleState,
)
from drtui.store.offline import go_offline, go_online
from drtui.store.sync_state import Connectivity
from drtui.sync import sweeping
from drtui.sync.options import Ending
from tests.support.scheduling import found
from tests.support.waiting import eventually
from tests.sync.scheduling_worlds import HOUR, PAUSED, World, world

__all__ = ["world"]


def signed_out(world: World) -> None:
    for call in ("whoami", "list_profiles", "settings"):
        world.deployment.fails(FailureKind.NOT_SIGNED_IN, call=call, times=1_000)


def no_network(world: World) -> None:
    world.deployment.network(up=False)


def on_purpose(world: World) -> None:
    go_offline(world.database, world.workspace.author())


def no_list(world: World) -> None:
    world.deployment.fails(FailureKind.UNAVAILABLE, call="list_profiles", times=1_000)


def mended(world: World) -> None:
    """Nothing is in the way any more."""
    world.deployment.network(up=True)
    world.deployment.heals()
    go_online(world.database, world.workspace.author())


CAUSES = [
    (signed_out, SIGNED_OUT),
    (no_network, OFFLINE),
    (on_purpose, OFFLINE_ON_PURPOSE),
    (no_list, UNREAD),
]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that fail are tried again at once."""
    monkeypatch.setattr(sweeping, "backoff", lambda *_: 0.0)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_what_keeps_it_from_running_is_told_while_it_is_due(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    it = found(world.workspace, number)
    assert (it.state, it.note) == (ScheduleState.WAITING, why)
    assert f"not run: {why}; asked about from" in it.state_text(it.when.at)
    assert world.operations() == []


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_it_is_run_where_that_ends_within_the_grace(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    assert found(world.workspace, number).note == why
    mended(world)
    world.clock.step(GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    it = found(world.workspace, number)
    assert (it.state, it.note) == (ScheduleState.RAN, "")
    assert world.limits() == [PAUSED] * 3


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("cause", "why"), CAUSES)
def test_it_is_asked_about_where_that_ends_later_and_says_what_it_was(
    world: World, cause: Callable[[World], None], why: str
) -> None:
    number = world.pause()
    cause(world)
    world.clock.step(HOUR)
    world.run()
    mended(world)
    world.clock.step(GRACE.total_seconds() + 1)
    assert world.run() is Ending.DELIVERED
    it = found(world.workspace, number)
    assert (it.state, it.reason(it.when.at)) == (ScheduleState.MISSED, f"{why} at its time")
    assert world.operations() == []
    assert world.limits() == [Limits(300, 3)] * 3


def test_an_engine_that_is_up_lets_it_be_missed_by_its_clock(world: World) -> None:
    with world.watching():
        number = world.pause()
        world.deployment.network(up=False)
        world.clock.step(HOUR)
        eventually(lambda: found(world.workspace, number).note == OFFLINE)
        world.clock.step(GRACE.total_seconds() + 1)
        eventually(lambda: world.state(number) is ScheduleState.MISSED)
        world.deployment.network(up=True)
        eventually(lambda: world.sync_state().connectivity is Connectivity.ONLINE)
    assert world.operations() == []


def test_what_is_missed_where_nobody_was_there_says_that(world: World) -> None:
    number = world.pause()
    world.clock.step(HOUR + GRACE.total_seconds() + 1)
    world.run()
    it = found(world.workspace, number)
    assert it.reason(it.when.at) == "no drtui was up at its time"


def test_a_look_at_the_account_while_offline_on_purpose_runs_nothing(world: World) -> None:
    number = world.pause()
    on_purpose(world)
    world.clock.step(HOUR)
    began = offline.begin_look(world.workspace)
    world.run()
    assert offline.has_looked(world.workspace, began)
    assert world.state(number) is ScheduleState.WAITING
