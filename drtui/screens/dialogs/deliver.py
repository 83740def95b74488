"""What delivering now would do, shown before anything is sent."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from drtui.commands.offline import Forecast
from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, paragraph
from drtui.screens.dialogs.reading import ReadingDialog
from drtui.widgets.long_text import LongText

_LOOK_SECONDS: Final = 0.3
_AGAIN: Final = "again"
_ANYHOW: Final = "anyhow"
_ONLINE: Final = "online"


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of delivering.

    Attributes:
        lines: In sentences.
        was_read: Whether the account was read, so that they hold.
        hindered: Whether it cannot be read, as far as is known.
        is_empty: Whether there is nothing to deliver, so that one only goes online.
        forecast: What was shown last of it; None before the first.
    """

    lines: Sequence[str]
    was_read: bool = False
    hindered: bool = False
    is_empty: bool = False
    forecast: Forecast | None = None


class DeliverDialog(ReadingDialog[Told]):
    """Waits until the account was read, and asks whether to deliver; returns what it showed then.

    Where it cannot be read that is said, and may be tried again. To deliver all the same is safe:
    whatever is sent is compared with the account before.

    Args:
        look: Says what delivering would do; called in a thread, again and again until the account
            was read.
        again: Begins to read the account anew; called in a thread.
        note: What there is to know before; empty is nothing.
    """

    def __init__(self, look: Callable[[], Told], again: Callable[[], None], note: str = "") -> None:
        super().__init__()
        self._look = look
        self._again = again
        self._note = note
        self._text = LongText("Reading the account; nothing is sent …", classes="copied")
        self._told: Told | None = None
        self._shown: Forecast | None = None
        self._asking = False

    def heading(self) -> str:
        """What it is about."""
        return "Deliver now"

    def content(self) -> Iterable[Widget]:
        """What would become of the queue."""
        if self._note:
            yield paragraph(clean(self._note))
        yield self._text

    def choices(self) -> Iterable[Choice]:
        """To stay offline, or to deliver; those that cannot be chosen yet are not there."""
        yield Choice("Stay offline", id=CANCEL)
        for label, name in (
            ("Try again", _AGAIN),
            ("Deliver all the same", _ANYHOW),
            ("Deliver", CONFIRM),
            ("Go online", _ONLINE),
        ):
            choice = Choice(label, id=name)
            choice.display = False
            yield choice

    def on_mount(self) -> None:
        """Enter stays offline until it is known what would happen, and while anything would."""
        self.query_one(f"#{CANCEL}").focus()
        self._timer = self.set_interval(_LOOK_SECONDS, self._begin_look)
        self._begin_look()

    def _begin_look(self) -> None:
        if not self._asking:  # comparing a long queue takes longer than a turn
            self._asking = True
            self.run_worker(self._ask(), group="looking")

    async def _ask(self) -> None:
        try:
            self._tell(await asyncio.to_thread(self._look))
        except ProblemError as problem:
            self._hindered(problem)
        finally:
            self._asking = False

    def _tell(self, told: Told) -> None:
        if told == self._told:
            return
        self._told = told
        self._shown = told.forecast or self._shown
        self._text.query_one(Static).update("\n".join(clean(line, 500) for line in told.lines))
        known = told.was_read or told.hindered
        there = {
            CONFIRM: told.was_read and not told.is_empty,
            _AGAIN: told.hindered,
            _ANYHOW: told.hindered and not told.is_empty,
            _ONLINE: known and told.is_empty,
        }
        is_new = there[_ONLINE] and not self.query_one(f"#{_ONLINE}").display
        is_lost = self.focused is not None and not there.get(self.focused.id or "", True)
        for name, is_there in there.items():
            self.query_one(f"#{name}").display = is_there
        if is_new or is_lost:
            self.query_one(f"#{_ONLINE if there[_ONLINE] else CANCEL}").focus()
        if told.was_read:
            self._timer.stop()

    async def _try_again(self) -> None:
        try:
            await asyncio.to_thread(self._again)
        except ProblemError as problem:
            self._hindered(problem)

    def _hindered(self, problem: ProblemError) -> None:
        self._tell(Told([str(problem)], hindered=True, forecast=self._shown))

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == _AGAIN:
            self.run_worker(self._try_again(), group="again", exclusive=True)
        else:
            self.dismiss(None if event.choice.id == CANCEL else self._told)
