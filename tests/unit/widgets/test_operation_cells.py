"""How a target of an operation looks in the table: its numbers are whole whatever the width."""

import pytest

from drtui.domain.operations import Item, ItemState, Value
from drtui.screens.operation_cells import change_cell

Values = tuple[dict[str, Value], dict[str, Value]]
HOURS: Values = ({"minutes_limit": 777}, {"minutes_limit": 837})
BOTH: Values = (
    {"minutes_limit": 777, "models_limit": 5},
    {"minutes_limit": 837, "models_limit": 10},
)


def change(
    values: Values,
    width: int,
    theirs: dict[str, Value] | None = None,
) -> str:
    state = ItemState.DONE if theirs is None else ItemState.CONFLICT
    before, after = values
    item = Item(1, 1, "racer", "ada", before, after, state, theirs=theirs or {})
    return "".join(run.text for run in change_cell(item, width))


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (36, "hours 12.95 → 13.95 · models 5 → 10"),
        (31, "hours 12.95→13.95 · models 5→10"),
        (30, "hours 12.95→13.95 …"),
        (19, "hours 12.95→13.95 …"),
    ],
)
def test_a_field_that_does_not_fit_is_left_out_whole(width: int, said: str) -> None:
    assert change(BOTH, width) == said


@pytest.mark.parametrize(
    ("width", "said"),
    [(19, "hours 12.95 → 13.95"), (17, "hours 12.95→13.95"), (16, "12.95→13.95")],
)
def test_a_single_field_is_written_closer(width: int, said: str) -> None:
    assert change(HOURS, width) == said


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (40, "hours 12.95 → 13.95, theirs 77"),
        (26, "hours 77, not 13.95"),
        (18, "77, not 13.95"),
    ],
)
def test_a_conflict_says_theirs_first_where_there_is_little_room(width: int, said: str) -> None:
    assert change(HOURS, width, {"minutes_limit": 4620}) == said


def test_what_is_remembered_is_not_taken_for_what_the_account_has() -> None:
    kept: Values = (
        {"remembered_minutes": None},
        {"remembered_minutes": 777},
    )
    assert change(kept, 30) == "rem. hours nothing→12.95"
