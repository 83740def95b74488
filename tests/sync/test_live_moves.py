"""Moves and orders in a live race: the fewest moves, among whatever others do meanwhile."""

from dataclasses import replace

from drtui.domain.live_races import QueueStatus
from drtui.domain.operations import ItemState
from drtui.domain.race_errands import order
from drtui.sync.couriers.live_races import LiveCourier
from tests.support.race_deployment import RaceDeployment, refused, unanswered
from tests.sync.live_worlds import (
    AWAY,
    FOUR,
    ONE,
    RACE,
    THREE,
    TWO,
    A,
    B,
    C,
    D,
    calls,
    placed,
    running,
    world,
)
from tests.sync.race_worlds import World

__all__ = ["calls", "world"]


def test_a_submission_is_moved_behind_another_and_to_the_front(
    world: World, calls: RaceDeployment
) -> None:
    assert world.one(placed(world, FOUR, place=2)) == (ItemState.DONE, "it stands at place 2")
    assert world.one(placed(world, TWO, place=1)) == (ItemState.DONE, "it stands at place 1")

    assert calls.waiting(1) == [TWO, ONE, FOUR, THREE]
    assert [one.submission_id for one in world.live().queue] == calls.waiting(1)


def test_a_move_of_what_runs_meanwhile_is_explained(world: World, calls: RaceDeployment) -> None:
    calls.before["reorder"] = lambda: running(calls)

    state, reason = world.one(placed(world, ONE, place=4))

    assert state is ItemState.FAILED
    assert reason == "it runs: only what waits can be moved"


def test_a_move_whose_answer_was_lost_is_read_back(world: World, calls: RaceDeployment) -> None:
    calls.lost["reorder"] = [unanswered()]

    assert world.one(placed(world, ONE, place=3))[0] is ItemState.DONE
    assert calls.waiting(1) == [TWO, THREE, ONE, FOUR]


def test_an_order_is_brought_about_with_the_fewest_moves(
    world: World, calls: RaceDeployment
) -> None:
    wanted = [FOUR, ONE, TWO, THREE]

    assert world.one(order(RACE, wanted, "Final")) == (ItemState.DONE, "1 move")
    assert calls.waiting(1) == wanted


def test_an_order_that_is_so_already_sends_nothing(world: World, calls: RaceDeployment) -> None:
    state, _ = world.one(order(RACE, [ONE, TWO, THREE, FOUR], "Final"))

    assert state is ItemState.ALREADY_SO
    assert not calls.writes


def test_an_order_is_planned_anew_after_a_conflict(world: World, calls: RaceDeployment) -> None:
    calls.before["reorder"] = lambda: running(calls, THREE)

    state, _ = world.one(order(RACE, [FOUR, THREE, TWO, ONE], "Final"))

    assert state is ItemState.DONE
    assert calls.waiting(1) == [FOUR, TWO, ONE]
    assert world.pauses


def test_an_order_is_the_last_ones_whole_where_another_marshal_orders_too(
    world: World, calls: RaceDeployment
) -> None:
    def another() -> None:
        for submission_id in (ONE, TWO, THREE, FOUR):
            calls.reorder(RACE, submission_id)

    calls.before["reorder"] = another

    state, _ = world.one(order(RACE, [TWO, FOUR, ONE, THREE], "Final"))

    assert state is ItemState.DONE
    assert calls.waiting(1) == [TWO, FOUR, ONE, THREE]


def test_an_order_ends_where_somebody_never_stops_moving(
    world: World, calls: RaceDeployment
) -> None:
    def meddle() -> None:
        calls.queue(1, A, B, C, D, submissions_open=False)
        calls.before["reorder"] = meddle
        calls.failing["reorder"] = [refused()]

    calls.before["reorder"] = meddle
    world.paused = meddle

    state, reason = world.one(order(RACE, [FOUR, THREE, TWO, ONE], "Final"))

    assert state is ItemState.FAILED
    assert "somebody else moves the queue at the same time" in reason


def test_no_move_follows_one_that_was_not_answered(world: World, calls: RaceDeployment) -> None:
    calls.lost["reorder"] = [unanswered()]

    (item,) = world.carried(order(RACE, [FOUR, THREE, TWO, ONE], "Final"))

    assert (item.state, item.unknown_at is not None) == (ItemState.FAILED, True)
    assert item.reason.startswith("nothing was moved: a move was not answered in time")
    assert len(calls.writes) == 1


def test_an_order_whose_only_move_was_not_answered_is_read_back(
    world: World, calls: RaceDeployment
) -> None:
    calls.lost["reorder"] = [unanswered()]

    assert world.one(order(RACE, [FOUR, ONE, TWO, THREE], "Final")) == (ItemState.DONE, "1 move")


def slow(world: World, calls: RaceDeployment, seconds: float) -> None:
    """Let each move take so long."""

    def step() -> None:
        world.clock.step(seconds)
        calls.before["reorder"] = step

    calls.before["reorder"] = step


def test_an_order_sends_nothing_long_after_it_expired(world: World, calls: RaceDeployment) -> None:
    slow(world, calls, 21.0)
    errand = replace(order(RACE, [FOUR, THREE, TWO, ONE], "Final"), expires_at=world.soon())

    (item,) = world.carried(errand)

    assert item.state is ItemState.CANCELLED
    assert item.reason == "1 move made: it takes too long: look at the queue, and order it again"
    assert len(calls.writes) == 1


def test_an_order_lets_others_of_the_race_go_first(world: World, calls: RaceDeployment) -> None:
    slow(world, calls, 4.5)
    errand = replace(order(RACE, [FOUR, THREE, TWO, ONE], "Final"), expires_at=world.soon())
    (item,) = world.items(world.submit(errand))
    courier = LiveCourier(calls, world.database)

    (carried,) = courier.carry_out([item]).values()
    calls.before.clear()
    (then,) = courier.carry_out([replace(item, before={**item.before, **carried.found})]).values()

    assert (carried.state, carried.reason) == (ItemState.PENDING, "what is left after 1 move")
    assert carried.delay > 0
    assert (then.state, then.reason) == (ItemState.DONE, "3 moves")


def test_several_move_among_the_others_as_those_stand_by_then(
    world: World, calls: RaceDeployment
) -> None:
    errand = placed(world, THREE, FOUR, place=1)
    calls.reorder(RACE, TWO)  # another marshal, unseen

    assert world.one(errand) == (ItemState.DONE, "they stand at places 1 to 2")
    assert calls.waiting(1) == [THREE, FOUR, TWO, ONE]


def test_a_move_goes_by_the_others_where_one_of_them_was_moved_meanwhile(
    world: World, calls: RaceDeployment
) -> None:
    errand = placed(world, FOUR, place=2)  # behind one, before two and three
    calls.reorder(RACE, ONE, FOUR)

    assert world.one(errand) == (ItemState.DONE, "it stands at place 1")
    assert calls.waiting(1) == [FOUR, TWO, THREE, ONE]


def test_several_of_which_one_runs_by_then_move_without_it(
    world: World, calls: RaceDeployment
) -> None:
    errand = placed(world, TWO, THREE, place=1)
    calls.status(RACE, TWO, QueueStatus.IN_PROGRESS)

    told = "one stands at place 1, and 1 submission could not be moved any more"
    assert world.one(errand) == (ItemState.DONE, told)


def test_an_order_that_loses_the_network_halfway_says_how_far_it_came(
    world: World, calls: RaceDeployment
) -> None:
    number = 0

    def away() -> None:
        nonlocal number
        number += 1
        if number == 2:
            calls.failing["reorder"] = [AWAY]
        calls.before["reorder"] = away

    calls.before["reorder"] = away
    state, reason = world.one(order(RACE, [FOUR, THREE, TWO, ONE], "Final"))

    assert state is ItemState.FAILED
    assert reason == "1 move made: Nobody answers."
