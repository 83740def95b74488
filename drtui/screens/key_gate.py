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

_LOOK_SECONDS: Final = 0.05
# A widget that ended with a key in its queue never tells: the next key waits for it so long.
_LOST_SECONDS: Final = 0.25
# One that is still there is slow, as when everything is laid out anew, and not lost.
_SLOW_SECONDS: Final = 3.0
# What asks for a dialog and does not come back in this time lets the keys go.
_HELD_SECONDS: Final = 10.0
ANSWERED_SECONDS: Final = 20.0
"""The same after an answer: longer than what follows waits for a store that is busy, since the next
key would have nobody told what became of it."""
_SOON_SECONDS: Final = 0.3
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
        self._typed: Typed | None = None  # what was handed over last, and the screen it was for
        self._meant_for: Screen[Any] | None = None
        self._screen: Screen[Any] | None = None  # which was drawn last
        self._target: Widget | None = None
        self._timer: Timer | None = None
        self._held_until = 0.0

    @property
    def busy(self) -> bool:
        """Whether keys come in, one soon after the other; may be asked from any thread."""
        return time.monotonic() - self._since < _SOON_SECONDS

    async def take(self, typed: Typed) -> None:
        """Take a key or a paste that came in, and hand over whatever may go now."""
        if len(self._waiting) < _MOST:
            self._waiting.append(typed)
        await self._go_on()
        self._look_again()

    def _look_again(self) -> None:
        """See later whether what is waited for is lost."""
        if self._waiting and self._timer is None:
            self._timer = self._app.set_timer(_LOOK_SECONDS, self._look)

    async def _look(self) -> None:
        self._timer = None
        if self._under_way and self._app.screen is not self._screen:
            await self.passed(self._number)  # its messenger may have gone with the screen
        await self._go_on()
        self._look_again()

    @property
    def _is_waited_for(self) -> bool:
        """Whether a key is under way that can still be dealt with."""
        there = self._target is not None and self._target.is_running
        patience = _SLOW_SECONDS if there else _LOST_SECONDS
        return self._under_way and time.monotonic() - self._since < patience

    def is_outlived(self, typed: Typed) -> bool:
        """Whether what comes back from the widgets was for a screen that is gone.

        The bindings of another one are not looked at for it.
        """
        return typed is not self._typed or self._app.screen is not self._meant_for

    async def returned(self) -> None:
        """A key came back, and what it is bound to was called: what that sent goes first."""
        if self._app.screen is not self._meant_for or self._target is None:
            await self.passed(self._number)
        elif self._under_way:
            self._send_behind(self._target)

    def _send_behind(self, target: Widget) -> None:
        self._number += 1
        target.post_message(self.Passed(self._number))

    async def passed(self, number: int) -> None:
        """What the messenger of this number was sent behind was dealt with."""
        if not self._under_way or number != self._number:
            return
        screen = self._app.screen
        if screen is self._screen or not self._waiting:
            self._under_way = False
            await self._go_on()
        else:  # the next key waits until the other screen is drawn
            self._screen, self._since = screen, time.monotonic()
            screen.call_after_refresh(self.passed, number)

    def hold(self, seconds: float = _HELD_SECONDS) -> None:
        """Hand nothing over from now on: a dialog will open, or rows that keys are meant for."""
        self._held_until = time.monotonic() + seconds

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
            self._meant_for = self._screen = self._app.screen
            self._target = target = self._app.focused or self._screen
            self._typed = typed = self._waiting.popleft()
            self.before, self._key = self._key, typed.key if isinstance(typed, events.Key) else ""
            await self._forward(typed)
            self._send_behind(target)
