"""A batch of errands under way when nothing more is to be called: it ends with the present one."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState
from drtui.sync.couriers.one_by_one import one_by_one
from tests.sync.errand_worlds import ALL, DONE, World

EMAILS = [f"racer{one}@example.com" for one in range(5)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store.sqlite")


def test_what_was_not_begun_comes_back_and_is_carried_out_later(world: World) -> None:
    called: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    def carry(item: Item) -> Carried:
        called.append(subject_of(item))
        begun.set()
        assert goes_on.wait(30.0)
        return DONE

    def each(found: Sequence[Item]) -> Mapping[int, Carried]:
        return one_by_one(found, Terms(), carry)

    world.courier.agreed, world.courier.answer = Terms(batch=5), each
    number = world.submit(*EMAILS)
    world.runner.turn(ALL)
    assert begun.wait(30.0)
    world.runner.hold_back()
    goes_on.set()
    world.turn(frozenset())
    assert called == EMAILS[:1]
    assert world.states(number) == [ItemState.DONE, *[ItemState.PENDING] * 4]
    assert {item.attempts for item in world.items(number)[1:]} == {0}
    world.turn()
    assert called == EMAILS
    assert world.states(number) == [ItemState.DONE] * 5
