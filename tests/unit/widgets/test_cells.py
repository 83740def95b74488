"""Text in cells: whatever it is, it takes exactly the width that it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from drtui.domain.text import clean
from drtui.widgets.cells import Run, Tone, bar, fit, placed, width_of

texts = st.text(max_size=40).map(clean)
cells = st.lists(st.builds(Run, texts, st.sampled_from(Tone)), max_size=4)


@given(cells, st.integers(0, 60), st.booleans())
def test_a_placed_cell_is_as_wide_as_its_column(cell: list[Run], width: int, right: bool) -> None:
    assert width_of(placed(cell, width, right=right)) == width


@given(texts, st.integers(0, 60))
def test_a_fitted_text_is_no_wider_than_its_room(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("ada", 3, "ada"),
        ("adam", 3, "ad…"),
        ("車手一号", 8, "車手一号"),
        ("車手一号", 7, "車手一…"),
        ("車手一号", 6, "車手…"),
        ("ada", 0, ""),
    ],
)
def test_what_is_cut_off_leaves_an_ellipsis(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    assert placed([Run("7", Tone.HAND)], 3, right=True) == [Run("  7", Tone.HAND)]
    assert placed([Run("7", Tone.HAND)], 3) == [Run("7  ", Tone.HAND)]
    assert placed([], 3) == [Run("   ")]


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, "▁▁▁▁"), (0.001, "▇▁▁▁"), (0.5, "▇▇▁▁"), (0.999, "▇▇▇▁"), (1, "▇▇▇▇"), (7, "▇▇▇▇")],
)
def test_a_bar_is_full_only_when_all_is_used_and_empty_only_when_nothing_is(
    share: float, drawn: str
) -> None:
    assert bar(share, 4) == drawn
