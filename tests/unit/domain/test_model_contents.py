"""What an archive tells of its model; what cannot be read is said, and nothing else is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.archives import read_archive
from drtui.domain.model_contents import (
    Action,
    ModelContents,
    Range,
    contents_in,
    contents_of,
    filled,
    is_complete,
)
from tests.support.archives import REWARD, archive

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def told(metadata: object) -> ModelContents:
    return contents_of(read_archive([archive(metadata=metadata)]))


def test_a_discrete_action_space_is_told_in_the_order_of_its_numbers() -> None:
    found = contents_of(read_archive([archive()]))
    assert found.actions == (Action(-30.0, 2.0), Action(30.0, 1.0))
    assert found.action_space == "discrete, 2 actions"
    assert found.sensors == ("FRONT_FACING_CAMERA",)
    assert (found.algorithm, found.version) == ("clipped_ppo", "5")
    assert (found.reward, found.trouble) == (REWARD, "")


def test_a_continuous_action_space_is_told_by_its_ranges() -> None:
    space = {"speed": {"low": 1, "high": 4.0}, "steering_angle": {"low": -30, "high": 30}}
    found = told({"action_space": space, "sensor": "STEREO_CAMERAS"})
    assert (found.speed, found.steering) == (Range(1, 4), Range(-30, 30))
    assert found.action_space == "continuous, -30 to 30°, 1 to 4 m/s"
    assert found.sensors == ("STEREO_CAMERAS",)


@pytest.mark.parametrize("metadata", [[], 7, "x", {"action_space": {"speed": {"low": "x"}}}])
def test_what_cannot_be_read_is_said(metadata: object) -> None:
    found = told(metadata)
    assert found.trouble.startswith("Its model_metadata.json")
    assert found.reward == REWARD


def test_an_archive_without_metadata_says_so() -> None:
    found = contents_of(read_archive([archive(metadata=None, reward=None)]))
    assert found.trouble == "There is no model_metadata.json in it."
    assert found.reward is None


@given(
    st.dictionaries(st.sampled_from(["action_space", "sensor", "version", "neural_network"]), JSON)
)
def test_no_metadata_crashes_it(metadata: dict[str, object]) -> None:
    files = {"model_metadata.json": json.dumps(metadata).encode()}
    found = contents_of(read_archive([archive(files, None, None)]))
    assert found.trouble or found.action_space


def test_gaps_are_filled_and_what_was_told_stays() -> None:
    some = contents_in({"model_metadata.json": json.dumps({"sensor": ["LIDAR"]}).encode()})
    found = contents_in(
        {
            "model_metadata.json": json.dumps(
                {
                    "action_space": [{"steering_angle": 1, "speed": 2}],
                    "sensor": ["STEREO_CAMERAS"],
                    "training_algorithm": "sac",
                }
            ).encode(),
            "reward_function.py": b"x = 1",
        }
    )
    assert not is_complete(some)
    both, news = filled(some, found)
    assert news == ("action space", "algorithm", "reward function")
    assert both.sensors == ("LIDAR",)
    assert (both.actions, both.algorithm, both.reward) == (found.actions, "sac", "x = 1")
    assert is_complete(both)
    assert filled(both, found) == (both, ())
    assert filled(both, ModelContents()) == (both, ())
