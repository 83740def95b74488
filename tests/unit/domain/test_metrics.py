"""Metrics documents of trainings and evaluations, believable ones and any others."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.metrics import (
    MetricsError,
    evaluation_of,
    laps_of,
    rows_of,
    training_of,
)
from drtui.domain.model_details import (
    ModelDetails,
    as_text,
    details_from,
    metadata_of,
    newest_first,
    pairs_of,
    told_metadata,
)
from drtui.domain.text import clean

BEGAN = 1_777_626_000_000  # 2026-05-01 09:00 UTC, in milliseconds
NAMES = [
    *("reward_score", "iteration", "phase", "completion_percentage", "start_time", "trial"),
    *("elapsed_time_in_milliseconds", "episode_status", "off_track_count", "metrics", "config"),
    *("completionPercentage", "elapsedTimeInMilliseconds", "offTrackCount", "createdAt"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([10**400, -1, 0, 100, 101.5, "evaluation", "2026-05-01T10:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=8)
    ),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=10)


def episode(number: int, reward: float, progress: float, phase: str = "training") -> dict[str, Any]:
    return {
        "reward_score": reward,
        "start_time": BEGAN + 10_000 * number,
        "elapsed_time_in_milliseconds": 9_000,
        "episode": number,
        "iteration": number // 4,
        "phase": phase,
        "completion_percentage": progress,
    }


def test_the_episodes_of_an_iteration_come_to_means() -> None:
    training = training_of(
        [
            episode(0, 10.0, 20),
            episode(1, 20.0, 40),
            episode(2, 30.0, 100),
            episode(3, 99.0, 60, "evaluation"),
            episode(4, 5.0, 10),
        ]
    )
    assert training is not None
    first, second = training.points
    assert (first.iteration, first.upto, first.episodes, first.laps) == (0, 3, 4, 1)
    assert first.reward == 20.0
    assert first.progress == pytest.approx(160 / 3)
    assert first.completion == 60.0
    assert (second.reward, second.completion) == (5.0, None)
    assert training.episodes == 5
    assert training.seconds == 49.0
    assert training.began_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert [dot.number for dot in training.dots] == [0, 1, 2, 4]


def test_the_best_iteration_came_farthest_and_then_got_the_most() -> None:
    rows = []
    for number, (reward, judged) in enumerate([(9.0, 50), (3.0, 80), (5.0, 80), (7.0, 20)]):
        rows += [
            episode(4 * number, reward, 10),
            episode(4 * number + 1, 0.0, judged, "evaluation"),
        ]
    training = training_of(rows)
    assert training is not None
    assert training.best is not None
    assert training.best.iteration == 2
    assert training.last is not None
    assert training.last.iteration == 3


def test_without_judged_episodes_the_reward_decides_which_is_best() -> None:
    training = training_of([episode(0, -9.0, 1), episode(4, -2.0, 1), episode(8, -5.0, 1)])
    assert training is not None
    assert training.best is not None
    assert training.best.iteration == 1


def test_many_episodes_are_thinned_and_their_ends_stay() -> None:
    training = training_of([episode(number, number, 50) for number in range(20_000)])
    assert training is not None
    assert training.thinned
    assert len(training.points) == 2_000
    assert (training.points[0].iteration, training.points[-1].iteration) == (0, 4_999)
    assert len(training.dots) == 400
    assert training.dots[-1].number == 19_999


def test_laps_are_the_same_from_the_bucket_and_from_the_api() -> None:
    bucket = {
        "trial": 1,
        "elapsed_time_in_milliseconds": 12_500,
        "completion_percentage": 100,
        "off_track_count": 2,
        "crash_count": 1,
        "reset_count": 3,
        "episode_status": "Lap complete",
    }
    api = {
        "trial": 1,
        "elapsedTimeInMilliseconds": 12_500,
        "completionPercentage": 100,
        "offTrackCount": 2,
        "crashCount": 1,
        "resetCount": 3,
        "episodeStatus": "Lap complete",
    }
    (lap,) = laps_of([bucket])
    assert laps_of([api]) == (lap,)
    assert (lap.seconds, lap.progress, lap.off_tracks, lap.crashes) == (12.5, 100.0, 2, 1)
    assert lap.complete


def test_an_evaluation_comes_to_its_best_complete_lap_and_its_mistakes() -> None:
    lap = {"completionPercentage": 100, "elapsedTimeInMilliseconds": 12_000, "offTrackCount": 1}
    cut = {"completionPercentage": 40, "elapsedTimeInMilliseconds": 3_000, "crashCount": 2}
    found = evaluation_of(
        {
            "createdAt": "2026-05-01T10:00:00Z",
            "status": "COMPLETED",
            "config": {
                "evaluationName": "quali\x1b[31m",
                "raceType": "TIME_TRIAL",
                "trackConfig": {"trackId": "Monaco"},
            },
            "metrics": [lap, cut],
        }
    )
    assert (found.best_seconds, found.total_seconds) == (12.0, 15.0)
    assert (found.off_tracks, found.crashes, found.progress) == (1, 2, 70.0)
    assert (found.track, found.race, found.status) == ("Monaco", "TIME_TRIAL", "COMPLETED")
    assert "\x1b" not in found.name


def test_what_was_not_told_is_unknown_and_never_nothing() -> None:
    (lap,) = laps_of([{}])
    assert (lap.seconds, lap.progress, lap.off_tracks, lap.crashes) == (None, None, None, None)
    assert evaluation_of({"metrics": [{}]}).best_seconds is None
    assert evaluation_of({"metrics": [{}]}).off_tracks is None
    training = training_of([{}])
    assert training is not None
    assert (training.seconds, training.points[0].reward) == (None, None)


@pytest.mark.parametrize("data", [b"", b"{", b"7", b'{"metrics": 3}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_metrics_is_told(data: bytes) -> None:
    with pytest.raises(MetricsError):
        rows_of(data)


@given(st.lists(JSON, max_size=12))
def test_rows_of_any_shape_are_read(rows: list[Any]) -> None:
    found = rows_of(json.dumps({"metrics": rows}))
    training = training_of(found)
    details = ModelDetails(training=training, evaluations=(evaluation_of({"metrics": rows}),))
    assert details_from(as_text(details)) == details
    for point in () if training is None else training.points:
        for value in (point.reward, point.progress, point.completion):
            assert value is None or math.isfinite(value)


@given(st.lists(OBJECTS, max_size=6))
def test_objects_with_members_of_any_shape_are_read(documents: list[dict[str, Any]]) -> None:
    training_of(documents)
    evaluations = newest_first(map(evaluation_of, documents))
    for one in evaluations:
        assert one.name == clean(one.name)
        assert one.best_seconds is None or one.best_seconds >= 0
    for document in documents:
        assert all(clean(one) == one for pair in pairs_of(document) for one in pair)


@given(JSON, JSON, JSON)
def test_metadata_of_any_shape_is_read(space: Any, sensors: Any, algorithm: Any) -> None:
    for name in ("discrete", "continous"):
        told = metadata_of(
            {"actionSpace": {name: space}, "sensors": sensors, "agentAlgorithm": algorithm}
        )
        details = ModelDetails(metadata=json.loads(json.dumps(told)))
        assert clean(details.contents.action_space) == details.contents.action_space


@given(st.dictionaries(st.sampled_from(["action_space", "sensor", "version"]), JSON))
def test_metadata_of_the_bucket_of_any_shape_is_read(document: dict[str, Any]) -> None:
    details = ModelDetails(metadata=told_metadata(document))
    assert details_from(as_text(details)) is not None
    assert clean(details.contents.action_space) == details.contents.action_space


def test_metadata_is_kept_only_as_deep_as_it_is_known() -> None:
    nested: Any = 1
    for _ in range(900):
        nested = [nested]
    told = told_metadata(
        {"action_space": [{"speed": nested, "steering_angle": 3}], "sensor": nested, "odd": nested}
    )
    assert told == {"action_space": [{"steering_angle": 3}], "sensor": []}
    space = {"speed": {"low": 1, "high": nested}, "steering_angle": nested}
    assert told_metadata({"action_space": space})["action_space"] == {
        "steering_angle": {},
        "speed": {"low": 1},
    }


def test_metadata_of_the_api_tells_what_an_archive_does() -> None:
    told = metadata_of(
        {
            "agentAlgorithm": "PPO",
            "sensors": {"camera": "FRONT_FACING_CAMERA", "lidar": "SECTOR_LIDAR"},
            "actionSpace": {
                "continous": {
                    "lowSpeed": 1.0,
                    "highSpeed": 4.0,
                    "lowSteeringAngle": -30.0,
                    "highSteeringAngle": 30.0,
                }
            },
        }
    )
    contents = ModelDetails(metadata=told).contents
    assert contents.action_space == "continuous, -30 to 30°, 1 to 4 m/s"
    assert contents.sensors == ("FRONT_FACING_CAMERA", "SECTOR_LIDAR")
    assert contents.algorithm == "PPO"


@pytest.mark.parametrize("stored", ["", "{", "[]", "{}", '{"training": 3}', "null"])
def test_details_of_another_version_are_none(stored: str) -> None:
    assert details_from(stored) is None


@pytest.mark.parametrize(
    ("what", "odd"),
    [
        ("training", "text"),
        ("training", []),
        ("training", {"points": 3, "dots": [], "began_at": None}),
        ("training", {"points": [3], "dots": [], "began_at": None}),
        ("evaluations", ["text"]),
        ("evaluations", [{"laps": "text", "at": None}]),
        ("settings", [["one"]]),
    ],
)
def test_details_that_are_odd_somewhere_are_none(what: str, odd: object) -> None:
    stored = json.loads(as_text(ModelDetails()))
    assert details_from(json.dumps(stored | {what: odd})) is None


def test_pairs_are_words_of_whatever_depth() -> None:
    told = {"trackConfig": {"trackId": "Monaco"}, "lr": 0.0003, "num_epochs": 3, "on": True}
    assert pairs_of(told) == (
        ("track id", "Monaco"),
        ("lr", "0.0003"),
        ("num epochs", "3"),
        ("on", "yes"),
    )
