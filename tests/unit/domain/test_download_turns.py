"""When downloads that wait may begin, and how long that takes: the pace, and not a burst."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.admin_calls import HELD_SECONDS, last_turn
from drtui.domain.downloads import WINDOW_SECONDS, Most, Turns, turns
from drtui.domain.progress import paced_seconds_left

NOW = 1_780_000_000.0
MOST = Most(downloads=40, own_calls=54, calls=67)


def test_what_fits_begins_at_once() -> None:
    assert turns(40, NOW, begun=[], calls=[], most=MOST) == Turns(0, 0)
    assert turns(41, NOW, begun=[], calls=[], most=MOST) == Turns(0, WINDOW_SECONDS)


def test_downloads_that_began_are_waited_for() -> None:
    begun = [NOW - 100.0] * 40
    found = turns(1, NOW, begun=begun, calls=begun, most=MOST)
    assert found == Turns(WINDOW_SECONDS - 100, WINDOW_SECONDS - 100)


def test_other_counted_calls_are_waited_for_too() -> None:
    # 21 began beside 46 calls of others: the rest waits for the firewall, and not for the alarm.
    begun = [NOW - 30.0] * 21
    calls = sorted([*begun, *([NOW - 60.0] * 46)])
    found = turns(245, NOW, begun=begun, calls=calls, most=MOST)
    assert found.first == HELD_SECONDS - 60
    assert found.last >= 5 * WINDOW_SECONDS


@given(st.integers(1, 500), st.lists(st.floats(0, 299), max_size=60))
def test_it_never_goes_faster_than_the_alarm_allows(count: int, ages: list[float]) -> None:
    begun = sorted(NOW - age for age in ages)
    found = turns(count, NOW, begun=begun, calls=begun, most=MOST)
    assert 0 <= found.first <= found.last
    assert count <= MOST.downloads * (found.last // WINDOW_SECONDS + 1)


@pytest.mark.parametrize(
    ("left", "first", "last", "told"),
    [
        (13.0, 230.0, 1_500.0, 1_500.0),  # a burst says nothing of the rate
        (None, 230.0, 1_500.0, 1_500.0),
        (None, 0.0, 0.0, None),
        (90.0, 0.0, 0.0, 90.0),  # files come slower than they may
        (90.0, 0.0, 300.0, 300.0),
    ],
)
def test_the_time_left_is_that_of_the_pace(
    left: float | None, first: float, last: float, told: float | None
) -> None:
    assert paced_seconds_left(left, first, last) == told


def test_an_expected_end_stays_while_nothing_can_be_called() -> None:
    made = [NOW - 10.0] * 45
    early, late = (last_turn(20, NOW + after, made, 45) for after in (0, 200))
    assert early == late == NOW - 10 + HELD_SECONDS
    assert last_turn(46, NOW, [], 45) == NOW + HELD_SECONDS
    assert last_turn(0, NOW, made, 45) == NOW
