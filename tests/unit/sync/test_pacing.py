"""The token bucket: never above its ceiling, slower when told so, and back again."""

from hypothesis import given
from hypothesis import strategies as st

from drtui.sync.pacing import Ceiling, Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


STEPS = st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 64)), max_size=60)


@given(st.sampled_from([1.0, 10.0, 120.0]), STEPS)
def test_no_window_holds_more_than_the_rate_and_a_burst(
    rate: float, steps: list[tuple[float, int]]
) -> None:
    clock = Clock()
    pacer = Pacer(rate, clock)
    began, taken = clock.now, 0
    for seconds, wanted in steps:
        clock.now += seconds
        granted = pacer.take(wanted)
        assert granted <= wanted
        taken += granted
        assert taken <= rate * (clock.now - began) + max(1.0, rate / 4) + 1e-6


def test_what_is_asked_for_is_reached() -> None:
    clock = Clock()
    pacer = Pacer(120.0, clock)
    taken = 0
    for _ in range(1000):
        clock.now += 0.05
        taken += pacer.take(64)
    assert taken >= 0.98 * 120 * 50


def test_a_throttled_answer_halves_the_rate_once_a_second() -> None:
    clock = Clock()
    pacer = Pacer(120.0, clock)
    for _ in range(10):
        pacer.throttled()
    assert pacer.rate == 60.0
    assert pacer.take(64) == 0
    clock.now += 1.0
    pacer.throttled()
    assert 30.0 <= pacer.rate < 36.0


def test_it_never_stops_altogether() -> None:
    clock = Clock()
    pacer = Pacer(4.0, clock)
    for _ in range(20):
        clock.now += 1.0
        pacer.throttled()
    assert pacer.rate >= 1.0
    clock.now += 1.0
    assert pacer.take(1) == 1


def test_without_complaints_it_is_as_fast_as_before_within_half_a_minute() -> None:
    clock = Clock()
    pacer = Pacer(120.0, clock)
    pacer.throttled()
    for _ in range(31):
        clock.now += 1.0
        pacer.take(64)
    assert pacer.rate == 120.0


def test_tokens_that_were_not_used_come_back() -> None:
    clock = Clock()
    pacer = Pacer(120.0, clock)
    assert pacer.take(64) == 30
    pacer.give_back(20)
    assert pacer.take(64) == 20


def test_a_clock_that_goes_backwards_makes_no_tokens() -> None:
    clock = Clock()
    pacer = Pacer(120.0, clock)
    pacer.take(64)
    clock.now -= 500.0
    assert pacer.take(64) == 0


class Sleeping:
    """A clock that its own sleep moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@given(st.sampled_from([0.5, 1.0, 3.7, 20.0, 110.0]), st.lists(st.floats(0, 0.3), max_size=300))
def test_no_second_holds_more_beginnings_than_the_ceiling(
    per_second: float, pauses: list[float]
) -> None:
    clock = Sleeping()
    ceiling = Ceiling(per_second, clock, clock.sleep)
    begun: list[float] = []
    for pause in pauses:
        clock.now += pause if pause > 0.1 else 0.0
        ceiling.wait()
        begun.append(clock.now)
    for first in begun:
        assert sum(first <= at < first + 1.0 - 1e-6 for at in begun) <= max(1, int(per_second))


def test_below_the_ceiling_nothing_waits() -> None:
    clock = Sleeping()
    ceiling = Ceiling(10.0, clock, clock.sleep)
    for _ in range(10):
        ceiling.wait()
    assert clock.now == 1000.0
    ceiling.wait()
    assert clock.now == 1001.0


def test_without_a_pace_nothing_waits() -> None:
    clock = Sleeping()
    ceiling = Ceiling(float("inf"), clock, clock.sleep)
    for _ in range(1000):
        ceiling.wait()
    assert clock.now == 1000.0


def test_what_is_not_wanted_takes_nobody_s_turn() -> None:
    clock = Sleeping()
    ceiling = Ceiling(1.0, clock, clock.sleep)
    assert ceiling.wait()
    began = clock()
    assert not ceiling.wait(lambda: False)
    assert clock() == began
    assert ceiling.wait()
    assert clock() == began + 1.0


def test_what_is_given_up_while_it_waits_takes_nobody_s_turn() -> None:
    clock = Sleeping()
    wanted = [True]

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        wanted[0] = False

    ceiling = Ceiling(1.0, clock, sleep)
    assert ceiling.wait()
    assert not ceiling.wait(lambda: wanted[0])
    now = clock()
    assert ceiling.wait()
    assert clock() == now
