"""The plot of used hours: what it draws, and what it says where there is nothing to draw."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.widgets.usage_plot import Points, in_words, midnights, plotted, stepped, thinned
from tests.support.console import terminal

__all__ = ["terminal"]  # every test here is in its time zone

NOON = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)


def readings(count: int, every: timedelta = timedelta(minutes=20)) -> Points:
    return [(NOON + every * number, 30 * number) for number in range(count)]


@pytest.mark.parametrize("size", [(24, 9), (46, 10), (78, 12), (150, 30)])
@pytest.mark.parametrize("every", [timedelta(minutes=1), timedelta(hours=5), timedelta(days=9)])
def test_the_plot_fills_its_size_and_no_more(size: tuple[int, int], every: timedelta) -> None:
    width, height = size
    lines = plotted(readings(40, every), width, height).plain.splitlines()
    assert len(lines) == height
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) >= width - 2


def test_the_axis_is_in_hours_from_nothing_to_the_most() -> None:
    drawn = plotted(readings(21), 60, 12).plain
    for label in ("0.0┤", "5.0┤", "10.0┤"):
        assert label in drawn


def test_a_short_time_is_labelled_with_times_of_the_local_day() -> None:
    lines = plotted(readings(7), 60, 12).plain.splitlines()
    assert lines[0] == "All months · 05-02 14:00 to 05-02 16:00 CEST"
    assert "05-02 14:00" in lines[-1]
    assert "05-02 16:00" in lines[-1]


def test_a_long_time_is_labelled_with_local_midnights() -> None:
    last = plotted(readings(8, timedelta(days=1)), 80, 12).plain.splitlines()[-1]
    assert last.split() == ["05-03", "05-05", "05-07", "05-09"]
    starts = midnights(NOON, NOON + timedelta(days=7), 4)
    assert [f"{at.astimezone():%d %H:%M}" for at in starts] == [
        *("03 00:00", "05 00:00", "07 00:00", "09 00:00")
    ]


def test_midnights_stay_midnights_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    starts = midnights(before, before + timedelta(days=4), 10)
    assert [f"{at.astimezone():%d %H:%M %Z}" for at in starts] == [
        *("24 00:00 CEST", "25 00:00 CEST", "26 00:00 CET", "27 00:00 CET")
    ]


def test_a_value_holds_until_the_reading_that_found_another() -> None:
    first, second = NOON, NOON + timedelta(hours=1)
    assert stepped([(first, 10), (second, 40)]) == [(first, 10), (second, 10), (second, 40)]


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ([], "No readings of used hours yet."),
        ([(NOON, 90)], "One reading so far: 1.5 h at 2026-05-02 14:00 CEST; a plot needs two."),
        (
            [(NOON, 90), (NOON + timedelta(hours=1), 90)],
            "Unchanged since the first reading: 1.5 h at 2026-05-02 14:00 CEST.",
        ),
    ],
)
def test_too_little_to_draw_is_said(usage: Points, words: str) -> None:
    assert in_words(usage) == words


@given(st.lists(st.integers(0, 100_000), min_size=2, max_size=300), st.integers(2, 40))
def test_thinning_keeps_order_beginning_and_end(gaps: list[int], most: int) -> None:
    moments = [NOON]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    usage = [(at, number) for number, at in enumerate(moments)]
    kept = thinned(usage, most)
    assert len(kept) <= most + 2
    assert kept[0] == usage[0]
    assert kept[-1] == usage[-1]
    assert all(one < other for one, other in pairwise(kept))
