"""What a marshal does in a live race: done once, explained where refused, never sent late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from drtui.domain.errands import Errand
from drtui.domain.failures import FailureKind
from drtui.domain.live_order import Placing
from drtui.domain.live_races import QueueStatus
from drtui.domain.live_seen import seen_race
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
from tests.support.race_deployment import RaceDeployment, refused, unanswered
from tests.support.races import START, rankings
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
    running,
    world,
)
from tests.sync.race_worlds import World

__all__ = ["calls", "world"]


def test_a_launch_says_who_runs_and_the_store_knows(world: World) -> None:
    assert world.one(launch(RACE, "Final")) == (ItemState.DONE, "r1 (model) runs")
    assert world.live().queue[0].status == QueueStatus.IN_PROGRESS


def test_a_second_launch_is_explained(world: World, calls: RaceDeployment) -> None:
    running(calls)

    state, reason = world.one(launch(RACE, "Final"))

    assert state is ItemState.FAILED
    assert reason == "r1 (model) runs already; wait until it ends, or reset it"


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


def test_everything_begins_anew(world: World, calls: RaceDeployment) -> None:
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), B, rankings=rankings("r1"))

    assert world.one(reset_all(RACE, "Final"))[0] is ItemState.DONE
    assert calls.waiting(1) == [ONE, TWO]
    state = world.live().state
    assert state is not None
    assert state.rankings == ()


def test_nothing_begins_anew_but_what_was_confirmed(world: World, calls: RaceDeployment) -> None:
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), B, rankings=rankings("r1"))
    errands = [
        reset_all(RACE, "Final", seen_race(calls.states[RACE], calls.queues[RACE]))
        for _ in ("one marshal", "another one, before the first has confirmed")
    ]

    assert world.one(errands[0])[0] is ItemState.DONE
    calls.queue(1, replace(A, status=QueueStatus.COMPLETED), B, rankings=rankings("r1", first=8))

    told = (ItemState.FAILED, "the leaderboard is another one now: look again")
    assert world.one(errands[1]) == told
    assert [name for name, _ in calls.writes] == ["reset all"]
    assert world.live().state == calls.states[RACE]  # what there is to look at


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

    assert (state, reason) == (ItemState.FAILED, "r1 (model) runs; wait until it ends")


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
