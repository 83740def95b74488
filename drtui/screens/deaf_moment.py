"""What is typed on where no dialog opened: it was meant for the dialog, and must not act.

Whoever types a reason without a look finds that letters are keys. Where keys act at once, as in a
live race, those are left alone until whoever types them pauses.
"""

import time
from collections.abc import Callable
from typing import Final

from textual import events

PAUSE_SECONDS: Final = 0.7
"""Without a letter: whoever types now has looked."""

LOOK_SECONDS: Final = 1.5
"""Until the first letter: who takes longer to begin a reason has seen that no dialog is there."""


class DeafMoment:
    """Whether letters are left alone: from a dialog that did not open until a pause.

    Escape, Enter and the like end it at once. The same letter again does not make it longer, so
    that a key that is pressed until something comes of it is heard in the end.

    Attributes:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._until = 0.0
        self._last: str | None = None

    def begin(self) -> None:
        """A dialog did not open."""
        self._until = self.clock() + LOOK_SECONDS
        self._last = None

    def ignores(self, key: events.Key) -> bool:
        """Whether a key is left alone."""
        now = self.clock()
        if now >= self._until:
            return False
        if not key.is_printable:
            self._until = 0.0
            return False
        if key.character != self._last:
            self._until = now + PAUSE_SECONDS
        self._last = key.character
        return True
