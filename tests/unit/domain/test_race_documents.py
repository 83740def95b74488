"""A race's definition as the deployment writes it, and as drtui keeps it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from drtui.domain.race_documents import (
    definition_document,
    definition_from,
    definition_in,
    definition_text,
    meets,
    moment,
    wire_time,
)
from drtui.domain.races import Definition, ObjectPosition, RaceType
from tests.unit.domain.race_samples import FUTURE, NOW, definition, definitions

SENT = {
    "name": "Friday time trial",
    "openTime": "2026-05-15T09:30:00Z",
    "closeTime": "2026-05-22T09:30:00Z",
    "trackConfig": {"trackId": "reinvent_base", "trackDirection": "COUNTER_CLOCKWISE"},
    "raceType": "TIME_TRIAL",
    "maxSubmissionsPerUser": 5,
    "resettingBehaviorConfig": {"continuousLap": True},
    "submissionTerminationConditions": {"minimumLaps": 1, "maximumLaps": 3},
    "timingMethod": "BEST_LAP_TIME",
    "isLive": False,
}


def test_what_is_left_to_the_deployment_is_not_sent() -> None:
    assert definition_document(FUTURE) == SENT


@given(definitions)
def test_what_is_written_is_read_as_it_was(one: Definition) -> None:
    assert definition_from(definition_document(one)) == one
    assert definition_in(definition_text(one)) == one


@given(definitions)
def test_a_race_is_what_was_asked_for_when_it_is_the_same(one: Definition) -> None:
    assert meets(one, one)


def test_equal_definitions_have_one_text_however_their_numbers_and_zones_are_written() -> None:
    berlin = timezone(timedelta(hours=2))
    one = definition(off_track_penalty=2, opens_at=FUTURE.opens_at)
    other = definition(off_track_penalty=2.0, opens_at=FUTURE.opens_at.astimezone(berlin))
    assert definition_text(one) == definition_text(other)
    assert '"offTrackPenaltySeconds":2,' not in definition_text(FUTURE)
    assert '"offTrackPenaltySeconds":2}' in definition_text(other)


@pytest.mark.parametrize("lacking", ["name", "openTime", "closeTime"])
def test_without_a_name_or_times_it_is_no_race(lacking: str) -> None:
    assert definition_from({name: SENT[name] for name in SENT if name != lacking}) is None


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000])
def test_a_text_that_holds_no_definition_is_none(text: str) -> None:
    assert definition_in(text) is None


def test_what_is_of_another_type_is_as_if_it_was_not_sent() -> None:
    strange: dict[str, Any] = {key: ["?"] for key in SENT} | {
        name: SENT[name] for name in ("name", "openTime", "closeTime")
    }
    least = {name: SENT[name] for name in ("name", "openTime", "closeTime")}
    assert definition_from(strange) == definition_from(least)


def test_what_no_database_could_hold_is_replaced() -> None:
    found = definition_from(SENT | {"name": "a\ud800b", "description": "\udfff"})
    assert found is not None
    assert (found.name, found.description) == ("a�b", "�")


def test_unknown_values_are_kept() -> None:
    sent = SENT | {"raceType": "HEAD_TO_HEAD", "timingMethod": "SPLIT"}
    sent["trackConfig"] = {"trackId": "moon", "trackDirection": "UP"}
    found = definition_from(sent)
    assert found is not None
    assert (found.race_type, found.timing) == ("HEAD_TO_HEAD", "SPLIT")
    assert (found.track, found.direction) == ("moon", "UP")


def test_places_are_all_read_or_none_of_them() -> None:
    good = {"laneNumber": -1, "trackPercentage": 0.2}
    config: dict[str, Any] = {"numberOfObjects": 2, "objectPositions": [good, good]}
    found = definition_from(SENT | {"objectAvoidanceConfig": config})
    assert found is not None
    assert found.positions == (ObjectPosition(-1, 0.2),) * 2
    config["objectPositions"][1] = {"laneNumber": "left"}
    found = definition_from(SENT | {"objectAvoidanceConfig": config})
    assert found is not None
    assert (found.objects, found.positions) == (2, ())


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400, True, "15"])
def test_what_is_no_number_is_unknown(number: object) -> None:
    found = definition_from(
        SENT | {"submissionTerminationConditions": {"maxTimeInMinutes": number}}
    )
    assert found is not None
    assert found.max_minutes is None


def test_a_race_is_what_was_asked_for_though_the_deployment_filled_in_the_rest() -> None:
    filled = definition(max_resets=3, off_track_penalty=2, max_minutes=10)
    assert meets(filled, FUTURE)
    assert not meets(FUTURE, filled)


def test_a_description_that_was_dropped_makes_no_other_race_but_another_one_does() -> None:
    asked = definition(description="Come all")
    assert meets(FUTURE, asked)
    assert not meets(definition(description="Stay away"), asked)


@pytest.mark.parametrize(
    "fields",
    [{"name": "Other"}, {"track": "Albert"}, {"max_laps": 4}, {"live": True}],
)
def test_another_race_is_not_what_was_asked_for(fields: dict[str, Any]) -> None:
    assert not meets(definition(**fields), FUTURE)


@pytest.mark.parametrize(
    ("micro", "text"),
    [(0, "09:30:00Z"), (999, "09:30:00Z"), (1000, "09:30:00.001Z"), (987_654, "09:30:00.987Z")],
)
def test_times_are_sent_in_utc_and_cut_off_at_milliseconds(micro: int, text: str) -> None:
    at = NOW.replace(microsecond=micro)
    assert wire_time(at.astimezone(timezone(timedelta(hours=-5)))) == f"2026-05-14T{text}"


@pytest.mark.parametrize(
    "value", [None, 5, "", "soon", "2026-05-14T09:30:00", "0001-01-01T00:00:00+14:00", "2026-02-30"]
)
def test_what_is_no_time_or_has_no_zone_is_none(value: object) -> None:
    assert moment(value) is None


def test_a_time_with_an_offset_is_read_in_utc() -> None:
    assert moment("2026-05-14T11:30:00+02:00") == datetime(2026, 5, 14, 9, 30, tzinfo=UTC)


def test_objects_are_sent_with_their_places() -> None:
    one = definition(
        race_type=RaceType.OBJECT_AVOIDANCE.value, objects=1, positions=(ObjectPosition(-1, 0.25),)
    )
    assert definition_document(one)["objectAvoidanceConfig"] == {
        "numberOfObjects": 1,
        "objectPositions": [{"laneNumber": -1, "trackPercentage": 0.25}],
    }
    assert json.loads(definition_text(one)) == definition_document(one)
