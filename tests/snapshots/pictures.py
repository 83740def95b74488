"""What is on a terminal as a small SVG: a line a row, so that two pictures can be compared.

Cells keep their places whatever the font, colours that are left to the terminal are shown as a
dark terminal shows them, and nothing in it depends on when or where it was taken.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any, Final

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.strip import Strip

_CELL: Final = 8
_ROW: Final = 18
_BASELINE: Final = 13
_UNDER: Final = 15
_NOTHING: Final = Style()
_SPACE: Final = "\u00a0"  # SVG keeps these
_LINE: Final = re.compile("<g>(.*)</g>")
_RUN: Final = re.compile(r'<text x="(\d+)" [^>]*>([^<]*)</text>')


def picture(app: App[Any]) -> str:
    """Return what an app shows now, the screens beneath a dialog included."""
    update = app.screen._compositor.render_update(
        full=True, screen_stack=app._background_screens, simplify=True
    )
    assert isinstance(update, LayoutUpdate)
    return drawn([Strip.join(row) for row in update.strips], app.size.width)


def drawn(strips: Iterable[Strip], width: int) -> str:
    """Return strips as an SVG."""
    rows = [strip.discard_meta().simplify() for strip in strips]
    size = f"{width * _CELL}", f"{len(rows) * _ROW}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
            'font-family="DejaVu Sans Mono, monospace" font-size="13.29">',
            f'<rect width="100%" height="100%" fill="{_GROUND}"/>',
            *(f"<g>{''.join(_row(row, number))}</g>" for number, row in enumerate(rows)),
            "</svg>\n",
        ]
    )


def lines(svg: str) -> list[str]:
    """Return the text of a picture, line by line."""
    return [_text(row) for row in _LINE.findall(svg)]


def _text(row: str) -> str:
    line = ""
    for left, text in _RUN.findall(row):
        line += " " * (int(left) // _CELL - cell_len(line)) + unescape(text)
    return line.replace(_SPACE, " ").rstrip()


def _row(segments: Iterable[Segment], number: int) -> Iterator[str]:
    at, top = 0, number * _ROW
    for text, style, _ in segments:
        width = cell_len(text)
        yield from _run(text, style or _NOTHING, (at * _CELL, top), width * _CELL)
        at += width


def _run(text: str, style: Style, at: tuple[int, int], width: int) -> Iterator[str]:
    fill, ground = _hex(style.color, foreground=True), _hex(style.bgcolor, foreground=False)
    if style.reverse:
        fill, ground = ground, fill
    left, top = at
    if ground != _GROUND:
        yield f'<rect x="{left}" y="{top}" width="{width}" height="{_ROW}" fill="{ground}"/>'
    if style.underline:
        yield f'<rect x="{left}" y="{top + _UNDER}" width="{width}" height="1" fill="{fill}"/>'
    left += _CELL * (len(text) - len(text.lstrip(" ")))
    text = text.strip(" ")
    if not text:
        return
    looks = "".join(
        f' {name}="{value}"'
        for name, value, there in (
            ("font-weight", "bold", style.bold),
            ("font-style", "italic", style.italic),
            ("text-decoration", "line-through", style.strike),
            ("opacity", "0.6", style.dim),
        )
        if there
    )
    kept = escape(text).replace(" ", _SPACE)
    place = f'x="{left}" y="{top + _BASELINE}" textLength="{cell_len(text) * _CELL}"'
    yield f'<text {place} fill="{fill}"{looks}>{kept}</text>'


def _hex(color: Color | None, *, foreground: bool) -> str:
    triplet = (color or Color.default()).get_truecolor(SVG_EXPORT_THEME, foreground=foreground)
    return triplet.hex


_GROUND: Final = _hex(None, foreground=False)
