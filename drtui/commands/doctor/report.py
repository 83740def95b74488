"""How the report of `doctor` is written for people: a line a check, its advice below it."""

import textwrap
from collections.abc import Sequence
from typing import Final

from drtui.domain.doctoring import Area, Check, Verdict

_GAP: Final = "  "
_LEAST_TEXT: Final = 30
_ARROW: Final = "-> "


def report(checks: Sequence[Check], width: int | None) -> list[str]:
    """Return the lines, by area.

    Args:
        checks: In the order of their areas.
        width: Of the terminal, in cells; None where nothing is to be wrapped.
    """
    lines: list[str] = []
    verdicts = max(len(verdict) for verdict in Verdict)
    names = max((len(one.name) for one in checks), default=0)
    margin = len(_GAP) * 3 + verdicts + names
    for area in Area:
        of_area = [one for one in checks if one.area is area]
        if of_area:
            lines += ["", area.value.capitalize()] if lines else [area.value.capitalize()]
        for one in of_area:
            head = f"{_GAP}{one.verdict:<{verdicts}}{_GAP}{one.name:<{names}}{_GAP}"
            lines += _wrapped(head, one.why, margin, width)
            if one.advice:
                lines += _wrapped(" " * margin + _ARROW, one.advice, margin + len(_ARROW), width)
    return lines


def _wrapped(head: str, text: str, margin: int, width: int | None) -> list[str]:
    if width is None or width - margin < _LEAST_TEXT:
        return [f"{head}{text}"]
    parts = textwrap.wrap(text, width - margin, break_long_words=False, break_on_hyphens=False) or [
        ""
    ]
    return [f"{head}{parts[0]}", *(" " * margin + part for part in parts[1:])]
