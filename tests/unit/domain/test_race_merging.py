"""Two who change a race at once: what goes together, and what does not."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from drtui.domain.race_documents import definition_text
from drtui.domain.race_merging import clashes, is_made, merged
from drtui.domain.races import Definition
from tests.unit.domain.race_samples import FUTURE, definitions

LATER = timedelta(hours=1)


def test_what_each_has_changed_elsewhere_is_kept() -> None:
    wanted, found = replace(FUTURE, max_laps=9), replace(FUTURE, description="Theirs.")
    assert clashes(FUTURE, wanted, found) == ""
    assert merged(FUTURE, wanted, found) == replace(FUTURE, max_laps=9, description="Theirs.")


def test_the_same_change_twice_is_no_clash() -> None:
    wanted = replace(FUTURE, max_laps=9)
    assert clashes(FUTURE, wanted, wanted) == ""
    assert is_made(FUTURE, wanted, wanted)


def test_the_same_field_with_two_values_clashes() -> None:
    told = clashes(FUTURE, replace(FUTURE, max_laps=9), replace(FUTURE, max_laps=8))
    assert told == "most laps"


def test_fields_that_are_right_only_together_clash() -> None:
    ours = replace(FUTURE, opens_at=FUTURE.opens_at + LATER)
    theirs = replace(FUTURE, closes_at=FUTURE.closes_at - LATER)
    assert clashes(FUTURE, ours, theirs) == "closing"


def test_a_text_that_is_taken_away_is_a_change() -> None:
    was = replace(FUTURE, description="Bring a car.")
    assert not is_made(was, FUTURE, was)
    assert merged(was, FUTURE, was).description == ""


@given(definitions, definitions)
def test_where_nobody_else_has_changed_anything_it_is_what_was_asked_for(
    was: Definition, wanted: Definition
) -> None:
    assert clashes(was, wanted, was) == ""
    made = merged(was, wanted, was)
    assert definition_text(made) == definition_text(wanted)
    assert is_made(was, wanted, made)
