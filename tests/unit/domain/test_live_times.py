"""Live times as they are typed, and when they cannot be moved any more."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.live_times import is_same_time, parse_live_time, why_not_moved
from drtui.domain.problems import InvalidInputError
from drtui.domain.races import LiveStatus

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
PLANNED = datetime(2026, 3, 28, 14, 0, 30, tzinfo=UTC)


def typed(text: str) -> datetime:
    return parse_live_time(text, BERLIN, NOW, PLANNED)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("+20m", 20), ("+20 min", 20), ("+20", 20), ("+1h", 60), ("+1h30m", 90), ("+1 h 5", 65)),
        *(("-10m", -10), (" +2D ", 2 * 24 * 60), ("+0m", 0), ("+1d2h3min", 1563)),
    ],
)
def test_a_span_is_from_the_planned_time(text: str, minutes: int) -> None:
    assert typed(text) == PLANNED + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("15:30", (2026, 3, 28, 14, 30)),
        ("tomorrow 09:00", (2026, 3, 29, 7, 0)),
        ("2027-01-08 10:00", (2027, 1, 8, 9, 0)),
        ("2040-01-08 10:00 UTC", (2040, 1, 8, 10, 0)),
        ("2026-03-27 10:00", (2026, 3, 27, 9, 0)),
    ],
)
def test_a_time_is_of_the_zone(text: str, utc: tuple[int, int, int, int, int]) -> None:
    assert typed(text) == datetime(*utc, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-03-29 02:30", "does not exist"),
        ("2026-10-25 02:30", "is there twice"),
        ("later", "is no time"),
        ("+", "is no span"),
        ("+soon", "is no span"),
        ("+20s", "is no span"),
        ("-9999d9999", "from then"),
        ("2026-13-01 10:00", "no such time"),
        ("", "is no time"),
    ],
)
def test_what_is_no_time_is_one_sentence(text: str, told: str) -> None:
    planned = datetime(20, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match=told):
        parse_live_time(text, BERLIN, NOW, planned)


def test_a_span_needs_a_time_so_far() -> None:
    with pytest.raises(InvalidInputError, match="not known"):
        parse_live_time("+20m", BERLIN, NOW, None)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_time_or_refused(text: str) -> None:
    with suppress(InvalidInputError):
        assert typed(text).tzinfo is not None


def test_it_is_moved_into_the_future_and_only_before_the_live_race_has_begun() -> None:
    later = NOW + timedelta(minutes=1)
    assert why_not_moved("", later, NOW) == why_not_moved(LiveStatus.SCHEDULED, later, NOW) == ""
    assert why_not_moved("", NOW, NOW) == "The live time is past."
    assert "has begun" in why_not_moved(LiveStatus.IN_PROGRESS, later, NOW)
    assert "is over" in why_not_moved(LiveStatus.COMPLETED, NOW, NOW)


def test_times_are_the_same_to_the_millisecond() -> None:
    assert is_same_time(NOW + timedelta(microseconds=400), NOW)
    assert not is_same_time(NOW + timedelta(milliseconds=1), NOW)
    assert not is_same_time(None, NOW)
