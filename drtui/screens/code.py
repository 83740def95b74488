"""Python source as lines with syntax colours. It brings the highlighter: import it when needed."""

from typing import Final

from textual.content import Content
from textual.highlight import HighlightTheme, TokenType, highlight

from drtui.domain.text import clean
from drtui.widgets.facts import Lines

_MOST_LINES: Final = 2_000
_MOST_OF_A_LINE: Final = 1_000
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


def python_lines(source: str) -> Lines:
    """Return the lines of a source, text from outside: cleaned, and never taken for markup."""
    # Tabs and line ends that the highlighter would change itself would shift its colours.
    lines = [
        clean(line.expandtabs(_TAB), _MOST_OF_A_LINE)
        for line in source.replace("\r\n", "\n").split("\n")
    ]
    while lines and not lines[-1].strip():
        lines.pop()
    code = "\n".join(lines[:_MOST_LINES])
    found = highlight(code, language="python", theme=_Colours).split("\n", allow_blank=True)
    if len(lines) > _MOST_LINES:
        found.append(Content.styled(f"and {len(lines) - _MOST_LINES:,} more lines", _DIM))
    return list(found)
