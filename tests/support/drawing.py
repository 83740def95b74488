"""Frames that are drawn when a console comes to rest, as nobody sees those before.

A console that a test drives has no terminal: what it draws is thrown away, and a key or a start
draws many frames. Here what is to be drawn is gathered, and drawn by the screen itself once
nothing else is to be done. So whatever fails to be drawn still ends the console.
"""

from functools import partial, wraps
from typing import Any, Final

from textual.screen import Screen

_draw: Final = Screen._compositor_refresh
_undrawn: dict[Screen[Any], None] = {}


@wraps(_draw)
def draw_later(screen: Screen[Any]) -> None:
    """Note that a screen is to be drawn; stands in a `Screen`."""
    if not screen.app.is_headless or screen is not screen.app.screen:
        _draw(screen)
        return
    _undrawn[screen] = None
    screen._dirty_widgets.clear()
    screen.app._display(screen, None)
    screen.app._update_mouse_over(screen)


def drawing_begun() -> bool:
    """Let the screens that wait for it draw; say whether there was one."""
    waiting = [screen for screen in _undrawn if screen.is_running]
    _undrawn.clear()
    for screen in waiting:
        screen.call_next(partial(_draw, screen))
    return bool(waiting)
