"""What a day without network needs: what is there, its age, what is missing; and reading it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content
from textual.widget import Widget

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.widgets.cells import fit, text_width
from drtui.widgets.facts import Facts, Lines, wrapped
from drtui.widgets.sync_status import age_text, local

if TYPE_CHECKING:
    from drtui.commands.preparing import Part
    from drtui.screens.preparing import PrepareDesk

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_TURN_SECONDS: Final = 0.3
_NAME, _WHAT, _AGE = 14, 24, 7  # cells
_MOST_WHAT: Final = 34  # cells, where one needs them
_CLOCK: Final = 22  # cells, for the moment beside its age where there is room
_WHY: Final = 20  # cells, for why it is missing
_TOLD: Final = (
    "Read into drtui's copy, by whichever drtui of this store is at work. The models can take "
    "minutes, and are still read for a while when this is closed."
)
_NO_DOOR: Final = "No AWS profile is named: no user pool, billing or checklist."


class PrepareDialog(Dialog[str]):
    """Shows the parts; a button reads them all, and their ages follow.

    Args:
        desk: What is asked.
        held: Says why nothing may be read now; empty where it may.
        wake: Tells the engine that something is to be read.
    """

    TITLE_TEXT = "Prepare for a day without network"

    def __init__(
        self, desk: "PrepareDesk", held: Callable[[], str], wake: Callable[[], None]
    ) -> None:
        super().__init__()
        self._desk = desk
        self._held = held
        self._wake = wake
        self._parts: Sequence[Part] | None = None
        self._now = 0.0
        self._reading = False
        self._ended = False
        self._progress = ""
        self._problems: list[str] = []
        self._facts = Facts(self._draw, classes="spaced")

    def content(self) -> Iterable[Widget]:
        """What it is, the parts, and what follows from them."""
        yield paragraph(_TOLD, "dim")
        yield self._facts

    def choices(self) -> Iterable[Choice]:
        """To leave, or to read everything."""
        return [Choice("Close", id=CANCEL), Choice("Read everything", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with what there is; Enter reads the rest."""
        self.query_one(f"#{CONFIRM}").focus()
        self.set_interval(_TURN_SECONDS, self._look)
        self._look()

    def action_leave(self) -> None:
        """Leave; what is being read goes on."""
        going_on = self._reading
        self.dismiss("What was asked for is still being read." if going_on else "")

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CANCEL:
            self.action_leave()
        elif not self._reading and not self._held():
            self._reading, self._ended, self._problems = True, False, []
            self.query_one(f"#{CANCEL}").focus()
            self.query_one(f"#{CONFIRM}").disabled = True
            self.run_worker(self._read(), group="preparing")

    # Reading

    async def _read(self) -> None:
        try:
            await asyncio.to_thread(self._desk.begin)
            self._wake()
            aws = asyncio.ensure_future(in_daemon_thread(self._desk.read_from_aws))
            try:
                while not await asyncio.to_thread(self._desk.turn):
                    await asyncio.sleep(_TURN_SECONDS)
                self._problems = await aws
            finally:
                aws.cancel()
        except Exception as error:
            self._problems = [why_not(error)]
        self._ended, self._reading = True, False
        self.query_one(f"#{CONFIRM}").disabled = False
        await self._take()

    def _look(self) -> None:
        """Read what there is once more, unless that is still under way."""
        self.run_worker(self._take(), group="looking", exclusive=True)

    async def _take(self) -> None:
        try:
            self._parts, self._progress, self._now = await asyncio.to_thread(self._read_store)
        except ProblemError as problem:
            self._problems = [str(problem)]
        self._facts.renew()

    def _read_store(self) -> "tuple[Sequence[Part], str, float]":
        return self._desk.parts(), self._desk.progress(), self._desk.now()

    # What it shows

    def _draw(self, width: int) -> Lines:
        parts = self._parts
        if parts is None:
            return [Content("Reading the store …")]
        most = max(text_width(clean(part.what)) for part in parts)
        what = max(_WHAT, min(most + 1, _MOST_WHAT))
        lines = [line for part in parts for line in self._of_part(part, what, width)]
        if not self._desk.second_door:
            lines += wrapped(Content.styled(_NO_DOOR, _DIM), width)
        return [*lines, Content(""), *self._verdict(parts, width), *self._untold(width)]

    def _of_part(self, part: "Part", room: int, width: int) -> Lines:
        sign, colour = self._sign(part)
        name = fit(part.name, _NAME).ljust(_NAME)
        what = fit(clean(part.what), room).ljust(room)
        clock, age = self._age(part)
        least = 2 + _NAME + room + _AGE
        told = f"{clock:>{_CLOCK}}" if width >= least + _CLOCK + _WHY else ""
        line = Content.assemble(
            (f"{sign} ", colour), name, (what, _DIM), (told, _DIM), f"{age:>{_AGE}}"
        )
        if not part.missing:
            return [line.truncate(width)]
        why = Content.styled(clean(part.missing, 300), colour)
        if line.cell_length + 2 + why.cell_length <= width:
            return [line + "  " + why]
        return [line.truncate(width), *(Content("    ") + one for one in wrapped(why, width - 4))]

    def _sign(self, part: "Part") -> tuple[str, str]:
        if not part.missing:
            return "✓", _FOCUS
        return ("…", _PENDING) if self._reading and not part.failed else ("!", _HAND)

    def _age(self, part: "Part") -> tuple[str, str]:
        if part.as_of is None:
            return "", "-" if part.missing else ""
        age = datetime.fromtimestamp(self._now, UTC) - part.as_of
        return f"{local(part.as_of):%Y-%m-%d %H:%M %Z}", age_text(max(age, timedelta()))

    def _verdict(self, parts: "Sequence[Part]", width: int) -> Lines:
        from drtui.commands.preparing import verdict

        missing = sum(bool(part.missing) for part in parts)
        if self._reading:
            left = f"{counted(missing, 'part')} to be read yet." if missing else "AWS is asked."
            told = Content.styled(f"Reading … {left} {self._progress}".rstrip(), _PENDING)
        elif held := self._held():
            told = Content.styled(f"Nothing is read now: {held}.", _HAND)
        elif missing or self._ended:
            told = Content.styled(verdict(parts), _HAND if missing else f"bold {_FOCUS}")
        else:
            told = Content("Each part is there; “Read everything” reads it anew.")
        return wrapped(told, width)

    def _untold(self, width: int) -> Lines:
        return [
            line
            for problem in self._problems
            for line in wrapped(Content.styled(clean(problem, 500), _HAND), width)
        ]
