"""What can be completed, on one line: the candidates, and what the chosen one means."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from drtui.domain.completion import Candidate
from drtui.domain.text import clean
from drtui.widgets.cells import ELLIPSIS, fit

_FOCUS, _DIM = "$primary", "$foreground-muted"
_GAP: Final = "  "
_BEFORE_HELP: Final = "   "


def candidate_line(
    candidates: Sequence[Candidate], chosen: int | None, width: int, at: int = 0
) -> Content:
    """Return a line of candidates.

    Args:
        candidates: At least one.
        chosen: The one that stands in the field now, in bold; its help follows them all, else
            that of the first.
        width: Of the line, in cells.
        at: From where on it is drawn where there is room; it moves to the left where there is not.
    """
    about = fit(candidates[chosen or 0].help, width // 2)
    room = width - (cell_len(about) + len(_BEFORE_HELP) if about else 0)
    texts = [clean(one.text) for one in candidates]
    first = _first_shown(texts, chosen or 0, room)
    parts = [Content.styled(ELLIPSIS, _DIM)] if first else []
    left = room - len(parts) * len(ELLIPSIS + _GAP)
    for number, text in enumerate(texts[first:], first):
        needed = cell_len(text) + (len(_GAP) if number > first else 0)
        more = 0 if number == len(texts) - 1 else len(_GAP + ELLIPSIS)
        if number > first and needed + more > left:
            parts.append(Content.styled(ELLIPSIS, _DIM))
            break
        style = f"bold {_FOCUS}" if number == chosen else ""
        parts.append(Content.styled(fit(text, left), style))
        left -= needed
    line = Content(_GAP).join(parts)
    if about:
        line = Content.assemble(line, _BEFORE_HELP, (about, _DIM))
    return line.pad_left(max(0, min(at, width - line.cell_length)))


def _first_shown(texts: Sequence[str], chosen: int, room: int) -> int:
    """Return from which candidate on to show, so that the chosen one has room."""
    cut = len(_GAP + ELLIPSIS)
    room -= 0 if chosen == len(texts) - 1 else cut
    if _length(texts[: chosen + 1]) <= room:
        return 0
    first = 1
    while first < chosen and _length(texts[first : chosen + 1]) + cut > room:
        first += 1
    return min(first, chosen)


def _length(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts)) + len(_GAP) * max(0, len(texts) - 1)
