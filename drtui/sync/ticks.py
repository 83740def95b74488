"""What is done a few times a second and no more."""

import time


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
