"""What a marshal does in a live race: done once, explained where refused, never sent late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.errands import Errand
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_order import Placing, placing
from drtui.domain.live_races import QueueStatus
from drtui.domain.operations import ItemState
from drtui.domain.race_errands import (
    Leader,
    Seen,
    Switches,
    declare_winner,
    launch,
    move,
    order,
    remove,
    reset_all,
    reset_model,
    switch_live,
)
from drtui.store.live_races import write_live
from drtui.store.races import write_race
from drtui.sync.couriers.live_races import LiveCourier
from tests.support.race_deployment import RaceDeployment, refused, unanswered
from tests.support.races import START, live_race, queue_item, race_id, rankings
from tests.sync.race_worlds import World

RACE = race_id(1)
A, B, C, D = (queue_item(number, f"a{number}") for number in range(1, 5))
ONE, TWO, THREE, FOUR = (one.submission_id for one in (A, B, C, D))
AWAY = DeploymentError(FailureKind.UNREACHABLE, "Nobody answers.")


@pytest.fixture
def calls() -> RaceDeployment:
    made = RaceDeployment(live_race(1))
    made.queue(1, A, B, C, D, submissions_open=False)
    return made


@pytest.fixture
def world(calls: RaceDeployment, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", calls)
    yield made
    made.database.close()


def running(calls: RaceDeployment, submission_id: str = ONE) -> None:
    calls.status(RACE, submission_id, QueueStatus.IN_PROGRESS)


def placed(world: World, *ids: str, place: int) -> Errand:
    """The errand of a marshal who saw the queue as it is now in the deployment."""
    to = placing(world.calls.queues[RACE], ids, place)
    assert to is not None
    return move(RACE, "r", to)


def test_a_launch_says_who_runs_and_the_store_knows(world: World) -> None:
    assert world.one(launch(RACE, "Final")) == (ItemState.DONE, "r1 (model) runs")
    assert world.live().queue[0].status == QueueStatus.IN_PROGRESS


def test_a_second_launch_is_explained(world: World, calls: RaceDeployment) -> None:
    running(calls)

    state, reason = world.one(launch(RACE, "Final"))

    assert state is ItemState.FAILED
    assert reason == "r1 (model) runs already: wait until it ends, or reset it"


@pytest.mark.parametrize("before", ["submissions open", "nothing waits", "too early"])
def test_a_launch_that_cannot_be_is_explained(
    world: World, calls: RaceDeployment, before: str
) -> None:
    queue = () if before == "nothing waits" else (A,)
    calls.queue(1, *queue, submissions_open=before == "submissions open")
    calls.failing["launch"] = [refused(FailureKind.INVALID, "Cannot launch.")]
    expected = {
        "submissions open": "submissions are open: close them first",
        "nothing waits": "nothing waits in the queue",
        "too early": "its live time has not come yet",
    }

    assert world.one(launch(RACE, "Final")) == (ItemState.FAILED, expected[before])


def test_a_launch_whose_answer_was_lost_is_read_back(world: World, calls: RaceDeployment) -> None:
    calls.lost["launch"] = [unanswered()]

    assert world.one(launch(RACE, "Final")) == (ItemState.DONE, "r1 (model) runs")
    assert len(calls.writes) == 1


def test_a_launch_that_may_come_late_is_not_sent_again(world: World, calls: RaceDeployment) -> None:
    # Its live time has come, so that nothing explains why it does not run.
    at = START - timedelta(minutes=1)
    stored = replace(calls.listed[0].definition, live_at=at)
    write_race(world.database, replace(calls.listed[0], definition=stored), world.clock())
    calls.failing["launch"] = [unanswered()]

    state, reason = world.one(launch(RACE, "Final"))

    assert state is ItemState.FAILED
    assert "look before you do it again" in reason
    assert len(calls.writes) == 1


def test_a_500_on_reset_is_explained_as_the_conflict_it_is(
    world: World, calls: RaceDeployment
) -> None:
    calls.status(RACE, ONE, QueueStatus.COMPLETED)

    state, reason = world.one(reset_model(RACE, ONE, "r1", "brakes"))

    assert state is ItemState.FAILED
    assert reason == "it has run: only what runs or has failed begins anew"
    assert calls.writes == [("reset", (ONE, "brakes"))]


def test_a_500_on_reset_that_nothing_explains_says_how_it_stands(
    world: World, calls: RaceDeployment
) -> None:
    running(calls)
    calls.failing["reset"] = [refused(FailureKind.UNAVAILABLE)]

    state, reason = world.one(reset_model(RACE, ONE, "r1"))

    assert state is ItemState.FAILED
    assert reason.startswith("it runs still: look before you do it again (")


def test_a_reset_beyond_the_most_is_explained(world: World, calls: RaceDeployment) -> None:
    stored = replace(calls.listed[0].definition, max_resets=2)
    write_race(world.database, replace(calls.listed[0], definition=stored), world.clock())
    calls.status(RACE, ONE, QueueStatus.FAILED, resets=2)
    calls.failing["reset"] = [refused(FailureKind.UNAVAILABLE)]

    state, reason = world.one(reset_model(RACE, ONE, "r1"))

    assert (state, reason) == (
        ItemState.FAILED,
        "it began anew 2 times already, and 2 are the most",
    )


def test_a_reset_with_a_500_that_took_effect_is_done(world: World, calls: RaceDeployment) -> None:
    running(calls)
    calls.lost["reset"] = [refused(FailureKind.UNAVAILABLE)]

    state, _ = world.one(reset_model(RACE, ONE, "r1"))

    assert state is ItemState.DONE
    assert len(calls.writes) == 1


def test_a_reset_of_what_waits_already_says_so(world: World, calls: RaceDeployment) -> None:
    write_live(world.database, RACE, None, calls.queues[RACE], world.clock())

    state, reason = world.one(reset_model(RACE, ONE, "r1"))

    assert (state, reason) == (ItemState.ALREADY_SO, "it waits already")


def test_what_is_removed_already_is_no_failure(world: World, calls: RaceDeployment) -> None:
    calls.before["remove"] = lambda: calls.queue(1, B, C, D)

    assert world.one(remove(RACE, ONE, "r1"))[0] is ItemState.ALREADY_SO


def test_what_runs_is_not_removed_and_it_says_why(world: World, calls: RaceDeployment) -> None:
    running(calls)

    state, reason = world.one(remove(RACE, ONE, "r1"))

    assert state is ItemState.FAILED
    assert reason == "it runs: only what waits or has failed can be removed"


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


def test_what_was_reset_meanwhile_keeps_its_run(world: World, calls: RaceDeployment) -> None:
    errand = reset_model(RACE, ONE, "r1", seen=Seen(QueueStatus.FAILED, 0))
    calls.status(RACE, ONE, QueueStatus.IN_PROGRESS, resets=1)

    assert world.one(errand) == (ItemState.FAILED, "it was reset meanwhile: it runs now")
    assert not calls.writes


def test_a_lost_reset_that_runs_again_by_now_is_done(world: World, calls: RaceDeployment) -> None:
    # Auto-launch was quicker than the look at it.
    errand = reset_model(RACE, ONE, "r1", seen=Seen(QueueStatus.FAILED, 0))
    calls.status(RACE, ONE, QueueStatus.FAILED)
    calls.before["reset"] = lambda: calls.status(RACE, ONE, QueueStatus.IN_PROGRESS, resets=1)
    calls.failing["reset"] = [unanswered()]

    assert world.one(errand)[0] is ItemState.DONE


def test_a_reset_beyond_the_usual_most_is_explained(world: World, calls: RaceDeployment) -> None:
    calls.status(RACE, ONE, QueueStatus.FAILED, resets=3)
    calls.failing["reset"] = [refused(FailureKind.UNAVAILABLE)]

    _, reason = world.one(reset_model(RACE, ONE, "r1"))

    assert reason == "it began anew 3 times already, and 3 are the most"


def test_a_lost_launch_stays_unknown_though_something_explains_it(
    world: World, calls: RaceDeployment
) -> None:
    calls.queue(1, A, submissions_open=False)
    calls.before["launch"] = lambda: calls.status(RACE, ONE, QueueStatus.FAILED)
    calls.failing["launch"] = [unanswered()]

    (item,) = world.carried(launch(RACE, "Final"))

    assert (item.state, item.reason) == (ItemState.FAILED, "nothing waits in the queue")
    assert item.unknown_at is not None


def test_nobody_is_declared_but_who_was_confirmed(world: World, calls: RaceDeployment) -> None:
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), rankings=rankings("r2", "r1"))

    errand = declare_winner(RACE, "Final", Leader("r1", None))

    assert world.one(errand) == (ItemState.FAILED, "r2 leads now: look again")
    assert not calls.writes


def test_several_that_began_in_time_are_all_removed_and_looked_at_once(
    world: World, calls: RaceDeployment
) -> None:
    def step() -> None:
        world.clock.step(6)
        calls.before["remove"] = step

    calls.before["remove"] = step
    expires = world.soon()
    errands = [remove(RACE, one, "r") for one in (ONE, TWO, THREE, FOUR)]

    found = world.carried(*(replace(one, expires_at=expires) for one in errands))

    assert {item.state for item in found} == {ItemState.DONE}
    assert calls.waiting(1) == []
    assert world.live().queue == ()


def test_what_follows_another_operation_is_not_sent_late(
    world: World, calls: RaceDeployment
) -> None:
    calls.before["remove"] = lambda: world.clock.step(20)
    world.submit(remove(RACE, ONE, "r1"))
    number = world.submit(replace(launch(RACE, "Final"), expires_at=world.soon()))

    (item,) = world.settled(number)

    assert item.state is ItemState.CANCELLED
    assert [name for name, _ in calls.writes] == ["remove"]


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


def test_everything_begins_anew(world: World, calls: RaceDeployment) -> None:
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), B, rankings=rankings("r1"))

    assert world.one(reset_all(RACE, "Final"))[0] is ItemState.DONE
    assert calls.waiting(1) == [ONE, TWO]
    state = world.live().state
    assert state is not None
    assert state.rankings == ()


def test_the_winner_is_told_and_once_more_changes_nothing(
    world: World, calls: RaceDeployment
) -> None:
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), rankings=rankings("r1"))
    told = (ItemState.DONE, "the winner is r1")

    assert world.one(declare_winner(RACE, "Final")) == told
    assert world.one(declare_winner(RACE, "Final")) == told


def test_no_winner_while_one_runs(world: World, calls: RaceDeployment) -> None:
    running(calls)

    state, reason = world.one(declare_winner(RACE, "Final"))

    assert (state, reason) == (ItemState.FAILED, "r1 (model) runs: wait until it ends")


def test_switches_are_set(world: World, calls: RaceDeployment) -> None:
    errand = switch_live(RACE, "Final", Switches(auto_launch=True, submissions_open=True))

    assert world.one(errand)[0] is ItemState.DONE
    state = world.live().state
    assert state is not None
    assert (state.auto_launch, state.submissions_open) == (True, True)


@pytest.mark.parametrize(
    "errand",
    [
        launch(RACE, "Final"),
        reset_model(RACE, ONE, "r1"),
        remove(RACE, ONE, "r1"),
        move(RACE, "r1", Placing((ONE,), (TWO,), (THREE, FOUR))),
        order(RACE, [TWO, ONE], "Final"),
        reset_all(RACE, "Final"),
        declare_winner(RACE, "Final"),
        switch_live(RACE, "Final", Switches(auto_launch=True)),
    ],
    ids=lambda errand: errand.after["deed"],
)
def test_of_a_deleted_race_it_is_said_so(
    world: World, calls: RaceDeployment, errand: Errand
) -> None:
    calls.listed.clear()
    calls.failing = {
        name: [refused(FailureKind.NOT_FOUND, "Item not found.")]
        for name in ("launch", "reset", "remove", "reorder", "reset all", "declare", "switch")
    }

    assert world.one(errand) == (ItemState.FAILED, "the race is not there any more")
    assert world.races() == {}


def test_what_could_not_be_sent_in_time_ends_as_not_sent(
    world: World, calls: RaceDeployment
) -> None:
    calls.failing["launch"] = [AWAY for _ in range(100)]
    expires = world.soon()

    (item,) = world.carried(replace(launch(RACE, "Final"), expires_at=expires))

    assert item.state is ItemState.CANCELLED
    assert item.reason == "not sent: Nobody answers."
    assert not any(one.status == QueueStatus.IN_PROGRESS for one in calls.queues[RACE])


def test_what_was_interrupted_is_looked_at_and_not_sent_again(
    world: World, calls: RaceDeployment
) -> None:
    number = world.submit(launch(RACE, "Final"))
    world.engine.kill_after(1)

    (item,) = world.settled(number)

    assert item.state is ItemState.DONE
    assert [name for name, _ in calls.writes] == ["launch"]
