"""The line of candidates keeps to its width and shows the chosen one."""

from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.completion import Candidate
from drtui.widgets.candidate_line import candidate_line

WORDS = st.builds(
    Candidate,
    st.text(alphabet="abc:車", min_size=1, max_size=20),
    st.text(alphabet="xyz é", max_size=60),
)


@given(st.lists(WORDS, min_size=1, max_size=30), st.data())
def test_it_never_is_too_wide_and_the_chosen_one_is_there(
    candidates: list[Candidate], data: st.DataObject
) -> None:
    chosen = data.draw(st.one_of(st.none(), st.integers(0, len(candidates) - 1)))
    width = data.draw(st.integers(70, 200))
    line = candidate_line(candidates, chosen, width, data.draw(st.integers(0, 300)))
    assert line.cell_length <= width
    if chosen is not None:
        bold = [span for span in line.spans if "bold" in str(span.style)]
        assert [line.plain[span.start : span.end] for span in bold] == [candidates[chosen].text]


def test_it_begins_below_the_place_where_there_is_room() -> None:
    line = candidate_line([Candidate("red"), Candidate("blue", "a colour")], 1, 40, 7)
    assert line.plain == " " * 7 + "red  blue   a colour"


def test_it_moves_to_the_left_where_there_is_none() -> None:
    line = candidate_line([Candidate("red"), Candidate("blue", "a colour")], 1, 21, 7)
    assert line.plain == " red  blue   a colour"


def test_what_has_no_room_leaves_an_ellipsis_on_its_side() -> None:
    words = [Candidate(f"word-{number}") for number in range(9)]
    assert candidate_line(words, None, 24).plain == "word-0  word-1  …"
    assert candidate_line(words, 8, 24).plain == "…  word-7  word-8"


def test_control_characters_are_not_drawn() -> None:
    assert "\x1b" not in candidate_line([Candidate("a\x1b[2J")], None, 40).plain
