"""Comparing an item with the account, and the word for a whole operation."""

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.operations import Verdict, compare, is_local

VALUE = st.one_of(st.none(), st.integers(-1, 3))
VALUES = st.fixed_dictionaries({"minutes_limit": VALUE, "models_limit": VALUE})


@given(VALUES, VALUES, VALUES)
def test_comparing_goes_field_by_field(
    before: dict[str, int | None], after: dict[str, int | None], theirs: dict[str, int | None]
) -> None:
    verdict = compare(before, after, theirs)
    if theirs == after:
        assert verdict is Verdict.ALREADY_SO
    elif all(theirs[name] in (before[name], after[name]) for name in theirs):
        assert verdict is Verdict.SEND
    else:
        assert verdict is Verdict.CONFLICT


def test_fields_that_an_item_does_not_change_are_nobodys_business() -> None:
    theirs = {"minutes_limit": 300, "models_limit": 99}
    assert compare({"minutes_limit": 300}, {"minutes_limit": 420}, theirs) is Verdict.SEND


def test_what_only_drtui_remembers_needs_no_call() -> None:
    assert is_local({"remembered_minutes": 5})
    assert not is_local({"remembered_minutes": 5, "minutes_limit": 0})
