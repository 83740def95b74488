"""What is delivered is written in groups, and the engine takes a turn for each of them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.domain.operations import Item, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.sync.delivering import Deliverer
from drtui.sync.events import CallEnded, Events, Wake, next_event
from tests.support.logs import SteppedClock
from tests.sync.worlds import World, states

UNPACED = 1_000_000.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 6)
    yield made
    made.database.close()


@pytest.mark.parametrize(("pace", "group"), [(UNPACED, 0.02), (200.0, 0.04), (10.0, 0.1)])
def test_results_are_written_in_groups(world: World, pace: float, group: float) -> None:
    clock, events = SteppedClock(), Events()
    delivery = Deliverer(
        world.database,
        world.deployment,
        events,
        concurrency=2,
        changes_per_second=pace,
        clock=clock,
    )
    number = world.submit(SetQuotas(QuotaChange(540), QuotaChange(9)))
    delivery.deliver(calls=True)
    first = events.get(timeout=10)
    assert isinstance(first, CallEnded)
    assert delivery.ended(first)
    clock.step(group * 0.9)
    assert 0.0 < delivery.seconds_until_group() < group
    delivery.deliver(calls=True)
    assert states(world.database, number)[ItemState.DONE] == 0
    clock.step(group * 0.2)
    delivery.deliver(calls=True)
    assert states(world.database, number)[ItemState.DONE] == 1
    delivery.finish()


def test_others_are_let_come_when_a_call_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("drtui.sync.events.time", SimpleNamespace(sleep=slept.append))
    item = Item(1, 1, "racer", "", {}, {}, ItemState.SENDING)
    events = Events()
    for group in (0.01, 5.0, -1.0):
        events.put(CallEnded(item, 1, {}))
        assert isinstance(next_event(events, 1.0, partial(float, group)), CallEnded)
    assert slept == [0.01, 0.02, 0.0]


def test_nobody_waits_who_asks_for_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drtui.sync.events.time", None)
    events = Events()
    events.put(Wake())
    assert next_event(events, 1.0, lambda: 5.0) == Wake()
    assert next_event(events, 0.0, lambda: 5.0) is None
