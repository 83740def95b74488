"""Pastes that hold an ESC stay one paste, whatever pieces the terminal sends them in."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from drtui.pasting import PasteParser

BEGIN, END = "\x1b[200~", "\x1b[201~"
PIECES = ["\x1b", "[", "20", "0", "1", "~", "\x1b[201", "\x1b[31m", "d", "ä\n", BEGIN]


def parsed(parser: XTermParser, *data: str) -> list[Message]:
    return [event for piece in data for event in parser.feed(piece)]


def told(events_: Sequence[Message]) -> list[str]:
    return [
        f"paste {event.text}" if isinstance(event, events.Paste) else f"key {event.key}"
        for event in events_
        if isinstance(event, events.Paste | events.Key)
    ]


def in_pieces(data: str, cuts: Sequence[int]) -> list[str]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[one:other] for one, other in pairwise(places)]


def test_what_follows_an_esc_in_a_paste_is_pasted_and_no_key() -> None:
    pasted = f"{BEGIN}ada\x1b[31md\x1b\x1bp{END}"
    assert told(parsed(PasteParser(), pasted, "q")) == ["paste ada[31mdp", "key q"]
    assert told(parsed(XTermParser(), pasted, "q")) != ["paste ada[31mdp", "key q"]


@given(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join).filter(lambda it: END not in it),
    st.lists(st.integers(0, 1_000), max_size=8),
)
def test_a_paste_is_one_in_whatever_pieces_it_comes(text: str, cuts: Sequence[int]) -> None:
    data = f"j{BEGIN}{text}{END}k"
    said = told(parsed(PasteParser(), *in_pieces(data, cuts)))
    # An ESC is looked at where it could be the end, and left out.
    assert said == ["key j", f"paste {text.replace(chr(27), '')}", "key k"]


@pytest.mark.parametrize(
    "data", ["\x1b[A", "\x1b[1;2B", "a\x1b[<0;3;4M", "\x1b[I", "\x1b[200", "é"]
)
@given(cuts=st.lists(st.integers(0, 1_000), max_size=4))
def test_all_else_is_left_as_it_is(data: str, cuts: Sequence[int]) -> None:
    pieces = in_pieces(data, cuts)
    ours, theirs = parsed(PasteParser(), *pieces), parsed(XTermParser(), *pieces)
    assert list(map(repr, ours)) == list(map(repr, theirs))


def test_the_end_of_what_comes_in_is_the_parsers_too() -> None:
    parser = PasteParser()
    parsed(parser, f"{BEGIN}ada\x1b")
    assert not parser.is_eof
    parsed(parser, "")
    assert parser.is_eof
