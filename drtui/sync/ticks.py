"""What is done a few times a second and no more."""

import time
from typing import Final

_NEWS_SECONDS: Final = 0.1


class Every:
    """Says when so many seconds have passed; the first time at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = float("-inf")

    def is_due(self) -> bool:
        """Whether they have passed since this was last true."""
        now = time.monotonic()
        if now - self._at < self._seconds:
            return False
        self._at = now
        return True


class News:
    """Something to look at that may come more often than it is worth looking at.

    Args:
        seconds: Between two looks.

    Attributes:
        wait: Whether there are any that were not looked at.
    """

    def __init__(self, seconds: float = _NEWS_SECONDS) -> None:
        self.wait = False
        self._every = Every(seconds)

    def came(self) -> None:
        """There are some: the first at once, those that follow when their seconds have passed."""
        self.wait = True

    def are_due(self) -> bool:
        """Whether to look at them now; then they are looked at."""
        if not self.wait or not self._every.is_due():
            return False
        self.wait = False
        return True
