"""Source text from outside: coloured while that is cheap, shown all the same where it is not."""

import pytest

from drtui.screens.code import folded_lines, python_lines

LINE = "    reward = 1.0  # as fast as it goes"


def coloured(source: str) -> int:
    """How many lines have colours."""
    return sum(1 for line in python_lines(source) if line.spans)


def test_a_source_of_a_usual_length_has_colours_to_its_end() -> None:
    lines = python_lines("\n".join([LINE] * 300))
    assert [line.plain for line in lines] == [LINE] * 300
    assert coloured("\n".join([LINE] * 300)) == 300


@pytest.mark.parametrize(
    ("line", "count", "in_colour"),
    [(LINE, 1_500, 400), ("x = " + "'a' " * 200, 200, 40_000 // 804)],
)
def test_what_is_too_long_to_be_meant_goes_on_without_colours(
    line: str, count: int, in_colour: int
) -> None:
    source = "\n".join([line] * count)
    assert len(python_lines(source)) == count
    assert coloured(source) == in_colour
    assert python_lines(source)[-1].plain.rstrip() == line.rstrip()


def test_no_more_than_so_many_lines_are_shown_and_how_many_are_not_is_said() -> None:
    lines = python_lines("\n".join([LINE] * 2_500))
    assert len(lines) == 2_001
    assert lines[-1].plain == "and 500 more lines"


def test_text_without_colours_is_no_markup_and_no_control_characters_either() -> None:
    source = "\n".join([LINE] * 400 + ["[bold]x[/]\x1b[31m\u202e"])
    last = python_lines(source)[-1]
    assert last.plain.startswith("[bold]x[/]")
    assert not {"\x1b", "\u202e"} & set(last.plain)
    assert not last.spans


def test_long_lines_go_on_in_the_next_one() -> None:
    parts = folded_lines("x" * 25, 10)
    assert [part.plain for part in parts] == ["x" * 10, "x" * 10, "x" * 5]
