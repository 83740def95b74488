"""What may go to a terminal: a strict reader of the bytes that a console wrote.

Whatever is not a printable character or one of the sequences that Textual and the console send
on purpose is a fault: so nothing that somebody put into a name can act on the terminal.
"""

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MODES: Final = "25|7|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048"
_ALLOWED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\x1b\[\d{1,3};\d{1,3}H",  # the cursor's place
        r"\x1b\[[0-9;]*m",  # colours
        rf"\x1b\[\?(?:{_MODES})[hl]",  # mouse, cursor, wrapping, screen, paste, focus, resizing
        r"\x1b\[\?(?:2026|2048)\$p",  # what the terminal can do
        r"\x1b\[>\d+u|\x1b\[<u",  # keys told apart
        r"\x1b\]22;[a-z-]+\x07",  # the pointer's shape
    )
)
_CLIPBOARD: Final = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07")
# A line of a frame ends so, where the cursor is placed anew for the next one.
_NEXT_LINE: Final = re.compile(r"\r?\n(?=\x1b\[\d{1,3};\d{1,3}H)")
_AROUND: Final = 24


@dataclass(frozen=True, slots=True)
class Stream:
    """What a terminal was sent.

    Attributes:
        faults: What must not be there, each with what stands around it.
        text: The printable characters, in the order in which they came.
        copied: What was put on the clipboard.
    """

    faults: tuple[str, ...]
    text: str
    copied: tuple[str, ...]


def read_stream(written: bytes, *, console_only: bool = True) -> Stream:
    """Read all that a terminal was sent.

    Args:
        written: The bytes.
        console_only: Whether a console drew all of it; else lines may end as lines do.
    """
    faults: list[str] = []
    copied: list[str] = []
    text: list[str] = []
    try:
        stream = written.decode()
    except UnicodeDecodeError as error:
        return Stream((f"no UTF-8 at byte {error.start}",), "", ())
    at = 0
    while at < len(stream):
        char = stream[at]
        if not harmful(char):
            text.append(char)
            at += 1
        elif clipboard := _CLIPBOARD.match(stream, at):
            copied.append(_decoded(clipboard[1], faults))
            at = clipboard.end()
        elif known := _sequence(stream, at):
            at = known.end()
        elif not console_only and char in "\r\n":
            at += 1
        else:
            around = stream[max(0, at - _AROUND) : at + _AROUND]
            faults.append(f"{char!r} at {at}, in {around!r}")
            at += 1
    return Stream(tuple(faults), "".join(text), tuple(copied))


def harmful(char: str) -> bool:
    """Whether a character can move the cursor, reorder or hide text, or means nothing."""
    return unicodedata.category(char) in _HARMFUL


def _sequence(stream: str, at: int) -> re.Match[str] | None:
    for pattern in (*_ALLOWED, _NEXT_LINE):
        if found := pattern.match(stream, at):
            return found
    return None


def _decoded(content: str, faults: list[str]) -> str:
    try:
        text = base64.b64decode(content, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        faults.append(f"a clipboard of {content!r}")
        return ""
    faults += [f"{char!r} on the clipboard" for char in text if harmful(char) and char != "\n"]
    return text
