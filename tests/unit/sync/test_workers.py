"""The threads that make the calls, and giving them up."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item, ItemState
from drtui.sync.events import CallEnded, Events
from drtui.sync.workers import Workers
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.waiting import eventually


def item(number: int) -> Item:
    return Item(
        item_id=number + 1,
        operation_id=1,
        target=racer_id(number),
        label="",
        before={"minutes_limit": 300},
        after={"minutes_limit": 540},
        state=ItemState.SENDING,
    )


class Crew:
    def __init__(self, threads: int) -> None:
        self.deployment = FakeDeployment(racers(20))
        self.events = Events()
        self.workers = Workers(self.deployment, threads, self.events)

    def ended(self) -> CallEnded:
        event = self.events.get(timeout=10)
        assert isinstance(event, CallEnded)
        return event


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew(4)
    yield made
    made.workers.give_up("the test is over")


def test_each_item_is_called_for_and_reported(crew: Crew) -> None:
    crew.workers.start([item(number) for number in range(10)], claim=7)
    events = [crew.ended() for _ in range(10)]
    assert {event.item.target for event in events} == {racer_id(number) for number in range(10)}
    assert {event.claim for event in events} == {7}
    assert all(event.result == {"minutes_limit": 540, "models_limit": 3} for event in events)
    assert all(crew.workers.ended(event) for event in events)
    assert crew.workers.under_way == 0


def test_there_are_never_more_calls_at_once_than_threads(crew: Crew) -> None:
    with crew.deployment.holding():
        crew.workers.start([item(number) for number in range(10)], claim=1)
        for _ in range(4):
            assert crew.deployment.waiting.acquire(timeout=10)
        assert not crew.deployment.waiting.acquire(timeout=0.2)
    for _ in range(10):
        crew.ended()


def test_there_is_room_for_as_many_again(crew: Crew) -> None:
    assert crew.workers.room == 8
    with crew.deployment.holding():
        crew.workers.start([item(number) for number in range(10)], claim=1)
        assert crew.workers.room == 0


def test_what_no_thread_has_begun_can_be_taken_back(crew: Crew) -> None:
    with crew.deployment.holding():
        crew.workers.start([item(number) for number in range(10)], claim=3)
        for _ in range(4):
            assert crew.deployment.waiting.acquire(timeout=10)
        back = crew.workers.hold_back()
        assert len(back) == 6
        assert {one.state for one in back} == {ItemState.PENDING}
        assert {one.claim for one in back} == {3}
        assert crew.workers.under_way == 4
    for _ in range(4):
        crew.ended()


def test_calls_in_flight_that_are_given_up_are_in_doubt(crew: Crew) -> None:
    with crew.deployment.holding():
        crew.workers.start([item(number) for number in range(6)], claim=3)
        for _ in range(4):
            assert crew.deployment.waiting.acquire(timeout=10)
        settlements = crew.workers.give_up("gone")
        states = [one.state for one in settlements]
        assert states.count(ItemState.DOUBTFUL) == 4
        assert states.count(ItemState.PENDING) == 2
        assert crew.workers.under_way == 0
        assert crew.workers.oldest_call() is None


def test_new_calls_do_not_wait_for_those_that_were_given_up(crew: Crew) -> None:
    with crew.deployment.holding():
        crew.workers.start([item(number) for number in range(4)], claim=1)
        for _ in range(4):
            assert crew.deployment.waiting.acquire(timeout=10)
        crew.workers.give_up("gone")
        crew.workers.start([item(9)], claim=2)
        assert crew.deployment.waiting.acquire(timeout=10)


def test_the_end_of_a_call_that_was_given_up_does_not_count(crew: Crew) -> None:
    with crew.deployment.holding():
        crew.workers.start([item(0)], claim=1)
        assert crew.deployment.waiting.acquire(timeout=10)
        crew.workers.give_up("gone")
        assert crew.workers.abandoned() == [item(0).item_id]
        crew.workers.start([item(0)], claim=2)
        assert crew.deployment.waiting.acquire(timeout=10)
    events = sorted([crew.ended(), crew.ended()], key=lambda event: event.claim)
    assert [crew.workers.ended(event) for event in events] == [False, True]
    assert crew.workers.abandoned() == []


def test_a_failure_is_reported_like_an_answer(crew: Crew) -> None:
    crew.deployment.fails(FailureKind.THROTTLED)
    crew.workers.start([item(0)], claim=1)
    result = crew.ended().result
    assert isinstance(result, DeploymentError)
    assert result.kind is FailureKind.THROTTLED


def test_a_mistake_leaves_the_outcome_unknown_and_the_thread_alive(crew: Crew) -> None:
    crew.deployment.fails(ZeroDivisionError("a bug"), times=4)
    crew.workers.start([item(number) for number in range(5)], claim=1)
    results = [crew.ended().result for _ in range(5)]
    kinds = [one.kind for one in results if isinstance(one, DeploymentError)]
    assert kinds == [FailureKind.OUTCOME_UNKNOWN] * 4


def test_the_oldest_call_is_known_while_it_lasts(crew: Crew) -> None:
    assert crew.workers.oldest_call() is None
    with crew.deployment.holding():
        crew.workers.start([item(0)], claim=1)
        assert crew.deployment.waiting.acquire(timeout=10)
        assert crew.workers.oldest_call() is not None
    crew.workers.ended(crew.ended())
    assert crew.workers.oldest_call() is None


def test_idle_threads_end_when_everything_is_given_up(crew: Crew) -> None:
    crew.workers.start([item(number) for number in range(4)], claim=1)
    for _ in range(4):
        crew.workers.ended(crew.ended())
    mine = list(crew.workers._threads)
    assert any(thread.is_alive() for thread in mine)
    crew.workers.give_up("done")
    eventually(lambda: not any(thread.is_alive() for thread in mine))
    assert all(thread.daemon for thread in mine)
    assert threading.main_thread().is_alive()


def test_each_call_of_an_item_waits_for_its_turn() -> None:
    turns: list[str] = []
    deployment, events = FakeDeployment(racers(2)), Events()

    def begin(wanted: Callable[[], bool]) -> bool:
        turns.append(threading.current_thread().name)
        return wanted()

    workers = Workers(deployment, 1, events, begin)
    deletion = replace(item(0), before={"user": None}, after={"user": "deleted"})
    workers.start([item(1), deletion], claim=1)
    for _ in range(2):
        assert isinstance(events.get(timeout=10), CallEnded)
    workers.give_up("the test is over")
    assert turns == ["call-0"] * 4  # one for the quota, three for the deletion
    assert deployment.profile(racer_id(0)) is None


class Gate:
    """Holds calls back before they are made."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self.opened = threading.Event()

    def __call__(self, wanted: Callable[[], bool]) -> bool:
        self.came.release()
        assert self.opened.wait(10)
        return wanted()


def test_what_still_waits_for_its_turn_when_all_is_given_up_was_never_sent() -> None:
    deployment, events, gate = FakeDeployment(racers(2)), Events(), Gate()
    workers = Workers(deployment, 2, events, gate)
    workers.start([item(0), item(1)], claim=1)
    for _ in range(2):
        assert gate.came.acquire(timeout=10)
    assert [one.state for one in workers.give_up("gone")] == [ItemState.PENDING] * 2
    assert workers.abandoned() == []
    gate.opened.set()
    for _ in range(2):
        event = events.get(timeout=10)
        assert isinstance(event, CallEnded)
        assert not workers.ended(event)
    assert deployment.changes == []


def test_a_deletion_between_two_of_its_calls_is_in_doubt_when_it_is_given_up() -> None:
    deployment, events, gate = FakeDeployment(racers(2)), Events(), Gate()
    workers = Workers(deployment, 1, events, gate)
    gate.opened.set()
    with deployment.holding():
        workers.start([replace(item(0), before={"user": None}, after={"user": "deleted"})], claim=1)
        assert deployment.waiting.acquire(timeout=10)
        gate.opened.clear()
    assert gate.came.acquire(timeout=10)
    assert gate.came.acquire(timeout=10)
    assert [one.state for one in workers.give_up("gone")] == [ItemState.DOUBTFUL]
    gate.opened.set()
    assert isinstance(events.get(timeout=10), CallEnded)
    assert deployment.profile(racer_id(0)) is not None
