"""The line above the keys: what was just done or refused, else what is on its way."""

from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from drtui.widgets.cells import bar, fit

_PENDING, _HAND, _DIM = "$warning", "$error", "$foreground-muted"
_SECONDS: Final = 3.0
_SECONDS_WRONG: Final = 8.0
_BAR: Final = 20
_BAR_FROM: Final = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is.

    Attributes:
        what: The operation, in a line.
        moving: Whether some of it is still on its way.
        done: Targets that are settled well.
        total: All targets.
        failed: Targets that failed.
        conflicts: Targets that wait for the admin.
        more: How many other operations are on their way.
    """

    what: str
    moving: bool
    done: int
    total: int
    failed: int
    conflicts: int
    more: int


class MessageLine(Widget):
    """One line that is always there and never takes a key."""

    message: reactive[tuple[str, bool]] = reactive(("", False))
    """What to say, and whether it is a refusal or an error."""

    progress: reactive[Progress | None] = reactive(None)
    """What is on its way; shown while there is no message."""

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say something for a few seconds."""
        if self._timer is not None:
            self._timer.stop()
        self.message = (text, wrong)
        self._timer = self.set_timer(_SECONDS_WRONG if wrong else _SECONDS, self.hush)

    def hush(self) -> None:
        """Say nothing more."""
        self.message = ("", False)

    def render(self) -> Content:
        """Draw the message, else the progress."""
        width = self.size.width
        text, wrong = self.message
        if text:
            return Content.styled(fit(text, width), _HAND if wrong else "")
        return Content("") if self.progress is None else self._progress(self.progress, width)

    def _progress(self, progress: Progress, width: int) -> Content:
        done: str | Content = f"{progress.done:,} of {progress.total:,} done"
        if progress.moving:
            drawn = bar(progress.done / progress.total, _BAR) if width >= _BAR_FROM else ""
            done = Content.styled(f"{drawn}  delivering: {done}".strip(), _PENDING)
        failed = Content.styled(f"{progress.failed:,} failed", _HAND if progress.failed else _DIM)
        parts = [Content.assemble((progress.what, "bold"), "  ", done), failed]
        if progress.conflicts:
            parts.append(Content.styled(f"{progress.conflicts:,} in conflict", _HAND))
        separator = Content.styled(" · ", _DIM)
        line = separator.join(parts)
        if progress.more:
            more = "operation" if progress.more == 1 else "operations"
            longer = line + separator + Content.styled(f"{progress.more:,} more {more}", _DIM)
            line = longer if longer.cell_length <= width else line
        return line.truncate(width, ellipsis=True)
