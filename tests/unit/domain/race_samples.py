"""Definitions to test with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from drtui.domain.races import (
    Definition,
    Direction,
    ListedRace,
    ObjectPosition,
    RaceType,
    TimingMethod,
)

NOW = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)
FUTURE = Definition(
    "Friday time trial",
    NOW + timedelta(days=1),
    NOW + timedelta(days=8),
    "reinvent_base",
    Direction.COUNTER_CLOCKWISE.value,
)
RACE_ID = "A" * 15


def definition(**fields: Any) -> Definition:
    """Return a time trial that the deployment takes, but for some fields."""
    return replace(FUTURE, **fields)


def listed(one: Definition = FUTURE, **fields: Any) -> ListedRace:
    """Return a race of the deployment."""
    return ListedRace(RACE_ID, one, **fields)


_times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
_seconds = st.none() | st.integers(0, 60) | st.floats(0, 60)

definitions = st.builds(
    Definition,
    name=st.text(min_size=1, max_size=64),
    opens_at=_times,
    closes_at=_times,
    track=st.sampled_from(["reinvent_base", "Albert", "moon"]),
    direction=st.sampled_from([*(one.value for one in Direction), "UPWARDS"]),
    race_type=st.sampled_from([*(one.value for one in RaceType), "HEAD_TO_HEAD"]),
    description=st.text(max_size=80),
    max_submissions=st.integers(0, 1000),
    objects=st.none() | st.integers(1, 6),
    positions=st.just(()),
    continuous_lap=st.booleans(),
    collision_penalty=_seconds,
    off_track_penalty=_seconds,
    min_laps=st.integers(0, 5),
    max_laps=st.integers(1, 100),
    max_minutes=st.none() | st.integers(1, 100),
    timing=st.sampled_from([one.value for one in TimingMethod]),
    live=st.booleans(),
    live_at=st.none() | _times,
    max_resets=st.none() | st.integers(0, 9),
    footer=st.text(max_size=20),
) | st.builds(
    lambda lane, part: definition(
        race_type=RaceType.OBJECT_AVOIDANCE.value,
        objects=1,
        positions=(ObjectPosition(lane, part),),
    ),
    st.sampled_from([-1, 0, 1]),
    st.floats(0.07, 0.9),
)
"""Any definitions, also those that no deployment takes."""
