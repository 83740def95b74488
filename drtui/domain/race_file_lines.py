"""On which line of a race file each key stands: what reads TOML tells of values, not of places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|'
    r"'''.*?'''|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|#[^\n]*|\n|[\[\]{}]|.",
    re.DOTALL,
)
_HEADER: Final = re.compile(r"(\[\[?)\s*(.*?)\s*\]")
_AT: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\s*$")
_QUOTES: Final = "\"'"


@dataclass(slots=True)
class Section:
    """A table of a file: where it begins, and where its keys stand.

    Attributes:
        name: As in its header; empty above the first one.
        line: From 1 on.
    """

    name: str
    line: int
    keys: dict[str, int] = field(default_factory=dict)


def sections_of(text: str) -> list[Section]:
    """Return the tables of a file in their order; of TOML that was read without an error."""
    found = [Section("", 1)]
    for line, statement in _statements(text):
        header = _HEADER.match(statement) if statement.startswith("[") else None
        if header is not None:
            found.append(Section(_plain(header[2]), line))
        else:
            found[-1].keys.setdefault(_plain(statement.partition("=")[0]), line)
    return found


def syntax_fault(message: str, text: str) -> tuple[int, str]:
    """Return the line and the sentence of what is wrong with a file's TOML.

    Args:
        message: Of the error that reading it raised, which ends in the place.
        text: The file.
    """
    found = _AT.search(message)
    last = max(1, len(text.splitlines()))
    if found is None:
        return 1, message
    return int(found[1]) if found[1] else last, message[: found.start()]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the line it begins on; comments and blank lines are none."""
    line, depth = 1, 0
    begun, parts = 1, ""
    for piece in (one[0] for one in _TOKEN.finditer(text)):
        if piece == "\n" and depth == 0:
            if parts.strip():
                yield begun, parts.strip()
            parts = ""
        elif not piece.startswith("#"):
            if not parts.strip():
                begun, parts = line, ""
            parts += piece
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
        line += piece.count("\n")
    if parts.strip():
        yield begun, parts.strip()


def _plain(name: str) -> str:
    """Return a key or a table's name without its quotes."""
    name = name.strip()
    return name[1:-1] if name[:1] and name[:1] in _QUOTES and name[-1:] == name[:1] else name
