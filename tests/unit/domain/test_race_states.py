"""Where a race stands at a moment, and how that reads."""

from datetime import timedelta
from typing import Any

import pytest

from drtui.domain.race_states import (
    RaceState,
    countdown,
    live_countdown,
    live_text,
    span_text,
    state_of,
    timing_text,
    type_text,
)
from drtui.domain.race_times import zone_named
from tests.unit.domain.race_samples import FUTURE, NOW, definition, listed

TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("now", "state", "told"),
    [
        (FUTURE.opens_at - timedelta(minutes=125), RaceState.FUTURE, "opens in 2 h 05 min"),
        (FUTURE.opens_at - TICK, RaceState.FUTURE, "opens in 0 s"),
        (FUTURE.opens_at, RaceState.OPEN, "closes in 7 d"),
        (FUTURE.closes_at, RaceState.OPEN, "closes in 0 s"),
        (FUTURE.closes_at + TICK, RaceState.CLOSED, "closed 0 s ago"),
        (FUTURE.closes_at + timedelta(days=3), RaceState.CLOSED, "closed 3 d ago"),
    ],
)
def test_a_race_is_open_from_its_opening_to_its_closing(
    now: Any, state: RaceState, told: str
) -> None:
    assert state_of(FUTURE, now) is state
    assert countdown(FUTURE, now) == told


LIVE = definition(live=True, live_at=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"live_status": "SCHEDULED"}, "scheduled"),
        (
            {"live_status": "IN_PROGRESS", "submissions_open": False, "auto_launch": True},
            "running · submissions closed · auto-launch",
        ),
        ({"live_status": "PAUSED\x1b", "submissions_open": True}, "PAUSED� · submissions open"),
        ({}, "live"),
    ],
)
def test_a_live_race_tells_how_it_stands_and_unknown_words_as_sent(
    fields: dict[str, Any], told: str
) -> None:
    assert live_text(listed(LIVE, **fields)) == told


def test_what_is_no_live_race_tells_nothing_of_it() -> None:
    race = listed(FUTURE, live_status="SCHEDULED")
    assert live_text(race) == live_countdown(race, NOW) == ""


def test_a_live_race_counts_down_until_it_begins() -> None:
    assert live_countdown(listed(LIVE, live_status="SCHEDULED"), NOW) == "live in 2 h"
    late = NOW + timedelta(hours=3)
    assert live_countdown(listed(LIVE), late) == "could be live since 1 h"
    assert live_countdown(listed(LIVE, live_status="COMPLETED"), late) == ""


def test_kinds_and_timings_read_as_words_and_unknown_ones_as_sent() -> None:
    assert type_text("OBJECT_AVOIDANCE") == "object avoidance"
    assert type_text("HEAD_TO_HEAD") == "HEAD_TO_HEAD"
    assert timing_text("AVG_LAP_TIME") == "average lap"
    assert timing_text("SPLIT") == "SPLIT"


def test_the_span_of_a_race_tells_the_zone_of_both_ends() -> None:
    zone = zone_named("Europe/Berlin")
    assert span_text(FUTURE, zone) == "2026-05-15 11:30 CEST to 2026-05-22 11:30 CEST"
