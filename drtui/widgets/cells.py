"""Text in terminal cells: runs with a tone, cut and padded to a width.

Text that comes from outside has to have been through `domain.text.clean` before.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

ELLIPSIS = "…"
_FULL, _EMPTY = "▇", "▁"


class Tone(StrEnum):
    """What a piece of text says beside its words; each is a component class of the table."""

    PLAIN = "plain"
    DIM = "dim"
    FOCUS = "focus"
    PENDING = "pending"
    HAND = "hand"


class Run(NamedTuple):
    """A piece of text with one tone."""

    text: str
    tone: Tone = Tone.PLAIN


Cell = Sequence[Run]


def text_width(text: str) -> int:
    """Return how many terminal cells a text takes; it has no control characters."""
    return len(text) if text.isascii() else cell_len(text)


def width_of(cell: Cell) -> int:
    """Return how many terminal cells a cell's text takes."""
    return sum(text_width(run.text) for run in cell)


def fit(text: str, width: int) -> str:
    """Return the text within a width; what was cut off leaves an ellipsis."""
    if text_width(text) <= width:
        return text
    return "" if width < 1 else set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def fit_words(text: str, width: int) -> str:
    """Return the text within a width, cut between two words where that leaves half of it."""
    cut = fit(text, width)
    if cut == text:
        return text
    words = cut.removesuffix(ELLIPSIS).rstrip()
    if text[len(words)] != " ":
        words = words.rpartition(" ")[0].rstrip(" ,;:")
    return f"{words}{ELLIPSIS}" if 2 * text_width(words) >= width else cut


def fitting(texts: Iterable[str], width: int) -> str:
    """Return the first of some texts that a width has room for, else the last."""
    found = ""
    for found in texts:
        if text_width(found) <= width:
            break
    return found


def number_texts(number: float, decimals: int) -> list[str]:
    """Return a number in ever shorter ways: a number is never cut, since that makes another one.

    Args:
        number: At least 0.
        decimals: How many it has where there is room.
    """
    exact, whole = f"{number:,.{decimals}f}", f"{number:,.0f}"
    shorter = [f"{number / 1e3:.0f}k", f"{number / 1e6:.0f}M"]
    return [exact, exact.replace(",", ""), whole, whole.replace(",", ""), *shorter]


def placed(cell: Cell, width: int, *, right: bool = False) -> list[Run]:
    """Return a cell's runs cut or padded to exactly a width; padding has its neighbour's tone."""
    runs: list[Run] = []
    left = width
    for text, tone in cell:
        taken = text_width(text)
        if taken > left:
            cut = fit(text, left)
            runs.append(Run(cut, tone))
            left -= text_width(cut)
            break
        runs.append(Run(text, tone))
        left -= taken
    if left <= 0:
        return runs
    padding = " " * left
    if not runs:
        return [Run(padding)]
    place = 0 if right else -1
    text, tone = runs[place]
    runs[place] = Run(padding + text if right else text + padding, tone)
    return runs


def merged(runs: Iterable[Run]) -> list[Run]:
    """Return runs whose neighbours of one tone are joined: fewer bytes to the terminal."""
    joined: list[Run] = []
    text, tone = "", Tone.PLAIN
    for run in runs:
        if run.tone is not tone and text:
            joined.append(Run(text, tone))
            text = ""
        text, tone = text + run.text, run.tone
    joined.append(Run(text, tone))
    return joined


def bar(share: float, width: int) -> str:
    """Return a bar of a width, full at a share of 1; anything above 0 shows at least one cell."""
    filled = min(width, round(share * width))
    if share > 0:
        filled = max(filled, 1)
    if share < 1:
        filled = min(filled, width - 1)
    return _FULL * filled + _EMPTY * (width - filled)
