"""One key, or paste, at a time: none reaches a widget before what the one before it did is there.

Textual hands keys over as they come in. Several in one packet, as a fast typist's or a slow
line's are, would all go to whatever has the focus when the first one arrives, though that one
opens the dialog or moves the focus to the field that the others are meant for.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

# A widget that ended with a key in its queue never tells: the next key waits for it so long.
_LOST_SECONDS: Final = 0.25
# One that is still there is slow, as when everything is laid out anew, and not lost.
_SLOW_SECONDS: Final = 3.0
# What asks for a dialog and does not come back in this time lets the keys go.
_HELD_SECONDS: Final = 10.0
_MOST: Final = 200  # keys kept while nothing is taken


Typed = events.Key | events.Paste


class KeyGate:
    """Keeps keys back until the one before has been dealt with.

    Args:
        app: Whose keys they are.
        forward: Hands a key over, as Textual does.

    Attributes:
        before: The name of the key before the one that was handed over last.
    """

    class Passed(Message):
        """Travels behind a key, along the same way, and arrives when that was dealt with."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, app: App[Any], forward: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._forward = forward
        self._waiting: deque[Typed] = deque()
        self.before = ""
        self._key = ""
        self._number = 0
        self._under_way = False
        self._since = 0.0
        self._screen: Screen[Any] | None = None
        self._target: Widget | None = None
        self._timer: Timer | None = None
        self._held_until = 0.0

    async def take(self, typed: Typed) -> None:
        """Take a key or a paste that came in, and hand over whatever may go now."""
        if len(self._waiting) < _MOST:
            self._waiting.append(typed)
        await self._go_on()
        self._look_again()

    def _look_again(self) -> None:
        """See later whether what is waited for is lost."""
        if self._waiting and self._timer is None:
            self._timer = self._app.set_timer(_LOST_SECONDS, self._look)

    async def _look(self) -> None:
        self._timer = None
        await self._go_on()
        self._look_again()

    @property
    def _is_waited_for(self) -> bool:
        """Whether a key is under way that can still be dealt with."""
        there = self._target is not None and self._target.is_running
        patience = _SLOW_SECONDS if there else _LOST_SECONDS
        return self._under_way and time.monotonic() - self._since < patience

    async def passed(self, number: int | None = None) -> None:
        """A key was dealt with; `number` is its messenger's, None where it came back itself."""
        if not self._under_way or number not in (None, self._number):
            return
        self._under_way = False
        if not self._waiting:
            return
        screen = self._app.screen
        if screen is self._screen:
            await self._go_on()
        else:
            self._under_way, self._since = True, time.monotonic()
            screen.call_after_refresh(self.passed)
            self._screen = screen

    def hold(self) -> None:
        """Hand nothing over from now on: a dialog will open."""
        self._held_until = time.monotonic() + _HELD_SECONDS

    def release(self, screen: Screen[Any] | None = None, *, drop: bool = False) -> None:
        """Hand keys over again.

        Args:
            screen: The dialog that opened; keys wait until it is drawn.
            drop: Whether the keys that came in before that are forgotten: nobody confirms what
                was not on the screen yet.
        """
        if screen is None:
            self._held_until = 0.0
            self._app.call_later(self._go_on)
        else:
            screen.call_after_refresh(self._drawn, drop)

    async def _drawn(self, drop: bool) -> None:
        self._held_until = 0.0
        if drop:
            self._waiting.clear()
        await self._go_on()

    async def _go_on(self) -> None:
        while self._waiting and time.monotonic() >= self._held_until:
            if self._is_waited_for:
                return
            self._under_way, self._since = True, time.monotonic()
            self._number += 1
            self._screen = self._app.screen
            self._target = target = self._app.focused or self._screen
            typed = self._waiting.popleft()
            self.before, self._key = self._key, typed.key if isinstance(typed, events.Key) else ""
            await self._forward(typed)
            target.post_message(self.Passed(self._number))
