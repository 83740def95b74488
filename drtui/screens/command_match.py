"""How a command is found by what is typed: each typed word stands in its name.

Letters that are scattered in a name, initials too, find nothing: what was not meant would be run.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\w+")
_BEGUN, _FIRST, _WHOLE, _MOST = 4, 2, 1, 9

Span = tuple[int, int]


class Match(NamedTuple):
    """What was found of a name.

    Attributes:
        good: Whether all that is typed begins words; else some of it is within one.
        quality: From 0 to below 1; the better match has more.
        spans: Where it is in the name, each from its first character to behind its last.
    """

    good: bool
    quality: float
    spans: Sequence[Span]


def match(typed: str, name: str) -> Match | None:
    """Return how a name matches words in whatever order; None where it lacks one."""
    parts, name = typed.lower().split(), name.lower()
    words = [one.span() for one in _WORD.finditer(name)]
    spans = [one for part in parts if (one := _span(part, name, words)) is not None]
    if not spans or len(spans) < len(parts):
        return None
    good = {start for start, _ in spans} <= {start for start, _ in words}
    points = _BEGUN * good
    points += _FIRST * name.startswith(" ".join(parts))
    points += _WHOLE * (set(spans) <= set(words))
    covered = sum(end - start for start, end in set(spans)) / len(name)
    return Match(good, (points + min(covered, 1)) / _MOST, spans)


def _span(part: str, name: str, words: Sequence[Span]) -> Span | None:
    """Where a typed word is in a name: a word of it, else how one begins, else anywhere."""
    begun = [start for start, _ in words if name.startswith(part, start)]
    whole = [start for start in begun if (start, start + len(part)) in words]
    start = [*whole, *begun, name.find(part)][0]
    return None if start < 0 else (start, start + len(part))
