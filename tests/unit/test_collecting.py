"""Full collections wait for a moment without keys."""

import gc
import sys
from collections.abc import Iterator

import pytest

from drtui.screens import collecting


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(turn)
    gc.enable()


def test_threads_give_way_sooner_and_the_young_are_still_collected() -> None:
    young, middle, _ = gc.get_threshold()
    turn = sys.getswitchinterval()
    gc.disable()
    collecting.spare_keys()
    assert gc.isenabled()
    assert gc.get_threshold()[:2] == (young, middle)
    assert sys.getswitchinterval() < turn


@pytest.mark.parametrize(("count", "collected"), [(0, False), (10**6, True)])
def test_everything_is_collected_only_when_it_is_due(
    count: int, collected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    collections: list[None] = []
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, count))
    monkeypatch.setattr(gc, "collect", lambda: collections.append(None))
    collecting.collect_if_due()
    assert bool(collections) is collected


def test_a_full_collection_does_not_come_by_itself() -> None:
    gc.collect()
    full = gc.get_stats()[2]["collections"]
    gc.disable()
    collecting.spare_keys()
    gc.set_threshold(10, 1, gc.get_threshold()[2])
    kept = [[number] for number in range(100_000)]
    assert len(kept) == 100_000
    assert gc.get_stats()[2]["collections"] == full
