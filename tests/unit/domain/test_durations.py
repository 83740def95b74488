"""Durations: what is told of them, and that none is promised too short."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.durations import duration_text, rounded_up_text

_UNITS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=3, hours=4, minutes=50), "3 d 4 h"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=1, minutes=25), "1 d 25 min"),
        (timedelta(days=1, hours=3, minutes=25), "1 d 3 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(span: timedelta, text: str) -> None:
    assert duration_text(span) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (6.1, "7 s"),
        (59.0, "59 s"),
        (59.2, "1 min"),
        (60.0, "1 min"),
        (61.0, "2 min"),
        (3_541.0, "1 h"),
        (3_600, "1 h"),
        (3_601, "1 h 01 min"),
        (86_341, "1 d"),
        (86_401, "1 d 1 h"),
        (36_000_000, "416 d 16 h"),
    ],
)
def test_a_duration_that_is_waited_for_is_rounded_up(seconds: float, text: str) -> None:
    assert rounded_up_text(seconds) == text


@given(st.floats(min_value=0.0, max_value=1e8))
def test_none_is_promised_too_short_or_much_too_long(seconds: float) -> None:
    words = rounded_up_text(seconds).replace(",", "").split()
    told = sum(int(n) * _UNITS[unit] for n, unit in zip(words[::2], words[1::2], strict=True))
    assert seconds <= told
    assert told - seconds <= max(1.0, seconds / 24 + 1, 60.0 if seconds > 59 else 0.0)
