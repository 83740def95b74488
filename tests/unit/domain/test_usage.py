"""Months: the deployment zeroes its counts on the first, an event goes on counting."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.usage import RESET_SURE_AFTER, Usage, began_again, minutes_over_time

MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
counts = st.none() | st.integers(0, 500)


@pytest.mark.parametrize(
    ("before", "now", "again"),
    [
        (Usage(100, 3, MAY), Usage(100, 3, MAY), False),
        (Usage(100, 3, MAY), Usage(101, 4, MAY), False),
        (Usage(100, 3, MAY), Usage(99, 3, MAY), True),
        (Usage(100, 3, MAY), Usage(100, 2, MAY), True),
        (Usage(None, 3, MAY), Usage(5, 3, MAY), False),
        (Usage(100, None, MAY), Usage(None, 5, MAY), False),
        (Usage(100, 3, MAY), Usage(150, 9, JUNE + timedelta(hours=1)), False),
        (Usage(100, 3, MAY), Usage(150, 9, JUNE + RESET_SURE_AFTER), True),
        (Usage(100, 3, JUNE), Usage(150, 9, JUNE + timedelta(days=20)), False),
        (Usage(0, 0, MAY), Usage(0, 0, JUNE + timedelta(days=3)), True),
    ],
)
def test_counts_that_fell_or_a_month_that_surely_began(
    before: Usage, now: Usage, again: bool
) -> None:
    assert began_again(before, now) is again


def test_months_are_those_of_utc() -> None:
    auckland = timezone(timedelta(hours=12))
    before = Usage(100, 3, datetime(2026, 5, 31, 11, tzinfo=UTC))
    now = Usage(120, 3, datetime(2026, 6, 2, 11, tzinfo=auckland))  # June 1, 23:00 UTC
    assert not began_again(before, now)


def grown(count: int | None, more: int | None) -> int | None:
    return None if count is None or more is None else count + more


@given(st.tuples(counts, counts), st.tuples(counts, counts), moments, st.integers(0, 40))
def test_what_only_grows_within_a_month_never_began_again(
    first: tuple[int | None, int | None],
    more: tuple[int | None, int | None],
    moment: datetime,
    days: int,
) -> None:
    before = Usage(*first, moment)
    now = Usage(grown(first[0], more[0]), grown(first[1], more[1]), moment + timedelta(days))
    if (before.read_at.year, before.read_at.month) == (now.read_at.year, now.read_at.month):
        assert not began_again(before, now)


def test_over_time_months_add_up() -> None:
    at = [MAY + timedelta(days=day) for day in (0, 1, 2, 14, 15)]
    readings = [
        Usage(minutes, 0, moment) for minutes, moment in zip((0, 50, 90, 5, 20), at, strict=True)
    ]
    assert [total for _, total in minutes_over_time(readings, 110)] == [0, 50, 90, 95, 110]
    assert [moment for moment, _ in minutes_over_time(readings, None)] == at


def test_over_time_a_reading_without_minutes_is_left_out() -> None:
    readings = [Usage(None, 1, MAY), Usage(30, 1, MAY), Usage(None, 2, MAY), Usage(40, 2, MAY)]
    assert minutes_over_time(readings, 40) == ((MAY, 30), (MAY, 40))
    assert minutes_over_time([], None) == ()


def test_over_time_no_reading_shows_more_than_is_known_in_total() -> None:
    """A month began since the first reading, and it is known that the counts did not."""
    later = JUNE + timedelta(days=3)
    readings = [Usage(100, 1, MAY), Usage(150, 1, later)]
    assert minutes_over_time(readings, 150) == ((MAY, 100), (later, 150))


@given(st.lists(st.tuples(counts, counts, moments), max_size=12), st.none() | st.integers(0, 900))
def test_over_time_hours_never_fall(
    found: list[tuple[int | None, int | None, datetime]], in_total: int | None
) -> None:
    readings = sorted((Usage(*one) for one in found), key=lambda one: one.read_at)
    totals = [total for _, total in minutes_over_time(readings, in_total)]
    assert totals == sorted(totals)
    assert in_total is None or all(total <= in_total for total in totals)
