"""What numbers and values read like."""

import pytest

from drtui.domain.wording import counted, noun


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
