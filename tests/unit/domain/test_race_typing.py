"""A race as it is typed: texts that can be meant, and those that cannot."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from drtui.domain.race_fields import LABELS
from drtui.domain.race_typing import typed_definition, typed_texts
from drtui.domain.races import Definition, Direction, ObjectPosition, RaceType

BERLIN = ZoneInfo("Europe/Berlin")
TRIAL = Definition(
    "Friday",
    datetime(2026, 3, 20, 9, tzinfo=UTC),
    datetime(2026, 3, 28, 9, tzinfo=UTC),
    "reinvent_base",
    Direction.COUNTER_CLOCKWISE.value,
    off_track_penalty=2.5,
)
LIVE_CONES = replace(
    TRIAL,
    race_type=RaceType.OBJECT_AVOIDANCE.value,
    objects=2,
    positions=(ObjectPosition(1, 0.2), ObjectPosition(-1, 0.5)),
    live=True,
    live_at=datetime(2026, 3, 28, 8, tzinfo=UTC),
    max_resets=3,
    max_minutes=10,
    description="All are welcome.",
)


def faults_of(**typed: str) -> dict[str, str]:
    texts = {**typed_texts(LIVE_CONES, BERLIN), **typed}
    _, faults = typed_definition(texts, LIVE_CONES, BERLIN)
    return {one.field: one.sentence for one in faults}


@pytest.mark.parametrize("definition", [TRIAL, LIVE_CONES], ids=["trial", "live cones"])
def test_what_is_typed_reads_back_as_it_was(definition: Definition) -> None:
    texts = typed_texts(definition, BERLIN)
    assert list(texts) == list(LABELS)
    assert typed_definition(texts, definition, BERLIN) == (definition, ())


def test_times_are_typed_in_the_zone_and_sent_in_utc() -> None:
    texts = {**typed_texts(TRIAL, BERLIN), "opens_at": "2026-03-21 18:30"}
    assert texts["closes_at"] == "2026-03-28 10:00 CET"
    definition, faults = typed_definition(texts, TRIAL, BERLIN)
    assert definition.opens_at == datetime(2026, 3, 21, 17, 30, tzinfo=UTC)
    assert not faults


def test_a_time_that_the_clocks_leave_out_is_told_beside_its_field_and_the_former_stays() -> None:
    texts = {**typed_texts(TRIAL, BERLIN), "closes_at": "2026-03-29 02:30"}
    definition, faults = typed_definition(texts, TRIAL, BERLIN)
    assert [one.field for one in faults] == ["closes_at"]
    assert "does not exist" in faults[0].sentence
    assert definition.closes_at == TRIAL.closes_at


def test_one_of_two_equal_times_is_not_asked_for_again_while_it_stays() -> None:
    twice = replace(TRIAL, closes_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    definition, faults = typed_definition(typed_texts(twice, BERLIN), twice, BERLIN)
    assert (definition.closes_at, faults) == (twice.closes_at, ())
    assert "twice" in faults_of(closes_at="2026-10-25 02:30")["closes_at"]


@pytest.mark.parametrize("typed", ["A to Z Speedway", "a to z speedway", "reInvent2019_wide"])
def test_a_track_is_typed_by_name_or_id(typed: str) -> None:
    texts = {**typed_texts(TRIAL, BERLIN), "track": typed}
    definition, faults = typed_definition(texts, TRIAL, BERLIN)
    assert (definition.track, faults) == ("reInvent2019_wide", ())


def test_a_track_that_this_version_does_not_know_stays() -> None:
    newer = replace(TRIAL, track="2031_mars")
    definition, faults = typed_definition(typed_texts(newer, BERLIN), newer, BERLIN)
    assert (definition.track, faults) == ("2031_mars", ())


def test_a_track_that_is_several_or_none_is_looked_up_in_the_list() -> None:
    assert "f2 lists them" in faults_of(track="speedway")["track"]
    assert faults_of(track="nowhere")["track"].startswith("No track")
    assert "needs a track" in faults_of(track="")["track"]


@pytest.mark.parametrize("typed", ["1.5", "three", "", "1e9", "٣"])
def test_numbers_are_whole_where_the_deployment_counts(typed: str) -> None:
    assert set(faults_of(max_laps=typed)) == {"max_laps"}


def test_what_is_left_empty_is_left_to_the_deployment() -> None:
    names = ("max_minutes", "off_track_penalty", "collision_penalty", "max_resets", "positions")
    texts = {**typed_texts(LIVE_CONES, BERLIN), **dict.fromkeys(names, "")}
    definition, faults = typed_definition(texts, LIVE_CONES, BERLIN)
    assert not faults
    assert [getattr(definition, name) for name in names] == [None, None, None, None, ()]


@pytest.mark.parametrize("typed", ["0.2:1 0.5:-1", "0.2:1, 0.5:-1", "0.2 : 1;0.5 : -1"])
def test_places_are_typed_as_part_and_lane(typed: str) -> None:
    texts = {**typed_texts(LIVE_CONES, BERLIN), "positions": typed}
    definition, faults = typed_definition(texts, LIVE_CONES, BERLIN)
    assert (definition.positions, faults) == (LIVE_CONES.positions, ())


@pytest.mark.parametrize("typed", ["0.2", "0.2:", "left", "0.2:1 left"])
def test_what_is_no_place_is_told(typed: str) -> None:
    assert "part:lane" in faults_of(positions=typed)["positions"]


def test_a_time_trial_has_no_objects_and_what_is_not_live_has_no_live_time() -> None:
    texts = {
        **typed_texts(LIVE_CONES, BERLIN),
        "race_type": RaceType.TIME_TRIAL.value,
        "objects": "many",
        "live": "",
        "live_at": "soon",
    }
    definition, faults = typed_definition(texts, LIVE_CONES, BERLIN)
    assert not faults
    assert (definition.objects, definition.positions) == (None, ())
    assert (definition.live, definition.live_at) == (False, None)
