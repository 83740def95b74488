"""What numbers and values read like."""

import pytest

from drtui.domain.item_wording import texts_in, told_fields
from drtui.domain.operations import MINUTES_LIMIT, REMEMBERED_MINUTES, Values
from drtui.domain.setting_keys import SettingKey
from drtui.domain.wording import counted, listed, noun


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 users"), (1, "1 user"), (2, "2 users"), (2_000, "2,000 users")]
)
def test_only_one_is_one(number: int, text: str) -> None:
    assert counted(number, "user") == text


def test_what_does_not_take_an_s_is_told() -> None:
    assert counted(1, "change is", "changes are") == "1 change is"
    assert counted(12, "change is", "changes are") == "12 changes are"


@pytest.mark.parametrize("number", [None, 0, -1, 2])
def test_an_unknown_or_unlimited_number_of_them_are_several(number: int | None) -> None:
    assert noun(number, "model") == "models"


@pytest.mark.parametrize(
    ("target", "values", "text"),
    [
        ("setting:" + SettingKey.NEW_USER_MINUTES, {"value": 300}, "5 h"),
        ("setting:" + SettingKey.NEW_USER_MODELS, {"value": -1}, "unlimited"),
        ("setting:" + SettingKey.REGISTRATION, {"value": "invite-only"}, "invite-only"),
        ("setting:" + SettingKey.INSTANCE_MINUTES, {"value": None}, "?"),
        ("setting:of.another.version", {"value": 7}, "value 7"),
        ("sign-in:racer0000000001", {"sign_in": "open"}, "sign-in open"),
        ("racer0000000001", {MINUTES_LIMIT: 300}, "hours 5"),
        ("racer0000000001", {"value": 300}, "value 300"),
    ],
)
def test_values_read_as_those_of_their_target(target: str, values: Values, text: str) -> None:
    assert texts_in(target, values) == text


def test_an_errand_is_told_by_what_changes() -> None:
    before = {"sign_in": "open", "email": "ada@example.com"}
    after = {**before, "sign_in": "closed"}
    assert told_fields("sign-in:racer0000000001", before, after) == ["sign_in"]
    assert told_fields("sign-in:racer0000000001", after, after) == ["sign_in", "email"]


def test_a_profile_is_told_by_what_the_account_has() -> None:
    values = {MINUTES_LIMIT: 300, REMEMBERED_MINUTES: None}
    assert told_fields("racer0000000001", values, values) == [MINUTES_LIMIT]
    own: Values = {REMEMBERED_MINUTES: 5}
    assert told_fields("racer0000000001", own, own) == [REMEMBERED_MINUTES]


@pytest.mark.parametrize(
    ("count", "most", "text"),
    [
        (1, 0, "1"),
        (2, 0, "1 and 2"),
        (4, 0, "1, 2, 3 and 4"),
        (3, 3, "1, 2 and 3"),
        (4, 3, "1, 2, 3 and 4"),  # “1 more” would be as long as the name
        (5, 3, "1, 2, 3 and 2 more"),
        (2_000, 3, "1, 2, 3 and 1,997 more"),
    ],
)
def test_names_are_listed_as_far_as_there_are_few(count: int, most: int, text: str) -> None:
    assert listed([f"{one + 1}" for one in range(count)], most) == text
