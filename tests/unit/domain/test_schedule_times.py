"""Times for later as they are typed: never guessed, never in the past."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_times import in_zone, time_text
from drtui.domain.schedule_times import ahead_text, parse_when, when_text

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)  # 14:40 in Berlin
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "UTC",
    ]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


def shown(local: datetime, zone: ZoneInfo) -> set[datetime]:
    """The moments at which a zone's clocks show a local time."""
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {one for one in both if one.astimezone(zone).replace(tzinfo=None) == local}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("18:00", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("today 18:00", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("14:00", datetime(2026, 11, 23, 13, tzinfo=UTC)),
        ("tomorrow 09:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("Tomorrow 9:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-24 09:30", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ("18:00 UTC", datetime(2026, 11, 22, 18, tzinfo=UTC)),
        ("14:00 UTC", datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("13:00 UTC", datetime(2026, 11, 23, 13, tzinfo=UTC)),
        ("18:00 CET", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("18:00:00", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("2026-11-24T09:30:00+01:00", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_next_one_that_the_clock_shows(typed: str, meant: datetime) -> None:
    assert parse_when(typed, BERLIN, NOW) == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "is no time"),
        ("six", "is no time"),
        ("in 2 h", "is no time"),
        ("25:00", "no such time"),
        ("18:75", "no such time"),
        ("today 14:00", "2026-11-22 14:00 CET is over already: it is 2026-11-22 14:40 CET"),
        ("2026-11-22 14:40", "over already"),
        ("2028-11-22 14:40", "more than a year ahead"),
        ("18:00:30", "“18:00:30” has seconds, and times are to the minute: write 18:00, "),
        ("tomorrow 18:00:30 CET", "to the minute"),
        ("2026-11-24 18:00:30", "to the minute"),
        ("18:00 EST", "not the time that Europe/Berlin has then"),
    ],
)
def test_what_cannot_be_meant_is_refused(typed: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        parse_when(typed, BERLIN, NOW)


def test_a_time_that_the_clocks_leave_out_or_show_twice_is_asked_about() -> None:
    spring = datetime(2026, 3, 28, 22, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match="does not exist in Europe/Berlin"):
        parse_when("tomorrow 02:30", BERLIN, spring)
    with pytest.raises(InvalidInputError, match="does not exist"):
        parse_when("02:30", BERLIN, spring + timedelta(hours=2))
    autumn = datetime(2026, 10, 24, 23, tzinfo=UTC)  # 01:00 CEST of the night itself
    with pytest.raises(InvalidInputError, match=r"is there twice.*CEST or CET"):
        parse_when("02:30", BERLIN, autumn)
    first = parse_when("02:30 CEST", BERLIN, autumn)
    second = parse_when("02:30 CET", BERLIN, autumn)
    assert second - first == timedelta(hours=1)
    between = first + timedelta(minutes=10)
    with pytest.raises(InvalidInputError, match="is there twice"):
        parse_when("02:30", BERLIN, between)
    assert parse_when("02:30", BERLIN, second) == second + timedelta(days=1)


@given(zone=ZONES, now=MOMENTS, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_bare_time_is_ahead_by_less_than_two_days_and_shows_as_typed(
    zone: ZoneInfo, now: datetime, hour: int, minute: int
) -> None:
    clock = f"{hour:02}:{minute:02}"
    today = in_zone(now, zone).date()
    try:
        at = parse_when(clock, zone, now)
    except InvalidInputError:
        days = [datetime.combine(today + timedelta(days=one), time(hour, minute)) for one in (0, 1)]
        odd = [one for one in days if len(shown(one, zone)) != 1]
        assert odd, "only a change of the clocks stands in the way"
        return
    assert timedelta(0) < at - now <= timedelta(days=2)
    local = in_zone(at, zone)
    assert (local.hour, local.minute) == (hour, minute)


@given(zone=ZONES, now=MOMENTS, ahead=st.integers(1, 500_000))
def test_a_time_told_in_full_is_read_back_as_the_same(
    zone: ZoneInfo, now: datetime, ahead: int
) -> None:
    at = (now + timedelta(minutes=ahead)).replace(second=0)
    if at - now <= timedelta(days=366):
        assert parse_when(time_text(at, zone), zone, now) == at


def test_a_time_is_told_as_short_as_it_can_be_meant() -> None:
    assert when_text(datetime(2026, 11, 22, 17, tzinfo=UTC), BERLIN, NOW) == "18:00 CET"
    assert when_text(datetime(2026, 11, 23, 8, tzinfo=UTC), BERLIN, NOW) == "tomorrow 09:00 CET"
    later = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert when_text(later, BERLIN, NOW) == "2026-11-25 09:00 CET"
    assert ahead_text(datetime(2026, 11, 22, 17, tzinfo=UTC), NOW) == "in 3 h 20 min"
    assert ahead_text(NOW, NOW) == "now"
