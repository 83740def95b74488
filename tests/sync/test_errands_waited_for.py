"""Which errands a command waits for: those that can be carried out now or within seconds."""

from pathlib import Path

import pytest

from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.operations import ItemState
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.sync.events import ErrandsEnded
from tests.sync.errand_worlds import ALL, DONE, World, raising


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store.sqlite")


def test_nothing_is_waited_for_where_nothing_is_to_be_done(world: World) -> None:
    assert world.runner.waits(ALL)  # it has not looked yet
    world.turn()
    assert not world.runner.waits(ALL)
    world.submit("ada@example.com")
    assert world.runner.waits(ALL)
    assert not world.runner.waits(ALL - {Service.INVITATIONS})
    world.turn()
    assert not world.runner.waits(ALL)


def test_what_is_being_carried_out_is_waited_for(world: World) -> None:
    world.submit("ada@example.com")
    world.runner.turn(ALL)
    event = world.events.get(timeout=30)
    assert world.runner.waits(ALL)
    assert not world.runner.waits(ALL - {Service.INVITATIONS})
    assert isinstance(event, ErrandsEnded)
    world.runner.ended(event)
    world.turn()
    assert not world.runner.waits(ALL)


@pytest.mark.parametrize(("delay", "waits"), [(30.0, True), (31.0, False)])
def test_what_is_due_within_seconds_is_waited_for(world: World, delay: float, waits: bool) -> None:
    later = Carried(ItemState.PENDING, "busy", delay=delay)
    world.courier.answer = lambda found: {one.item_id: later for one in found}
    world.submit("ada@example.com")
    world.turn()
    assert world.runner.waits(ALL) is waits
    world.clock.step(1.0)
    assert world.runner.waits(ALL)


def test_what_is_paced_is_waited_for_however_long_its_turn_takes(world: World) -> None:
    world.courier.agreed = Terms(wait=290.0)
    world.submit("ada@example.com")
    world.turn()
    assert world.courier.handed == []
    assert world.runner.waits(ALL)
    world.clock.step(290.0)
    world.courier.agreed = Terms()
    world.turn()
    assert world.courier.handed == [["ada@example.com"]]
    assert not world.runner.waits(ALL)


def test_what_is_due_when_a_day_has_passed_is_not_waited_for(world: World) -> None:
    world.courier.agreed = Terms(daily=1)
    world.submit("ada@example.com", "bo@example.com")
    world.turn()
    assert not world.runner.waits(ALL)
    world.clock.step(86_400 - 30)
    assert world.runner.waits(ALL)


@pytest.mark.parametrize("kind", [SponsorFailure.DENIED, SponsorFailure.NO_CREDENTIALS])
def test_a_closed_door_is_not_waited_for_but_tried_again(
    world: World, kind: SponsorFailure
) -> None:
    world.courier.answer = raising(SponsorError(kind, "closed"))
    number = world.submit("ada@example.com", "bo@example.com")
    assert world.runner.waits(ALL)
    world.turn()
    assert not world.runner.waits(ALL)
    world.clock.step(59)
    world.runner.look()
    world.turn()
    assert len(world.courier.handed) == 1
    assert not world.runner.waits(ALL)
    world.courier.answer = lambda found: {one.item_id: DONE for one in found}
    world.clock.step(1)
    world.runner.turn(ALL)
    assert world.runner.waits(ALL)  # it is being tried
    world.turn()
    assert world.states(number) == [ItemState.DONE] * 2
    assert not world.runner.waits(ALL)


def test_who_does_not_answer_is_waited_for_twice_and_anew_after_an_answer(world: World) -> None:
    gone = raising(SponsorError(SponsorFailure.UNREACHABLE, "no network"))

    def call() -> bool:
        world.clock.step(30)
        world.runner.look()
        world.runner.turn(ALL)
        event = world.events.get(timeout=30)
        assert isinstance(event, ErrandsEnded)
        world.runner.ended(event)
        return world.runner.waits(ALL)

    number = world.submit("ada@example.com", "bo@example.com")
    world.courier.answer = gone
    assert [call() for _ in range(4)] == [True, True, False, False]
    world.courier.answer = lambda found: {one.item_id: DONE for one in found}
    assert call()
    world.courier.answer = gone
    assert [call() for _ in range(3)] == [True, True, False]
    assert world.states(number)[1] is ItemState.PENDING


def test_a_service_that_has_to_wait_is_not_waited_for_where_nothing_is_to_be_done(
    world: World,
) -> None:
    world.courier.agreed = Terms(wait=200.0)
    world.runner.turn(ALL)
    world.runner.look()  # as after every sweep
    world.runner.turn(ALL)
    assert not world.runner.waits(ALL)
    world.submit("ada@example.com")
    world.runner.look()
    world.runner.turn(ALL)
    assert world.runner.waits(ALL)
