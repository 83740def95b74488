"""What delivering now would do, shown before anything is sent."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.widgets.long_text import LongText

_LOOK_SECONDS: Final = 0.3


class DeliverDialog(ReadingDialog[bool]):
    """Waits until the account was read, and asks whether to deliver.

    Args:
        look: Returns what delivering would do, None while the account is still being read; called
            in a thread.
    """

    def __init__(self, look: Callable[[], list[str] | None]) -> None:
        super().__init__()
        self._look = look
        self._text = LongText("Reading the account; nothing is sent …", classes="copied")
        self._was_read = False

    def heading(self) -> str:
        """What it is about."""
        return "Deliver now"

    def content(self) -> Iterable[Widget]:
        """What would become of the queue."""
        yield self._text

    def choices(self) -> Iterable[Choice]:
        """To stay offline, or to deliver."""
        return [Choice("Stay offline", id=CANCEL), Choice("Deliver", id=CONFIRM)]

    def on_mount(self) -> None:
        """Enter stays offline until it is known what would happen."""
        self.query_one(f"#{CANCEL}").focus()
        self._timer = self.set_interval(_LOOK_SECONDS, self._begin_look)

    def _begin_look(self) -> None:
        self.run_worker(self._ask(), group="looking", exclusive=True)

    async def _ask(self) -> None:
        try:
            lines = await asyncio.to_thread(self._look)
        except ProblemError as problem:
            self._timer.stop()
            self._text.query_one(Static).update(clean(str(problem), 500))
            return
        if lines is not None:
            self._timer.stop()
            self._text.query_one(Static).update("\n".join(clean(line, 500) for line in lines))
            self._was_read = True

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CANCEL:
            self.dismiss(False)
        elif self._was_read:
            self.dismiss(True)
