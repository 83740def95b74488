"""What can be imported, found out before anything is sent."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.import_checks import (
    LARGEST_FILE,
    LARGEST_MODEL,
    PHYSICAL_ONLY,
    REQUIRED,
    check_model,
    check_name,
    is_junk,
    model_root,
)
from drtui.domain.problems import InvalidInputError
from tests.support.imports import FILES, files

LETTERS = string.ascii_letters + string.digits + "-"


def check(held: dict[str, bytes], **sizes: int) -> None:
    named = {name.replace("__", "."): size for name, size in sizes.items()}
    check_model(
        {name: len(data) for name, data in held.items()} | named,
        {name: data for name, data in held.items() if name in REQUIRED},
    )


@given(st.text(LETTERS, min_size=1, max_size=64))
def test_letters_digits_and_hyphens_are_a_name(name: str) -> None:
    check_name(name)


@given(st.text().filter(lambda text: not text or len(text) > 64 or set(text) - set(LETTERS)))
def test_everything_else_is_none(name: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be a model's name"):
        check_name(name)


@pytest.mark.parametrize("description", ["é", "a_b", "a.b", "x" * 256, "a\nb"])
def test_a_description_has_letters_digits_blanks_and_hyphens(description: str) -> None:
    check_name("fine", "Slow and steady-2")
    with pytest.raises(InvalidInputError, match="255 at the most"):
        check_name("fine", description)


def test_a_sound_model_passes() -> None:
    check(files())


@given(st.sampled_from(sorted(FILES)))
def test_no_needed_file_may_be_missing(name: str) -> None:
    held = {one: data for one, data in FILES.items() if one != name}
    with pytest.raises(InvalidInputError):
        check(held)


def test_a_physical_car_archive_alone_is_refused_with_what_is_needed() -> None:
    held = {
        "agent/model.pb": b"x",
        "model_metadata.json": FILES["model_metadata.json"],
        "reward_function.py": FILES["reward_function.py"],
    }
    with pytest.raises(InvalidInputError) as refused:
        check(held)
    assert str(refused.value) == PHYSICAL_ONLY


METADATA = json.loads(FILES["model_metadata.json"])
HYPER = json.loads(FILES["hyperparameters.json"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"model_metadata__json": b"{"}, "model_metadata.json is no JSON object"),
        ({"model_metadata__json": b"[1]"}, "is no JSON object"),
        ({"hyperparameters__json": b"[" * 100_000}, "is no JSON object"),
        ({"hyperparameters__json": b"{}"}, "batch_size, discount_factor, loss_type, lr"),
        ({"training_params__yaml": b"x: 1\n"}, "names no track"),
        ({"reward_function__py": b"def reward_function(:"}, "no Python"),
        ({"reward_function__py": b"(" * 100_000}, "no Python"),
        ({"reward_function__py": b"x = 1"}, "no function reward_function"),
        (
            {
                "model_metadata__json": json.dumps(
                    {**METADATA, "training_algorithm": "sac"}
                ).encode()
            },
            "SAC",
        ),
        (
            {"model_metadata__json": json.dumps({**METADATA, "action_space": {}}).encode()},
            "no action space",
        ),
        (
            {"model_metadata__json": json.dumps({**METADATA, "action_space": [{}]}).encode()},
            "no action space",
        ),
        (
            {"model_metadata__json": json.dumps({**METADATA, "sensor": "CAMERA"}).encode()},
            "no list of sensors",
        ),
    ],
)
def test_what_the_deployment_refuses_is_refused_here(changed: dict[str, bytes], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        check(files(**changed))


def test_a_backslash_that_python_only_warns_of_is_taken() -> None:
    check(files(reward_function__py=b"def reward_function(p):\n    return len('\\d')\n"))


def test_a_continuous_action_space_is_taken() -> None:
    space = {"speed": {"low": 1, "high": 2}, "steering_angle": {"low": -30, "high": "30"}}
    metadata = {**METADATA, "action_space": space, "training_algorithm": "sac"}
    check(files(model_metadata__json=json.dumps(metadata).encode()))


def test_sizes_have_limits() -> None:
    with pytest.raises(InvalidInputError, match="the deployment imports at most"):
        check(files(), big=LARGEST_MODEL)
    with pytest.raises(InvalidInputError, match=r"at most 10\.5 MB are taken"):
        check(files(), reward_function__py=LARGEST_FILE + 1)


@given(st.lists(st.sampled_from(["a", "b", "model"]), max_size=3))
def test_the_model_is_where_its_metadata_is(folders: list[str]) -> None:
    root = "".join(f"{one}/" for one in folders)
    names = {f"{root}{name}": 1 for name in FILES}
    assert model_root(names) == root
    nested = {**names, f"{root}deeper/model_metadata.json": 1}
    assert model_root(nested) == root


def test_several_models_are_not_guessed_among() -> None:
    with pytest.raises(InvalidInputError, match="several models"):
        model_root({"a/model_metadata.json": 1, "b/model_metadata.json": 1})
    with pytest.raises(InvalidInputError, match=r"no model_metadata\.json"):
        model_root({"a/readme": 1})


def test_what_file_managers_leave_is_no_part_of_a_model() -> None:
    assert all(map(is_junk, (".DS_Store", "a/._b", "__MACOSX/a/b", "x/Thumbs.db")))
    assert not any(map(is_junk, FILES))
