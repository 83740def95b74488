"""Frames that are drawn when somebody looks, as nobody sees the others.

A console that a test drives has no terminal: what it draws is thrown away, and a key or a start
draws many frames. A test that reads the screen has it drawn at that moment. Beside those, a screen
is drawn when it rests for the first time, and as it is when its console ends. So whatever fails to
be drawn still ends the console.
"""

from functools import partial, wraps
from typing import Any, Final
from weakref import WeakSet

from textual.app import App
from textual.screen import Screen

_draw: Final = Screen._compositor_refresh
_shutdown: Final = App._shutdown
_undrawn: dict[Screen[Any], None] = {}
_drawn: WeakSet[Screen[Any]] = WeakSet()


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
    """Let the screens draw that wait for it and never did; say whether there was one."""
    waiting = [one for one in _undrawn if one.is_running and one not in _drawn]
    for screen in waiting:
        del _undrawn[screen]
        _drawn.add(screen)
        screen.call_next(partial(_draw, screen))
    return bool(waiting)


@wraps(_shutdown)
async def end_drawn(app: App[Any]) -> None:
    """Draw what is in front, and end; stands in an `App`."""
    if app._running and app._exception is None and app.screen in _undrawn:
        try:
            _draw(app.screen)
        except Exception as problem:  # whatever it is, as where a frame is drawn
            app._handle_exception(problem)
    _undrawn.clear()
    await _shutdown(app)
