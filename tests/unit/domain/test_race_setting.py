"""Values of a race, set one by one as they are typed."""

from datetime import UTC, datetime

import pytest

from drtui.domain.problems import InvalidInputError
from drtui.domain.race_setting import assignments, with_values
from drtui.domain.race_times import zone_named
from drtui.domain.races import ObjectPosition, RaceType
from tests.unit.domain.race_samples import FUTURE, definition

BERLIN = zone_named("Europe/Berlin")


def test_values_are_read_as_in_a_race_file() -> None:
    values = assignments(
        [
            "closes=2026-08-01 14:30",
            "Submissions = 7",
            "kind=object avoidance",
            "objects=1",
            "positions=[{part = 0.5, lane = -1}]",
            "continuous_lap=no",
            "off_track_penalty=1.5",
            "name=a = b",
        ]
    )

    made = with_values(FUTURE, values, BERLIN)

    assert made.closes_at == datetime(2026, 8, 1, 12, 30, tzinfo=UTC)
    assert (made.max_submissions, made.continuous_lap, made.off_track_penalty) == (7, False, 1.5)
    assert (made.race_type, made.objects) == (RaceType.OBJECT_AVOIDANCE, 1)
    assert made.positions == (ObjectPosition(-1, 0.5),)
    assert made.name == "a = b"


def test_nothing_leaves_a_value_to_the_deployment() -> None:
    was = definition(max_minutes=9, off_track_penalty=2)
    made = with_values(was, assignments(["max_minutes=", "off_track_penalty="]), UTC)
    assert (made.max_minutes, made.off_track_penalty) == (None, None)


def test_a_live_time_makes_a_race_live_and_none_makes_it_none() -> None:
    made = with_values(FUTURE, {"live_at": "2026-08-01 14:30"}, BERLIN)
    assert made.live
    back = with_values(made, {"live_at": ""}, BERLIN)
    assert (back.live, back.live_at) == (False, None)


def test_another_track_brings_its_direction() -> None:
    made = with_values(definition(direction="UPWARDS"), {"track": "reinvent_base"}, UTC)
    assert made.direction == FUTURE.direction


def test_all_that_cannot_be_meant_is_told_at_once() -> None:
    with pytest.raises(InvalidInputError) as told:
        with_values(FUTURE, {"track": "moon", "submissions": "many", "opens": "soon"}, BERLIN)
    assert all(one in str(told.value) for one in ("“moon”", "“submissions”", "“soon”"))
    with pytest.raises(InvalidInputError) as keys:
        assignments(["closes", "speed=7"])
    assert all(one in str(keys.value) for one in ("“closes”", "“speed”"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("closes", "no KEY=VALUE"),
        ("close=1", "“closes”"),
        ("submissions=many", "whole number"),
        ("track=moon", "no track"),
        ("opens=2026-03-29 02:30", "does not exist"),
        ("continuous_lap=perhaps", "true or false"),
        ("positions=7", "places"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        with_values(FUTURE, assignments([text]), BERLIN)
