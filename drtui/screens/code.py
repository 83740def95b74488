"""Python source as lines with syntax colours. It brings the highlighter: import it when needed."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from textual.content import Content
from textual.highlight import HighlightTheme, TokenType, highlight

from drtui.domain.text import clean

_MOST_LINES: Final = 2_000
_MOST_OF_A_LINE: Final = 1_000
_MOST_IN_COLOUR: Final = 400  # lines
_MOST_COLOURED: Final = 40_000  # characters
_KEPT: Final = 8
_TAB: Final = 4
_DIM: Final = "$foreground-muted"


class _Colours(HighlightTheme):
    """What is a keyword or a comment is bold or italic too, for a terminal without colours."""

    STYLES: dict[TokenType, str] = {  # noqa: RUF012 - as the base class declares it
        ("Comment",): f"italic {_DIM}",
        ("Keyword",): "bold $primary",
        ("Operator", "Word"): "bold $primary",
        ("Literal", "String"): "$success",
        ("Literal", "Number"): "$warning",
        ("Name", "Function"): "bold",
        ("Name", "Builtin"): "$primary",
        ("Name", "Decorator"): "$primary",
    }


@lru_cache(maxsize=_KEPT)
def python_lines(source: str) -> tuple[Content, ...]:
    """Return the lines of a source, text from outside: cleaned, and never taken for markup.

    It takes a while, the first time of a source: call it in a thread. What is too long to be meant
    is left without colours.
    """
    # Tabs and line ends that the highlighter would change itself would shift its colours.
    lines = [
        clean(line.expandtabs(_TAB), _MOST_OF_A_LINE)
        for line in source.replace("\r\n", "\n").split("\n")
    ]
    while lines and not lines[-1].strip():
        lines.pop()
    shown = lines[:_MOST_LINES]
    coloured = _how_many_in_colour(shown)
    code = "\n".join(shown[:coloured])
    found = list(highlight(code, language="python", theme=_Colours).split("\n", allow_blank=True))
    found += [Content(line) for line in shown[coloured:]]
    if len(lines) > _MOST_LINES:
        found.append(Content.styled(f"and {len(lines) - _MOST_LINES:,} more lines", _DIM))
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def folded_lines(source: str, width: int) -> tuple[Content, ...]:
    """Return the same lines, those that are longer than `width` going on in the next one."""
    return tuple(part for line in python_lines(source) for part in line.fold(width))


def _how_many_in_colour(lines: Sequence[str]) -> int:
    ends = accumulate(len(line) for line in lines[:_MOST_IN_COLOUR])
    return sum(1 for end in ends if end <= _MOST_COLOURED)
