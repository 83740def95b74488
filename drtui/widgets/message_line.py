"""The line above the keys: what was just done or refused, else what is on its way."""

from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from drtui.widgets.cells import bar, fit

_PENDING, _HAND, _DIM = "$warning", "$error", "$text-muted"
_SECONDS: Final = 8.0
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
        self._timer = self.set_timer(_SECONDS, self.hush)

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
        parts = [Content.styled(progress.what, "bold")]
        if progress.moving:
            if width >= _BAR_FROM and progress.total:
                drawn = bar(progress.done / progress.total, _BAR)
                parts[0] += Content.styled(f"  {drawn}", _PENDING)
            parts.append(
                Content.styled(
                    f"delivering: {progress.done:,} of {progress.total:,} done", _PENDING
                )
            )
        else:
            parts.append(Content(f"{progress.done:,} of {progress.total:,} done"))
        parts.append(
            Content.styled(f"{progress.failed:,} failed", _HAND if progress.failed else _DIM)
        )
        if progress.conflicts:
            parts.append(Content.styled(f"{progress.conflicts:,} in conflict", _HAND))
        if progress.more:
            parts.append(Content.styled(f"{progress.more:,} more operations", _DIM))
        return Content.styled(" · ", _DIM).join(parts).truncate(width, ellipsis=True)
