"""Times of races as the admin reads and types them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_times import (
    SYSTEM_ZONE,
    in_zone,
    parse_local,
    time_text,
    zone_named,
    zone_text,
)

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour


@pytest.fixture
def machine_in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-01-08 09:00", "2026-01-08T08:00"),
        ("2026-07-08 09:00", "2026-07-08T07:00"),
        (" 2026-7-8  9:00 ", "2026-07-08T07:00"),
        ("2026-07-08T09:00:30", "2026-07-08T07:00:30"),
        ("2026-07-08 09:00 UTC", "2026-07-08T09:00"),
        ("2026-07-08 09:00Z", "2026-07-08T09:00"),
        ("2026-07-08 09:00 +05:45", "2026-07-08T03:15"),
        ("2026-07-08 09:00 UTC-3", "2026-07-08T12:00"),
        ("2026-07-08 09:00 cest", "2026-07-08T07:00"),
        ("2026-10-25 02:30 CEST", "2026-10-25T00:30"),
        ("2026-10-25 02:30 CET", "2026-10-25T01:30"),
    ],
)
def test_a_local_time_is_read_in_its_zone(typed: str, utc: str) -> None:
    assert parse_local(typed, BERLIN) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_time_that_the_clocks_go_over_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"02:30 does not exist in Europe/Berlin"):
        parse_local("2026-03-29 02:30", BERLIN)


def test_a_time_that_is_there_twice_is_refused_with_what_to_write() -> None:
    with pytest.raises(InvalidInputError, match=r"02:30 is there twice .*: write CEST or CET"):
        parse_local("2026-10-25 02:30", BERLIN)


def test_half_an_hour_that_is_there_twice_is_refused_too() -> None:
    with pytest.raises(InvalidInputError, match="twice"):
        parse_local("2026-04-05 01:45", LORD_HOWE)
    with pytest.raises(InvalidInputError, match="does not exist"):
        parse_local("2026-10-04 02:15", LORD_HOWE)


def test_the_name_of_the_other_half_of_the_year_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"“CET” is not .*: write CEST, or UTC"):
        parse_local("2026-07-08 09:00 CET", BERLIN)


@pytest.mark.parametrize(
    "typed",
    ["", "tomorrow", "2026-07-08", "09:00", "2026-07-08 9", "\uff12026-07-08 09:00", "\x1b[2J"],
)
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="write YYYY-MM-DD 14:30") as caught:
        parse_local(typed, BERLIN)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-30 09:00",
        "2026-13-01 09:00",
        "2026-07-08 24:00",
        "2026-07-08 09:00 +25:00",
        "0000-07-08 09:00",
        "0001-01-01 00:00",
        "9999-12-31 23:59 -05:00",
    ],
)
def test_a_time_that_no_calendar_has_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="no such time"):
        parse_local(typed, BERLIN)


_zones = st.sampled_from([UTC, BERLIN, KATHMANDU, LORD_HOWE, ZoneInfo("America/Sao_Paulo")])
_moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@given(_moments | st.datetimes(datetime(2026, 10, 25), datetime(2026, 10, 25, 3)), _zones)
def test_what_is_shown_is_read_as_it_was(at: datetime, zone: tzinfo) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    assert parse_local(time_text(at, zone), BERLIN if zone == BERLIN else zone) == at


def test_a_time_is_always_shown_with_its_zone() -> None:
    at = datetime(2026, 7, 8, 7, 0, tzinfo=UTC)
    assert time_text(at, BERLIN) == "2026-07-08 09:00 CEST"
    assert time_text(at, KATHMANDU) == "2026-07-08 12:45 UTC+0545"
    assert time_text(at.replace(second=5), UTC) == "2026-07-08 07:00:05 UTC"
    assert time_text(at, timezone(timedelta(hours=3))) == "2026-07-08 10:00 UTC+03:00"


def test_the_end_of_the_calendar_is_shown_in_utc() -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert in_zone(last, KATHMANDU) == last
    assert time_text(last, KATHMANDU) == "9999-12-31 23:59 UTC"


@pytest.mark.usefixtures("machine_in_berlin")
@pytest.mark.parametrize(
    "at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
)
def test_the_ends_of_the_calendar_are_shown_in_utc_in_the_machines_own_zone_too(
    at: datetime,
) -> None:
    assert in_zone(at, SYSTEM_ZONE) == at
    assert time_text(at, SYSTEM_ZONE).endswith(" UTC")


@pytest.mark.usefixtures("machine_in_berlin")
def test_the_machines_own_zone_knows_its_changes_of_the_clock() -> None:
    assert zone_named("") is SYSTEM_ZONE
    assert parse_local("2026-10-25 02:30 CET", SYSTEM_ZONE) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    for refused in ("2026-10-25 02:30", "2026-03-29 02:30"):
        with pytest.raises(InvalidInputError, match="this machine's time zone"):
            parse_local(refused, SYSTEM_ZONE)
    for hour in range(6):
        at = datetime(2026, 10, 24, 22 + hour % 2, 30, tzinfo=UTC) + timedelta(hours=hour)
        assert time_text(at, SYSTEM_ZONE) == time_text(at, BERLIN)


@pytest.mark.parametrize(
    "name", ["Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "a\0b", "Europe"]
)
def test_a_zone_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="There is no time zone"):
        zone_named(name)


def test_zones_are_known_by_their_names() -> None:
    assert zone_text(zone_named("Europe/Berlin")) == "Europe/Berlin"
    assert zone_named("utc") is UTC
