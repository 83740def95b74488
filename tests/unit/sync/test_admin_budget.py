"""The budget of calls that a firewall counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.sync.pacing import AdminBudget
from tests.support.logs import SteppedClock

WINDOW = 300.0


@given(st.lists(st.tuples(st.floats(0, 120), st.integers(1, 60)), max_size=60))
def test_no_window_ever_holds_more_than_there_may_be(asked: list[tuple[float, int]]) -> None:
    clock = SteppedClock(0.0)
    budget = AdminBudget(80, WINDOW, 40, clock)
    taken: list[float] = []
    for wait, count in asked:
        clock.step(wait)
        taken += [clock.now] * sum(budget.take() for _ in range(count))
    for first in taken:
        assert sum(first <= at < first + WINDOW for at in taken) <= 80


@given(st.integers(0, 40), st.integers(1, 40))
def test_it_says_when_there_will_be_enough(taken: int, wanted: int) -> None:
    clock = SteppedClock(0.0)
    budget = AdminBudget(clock=clock)
    assert taken == 0 or budget.take(taken)
    wait = budget.seconds_until(wanted)
    assert (wait == 0.0) is budget.take(wanted)
    if wait:
        clock.step(wait * 0.99)
        assert not budget.take(wanted)
        clock.step(wait * 0.01 + 1e-6)
        assert budget.take(wanted)


def test_too_few_are_none() -> None:
    clock = SteppedClock(0.0)
    budget = AdminBudget(clock=clock)
    assert budget.take(39)
    assert not budget.take(2)
    assert budget.take()
    assert not budget.take()
    clock.step(budget.interval + 1e-6)
    assert budget.take()


def test_what_can_never_be_saved_up_never_comes() -> None:
    assert AdminBudget().seconds_until(41) == float("inf")
    with pytest.raises(ValueError, match="grow back"):
        AdminBudget(calls=40, burst=40)
