"""Which columns there is room for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.screens.journal import JOURNAL_COLUMNS
from drtui.screens.operation_cells import ITEM_COLUMNS, OPERATION_COLUMNS
from drtui.screens.racers import COLUMNS
from drtui.widgets.columns import GAP, Column, place
from drtui.widgets.size_guard import LEAST_WIDTH

SOME = (
    Column("a", "A", 10, most=20),
    Column("b", "B", 5, rank=1),
    Column("c", "C", 5, rank=2),
    Column("d", "D", 5, most=8),
)


def names(room: int) -> str:
    return "".join(one.column.name for one in place(SOME, room))


def test_the_highest_rank_is_left_out_first_and_rank_nought_never() -> None:
    assert names(31) == "abcd"
    assert names(30) == "abd"
    assert names(24) == "abd"
    assert names(23) == "ad"
    assert names(3) == "ad"


def test_what_is_left_over_goes_to_the_columns_that_may_grow() -> None:
    assert [one.width for one in place(SOME, 31 + 4)] == [12, 5, 5, 7]
    assert [one.width for one in place(SOME, 31 + 10)] == [17, 5, 5, 8]
    assert [one.width for one in place(SOME, 200)] == [20, 5, 5, 8]


def test_a_column_shrinks_only_when_no_other_can_be_left_out() -> None:
    columns = (Column("a", "A", 10, least=6), Column("b", "B", 5, rank=1), Column("c", "C", 5))
    placed = {
        room: [(one.column.name, one.width) for one in place(columns, room)]
        for room in (24, 23, 17, 15, 9)
    }
    assert placed == {
        24: [("a", 10), ("b", 5), ("c", 5)],
        23: [("a", 10), ("c", 5)],
        17: [("a", 10), ("c", 5)],
        15: [("a", 8), ("c", 5)],
        9: [("a", 6), ("c", 5)],
    }


@given(st.integers(75, 250))
def test_the_operations_columns_fit_and_say_what_was_asked_for(room: int) -> None:
    placed = {one.column.name: one.width for one in place(OPERATION_COLUMNS, room)}
    assert sum(placed.values()) + GAP * (len(placed) - 1) <= room
    assert placed["what"] >= (21 if room >= 93 else 18)
    assert placed.keys() >= {"number", "when", "what", "done", "failed", "conflict", "state"}


def test_a_terminal_of_120_shows_another_days_time_in_the_operations_and_who_before_how_many() -> (
    None
):
    navigation, signs = 23, 4
    placed = {
        one.column.name: one.width for one in place(OPERATION_COLUMNS, 120 - navigation - signs)
    }
    assert {one.name for one in OPERATION_COLUMNS} - placed.keys() == {"changes"}
    assert placed["when"] == len("11-22 23:48")
    assert len(place(OPERATION_COLUMNS, 127 - navigation - signs)) == len(OPERATION_COLUMNS)


@pytest.mark.parametrize("room", [80 - 4, 120 - 23 - 4, 200 - 23 - 4])
def test_from_80_columns_on_the_journal_has_room_for_another_days_time(room: int) -> None:
    placed = {one.column.name: one.width for one in place(JOURNAL_COLUMNS, room)}
    assert placed["when"] >= len("11-22 23:48")
    assert placed["what"] >= 22
    assert placed["result"] >= 26


@given(st.integers(LEAST_WIDTH - 5, 250))
def test_the_racers_columns_fit_wherever_there_is_room_for_the_least(room: int) -> None:
    columns = place(COLUMNS, room)
    assert sum(one.width for one in columns) + GAP * (len(columns) - 1) <= room
    assert {one.column.name for one in columns} >= {"alias", "status", "hours", "models"}


def test_a_terminal_of_80_shows_whom_it_is_about_and_one_of_120_what_it_costs() -> None:
    signs = 5  # cursor, mark, blank, and the scroll bar with a blank before it
    at_80 = [one.column.name for one in place(COLUMNS, 80 - signs)]
    assert at_80 == ["alias", "email", "status", "hours", "models"]
    navigation = 22
    at_120 = [one.column.name for one in place(COLUMNS, 120 - navigation - signs)]
    assert at_120 == ["alias", "email", "status", "bar", "hours", "models", "usd"]
    assert len(place(COLUMNS, 200 - navigation - signs)) == len(COLUMNS)


def test_a_negative_rank_is_left_out_only_where_shrinking_the_others_is_not_enough() -> None:
    columns = (Column("a", "A", 10, least=6), Column("b", "B", 5, rank=-1), Column("c", "C", 5))
    placed = {
        room: [(one.column.name, one.width) for one in place(columns, room)] for room in (20, 19)
    }
    assert placed == {20: [("a", 6), ("b", 5), ("c", 5)], 19: [("a", 10), ("c", 5)]}


def test_on_the_smallest_terminal_no_table_is_wider_than_its_room() -> None:
    tables = (COLUMNS, 5), (OPERATION_COLUMNS, 4), (ITEM_COLUMNS, 4), (JOURNAL_COLUMNS, 4)
    for columns, signs in tables:
        placed = place(columns, LEAST_WIDTH - signs)
        assert sum(one.width for one in placed) + GAP * (len(placed) - 1) <= LEAST_WIDTH - signs
        assert placed[-1].column.name in {"models", "state", "reason", "operation"}
