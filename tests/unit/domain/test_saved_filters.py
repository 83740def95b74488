"""`@name` stands for a saved filter in parentheses, and errors point at what was typed."""

import pytest

from drtui.domain.filters import FilterError, parse
from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import check_name, expand, parse_with

SAVED = {"late": "used>90% or left<1", "broken": "("}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@late", "(used>90% or left<1)"),
        ("team:red @LATE x", "team:red (used>90% or left<1) x"),
        ("not @late", "not (used>90% or left<1)"),
        ("-@late", "-(used>90% or left<1)"),
        ("(@late)", "((used>90% or left<1))"),
        ('"@late"', '"@late"'),
        ('"a \\" @late"', '"a \\" @late"'),
        ("email:@late", "email:@late"),
        ('email: "@late" a', 'email: "@late" a'),
        ("a@late", "a@late"),
        ("", ""),
    ],
)
def test_a_name_is_replaced_where_a_word_begins_and_nowhere_else(text: str, meant: str) -> None:
    assert expand(text, SAVED) == meant
    assert parse_with(text, SAVED) == parse(meant)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("@late tem:red", 6),
        ("a @late b @late tem:red", 16),
        ("tem:red @late", 0),
        ("team:red @broken x", 9),
        ("x @nobody", 2),
        ("x @", 2),
        ("@late )", 6),
    ],
)
def test_an_error_points_at_what_was_typed(text: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse_with(text, SAVED)
    assert caught.value.position == position
    assert caught.value.pointed().splitlines()[0] == text


@pytest.mark.parametrize("name", ["", "two words", "a:b", "@late", 'a"', "(a", "x" * 31, "a\x1b"])
def test_a_name_is_one_plain_word(name: str) -> None:
    with pytest.raises(InvalidInputError):
        check_name(name)


@pytest.mark.parametrize("name", ["late", "Over-90", "team_rot.1", "Grün"])
def test_a_plain_word_is_a_name_and_can_be_referred_to(name: str) -> None:
    check_name(name)
    assert expand(f"@{name}", {name.casefold(): "a"}) == "(a)"
