"""A screen whose records are asked for anew as long as somebody looks at it."""

from abc import abstractmethod
from typing import Final

from textual.timer import Timer

from drtui.screens.base import ConsoleScreen
from drtui.screens.context import ConsoleContext

RENEW_SECONDS: Final = 30.0
"""An interest lasts a minute and a half; renewed this often it never ends while somebody looks."""


class FreshScreen(ConsoleScreen):
    """A screen that is kept fresh by an interest, which it declares while it is in sight."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._renewal: Timer | None = None

    @abstractmethod
    def _watch(self) -> None:
        """Declare the interest, where it is known in what."""

    def on_screen_resume(self) -> None:
        """Ask for what is shown; Textual calls the base's handler too."""
        self._watch()
        if self._renewal is None:
            self._renewal = self.set_interval(RENEW_SECONDS, self._watch)

    def on_screen_suspend(self) -> None:
        """Ask for nothing any more: the interest ends by itself."""
        if self._renewal is not None:
            self._renewal.stop()
            self._renewal = None
