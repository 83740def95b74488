"""Large type: three lines of one width, and what there is none for."""

from hypothesis import given
from hypothesis import strategies as st

from drtui.widgets.big_text import ROWS, big, is_big, wide


@given(st.text(min_size=1, max_size=20))
def test_large_type_is_three_lines_of_one_width(text: str) -> None:
    lines = big(text)
    assert len(lines) == ROWS
    assert len({len(line) for line in lines}) == 1
    assert set("".join(lines)) <= set(" ▀▄█")


def test_every_letter_and_digit_has_a_look_of_its_own() -> None:
    texts = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:.,-_+#/?!'"
    assert len({big(char) for char in texts}) == len(texts)
    assert is_big(texts.lower())


def test_a_time_in_large_type_reads_as_it_should() -> None:
    assert big("1:09.7") == (
        "▄█  ▄ █▀█ █▀█   ▀▀█",
        " █  ▄ █ █ ▀▀█    █ ",
        "▀▀▀   ▀▀▀ ▀▀▀ ▀  ▀ ",
    )


def test_other_scripts_have_no_large_type() -> None:
    assert not is_big("Übung")
    assert not is_big("日本")


def test_wide_text_keeps_marks_with_their_letter() -> None:
    assert wide("ada") == "a d a"
    assert wide("x\N{COMBINING CARON}y") == "x\N{COMBINING CARON} y"
    assert wide("") == ""
