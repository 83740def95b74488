"""Initial passwords: long, of all classes, without what is misread or taken for a formula."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.passwords import (
    DIGITS,
    LENGTH,
    LONGEST,
    LOWER,
    SYMBOLS,
    UPPER,
    generate_password,
)
from drtui.domain.text import clean, csv_cell


@given(st.integers(), st.integers(LENGTH, LONGEST))
def test_every_password_has_its_length_and_all_classes(seed: int, length: int) -> None:
    password = generate_password(length, Random(seed))
    assert len(password) == length
    for characters in (UPPER, LOWER, DIGITS, SYMBOLS):
        assert set(password) & set(characters)
    assert set(password) <= set(UPPER + LOWER + DIGITS + SYMBOLS)


@given(st.integers())
def test_every_password_stays_as_it_is_in_a_csv_and_in_a_message(seed: int) -> None:
    password = generate_password(source=Random(seed))
    assert password[0].isalpha()
    assert csv_cell(password) == password == clean(password)
    assert not set(password) & set("0O1lIi|'\"`,;\t {}<>&\\$")


def test_the_source_decides_and_without_one_no_two_are_alike() -> None:
    assert generate_password(source=Random(7)) == generate_password(source=Random(7))
    assert len({generate_password() for _ in range(200)}) == 200


def test_classes_have_no_fixed_places() -> None:
    passwords = [generate_password(source=Random(seed)) for seed in range(300)]
    for place in range(1, LENGTH):
        found = {
            next(name for name in (UPPER, LOWER, DIGITS, SYMBOLS) if password[place] in name)
            for password in passwords
        }
        assert len(found) == 4


@pytest.mark.parametrize("length", [LENGTH - 1, 0, -1, LONGEST + 1])
def test_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="16 to 128"):
        generate_password(length)
