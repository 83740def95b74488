"""The reader of a terminal's bytes: it lets pass what a console sends, and nothing else."""

import base64

import pytest

from tests.support.terminal_stream import read_stream

FRAME = "\x1b[?2026h\x1b[1;1H\x1b[1;38;5;75mbold\x1b[0m ║ 赛车手 é\n\x1b[2;1Hnext\x1b[?2026l"


def test_what_a_console_sends_is_no_fault() -> None:
    ends = "\x1b[?1049h\x1b[?2048$p\x1b[>25u\x1b]22;default\x07" + FRAME + "\x1b[<u\x1b[?1049l"
    stream = read_stream(ends.encode())
    assert stream.faults == ()
    assert stream.text == "bold ║ 赛车手 énext"


@pytest.mark.parametrize(
    "stray",
    [
        *("\x07", "\x00", "\t", "\r", "\n", "\x08", "\x0e", "\x7f", "\x1b", "\x1bc", "\x1b7"),
        *("\x9b31m", "\x85", "\x90q\x9c", "\x9d0;renamed\x9c"),
        *("\x1b]0;renamed\x07", "\x1b]2;renamed\x1b\\", "\x1b]8;;http://example.org\x07"),
        *("\x1b]22;de\nfault\x07", "\x1bP+q544e\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\"),
        *("\x1b[2J", "\x1b[A", "\x1b[6n", "\x1b[5i", "\x1b[?1h", "\x1b[31", "\x1b[3;\x07m"),
        *("\u202e", "\u2066", "\u200f", "\u200b", "\u200d", "\ufeff", "\u2028", "\xad", "\ue000"),
    ],
)
@pytest.mark.parametrize("place", [0, len(FRAME) // 2, len(FRAME)])
def test_anything_else_is_a_fault_wherever_it_stands(stray: str, place: int) -> None:
    written = (FRAME[:place] + stray + "x" + FRAME[place:]).encode()
    assert read_stream(written).faults


def test_what_is_no_utf8_is_a_fault() -> None:
    assert read_stream(b"a\x9b31mb").faults


def test_the_clipboard_is_read_and_held_to_the_same() -> None:
    def clipboard(text: bytes) -> bytes:
        return b"\x1b]52;c;" + base64.b64encode(text) + b"\x07"

    stream = read_stream(clipboard(b"ada@example.org\nbo@example.org"))
    assert (stream.faults, stream.copied) == ((), ("ada@example.org\nbo@example.org",))
    assert read_stream(clipboard(b"a\x1b[31m")).faults
    assert read_stream(clipboard(b"\xff")).faults
    assert read_stream(b"\x1b]52;c;?\x07").faults


def test_a_command_line_may_end_its_lines() -> None:
    assert read_stream(b"one\r\ntwo\r\n").faults
    assert read_stream(b"one\r\ntwo\r\n", console_only=False).faults == ()
    assert read_stream(b"one\ttwo\r\n", console_only=False).faults
