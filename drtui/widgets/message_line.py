"""The line above the keys: what is on its way, and what was just done or refused."""

from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from drtui.domain.durations import rounded_up_text
from drtui.domain.progress import rate_text
from drtui.domain.wording import counted
from drtui.widgets.cells import bar, fit

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_SECONDS: Final = 3.0
_SECONDS_WRONG: Final = 8.0
_BAR: Final = 20
_BAR_FROM: Final = 100
_SHORT_BAR, _SHORT_BAR_FROM = 10, 80
_LONG_SECONDS: Final = 60.0  # from then on it takes long enough for a bar where there is less room
_WAITS_FROM: Final = 10.0  # seconds; a shorter pause is none
_GAP: Final = 2
_BESIDE: Final = "  │ "
_APART: Final = 6  # blanks that part a message from the progress beside it
_LEAST_TITLE: Final = 10  # cells; a shorter one tells nothing
_KEY, _WHERE = "5", " Operations"
_SEPARATOR: Final = Content.styled(" · ", _DIM)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is.

    Attributes:
        what: The operation, in a line.
        number: Its number.
        moving: Whether some of it is still on its way.
        done: Changes that were delivered.
        total: All changes to deliver.
        failed: Targets that failed.
        conflicts: Targets that wait for the admin.
        more: How many other operations are on their way or, when this one is not, need a hand.
        state: Where it stands, such as `delivering` or `waiting: offline`.
        per_second: How many targets a second are settled; 0 while none is.
        seconds_left: How long it takes yet; None where nobody can say.
        already: Targets that had the values already, so that there was nothing to deliver.
        next_in: In how many seconds the next target's turn comes; 0 is now.
    """

    what: str
    moving: bool
    done: int
    total: int
    failed: int
    conflicts: int
    more: int
    state: str = "delivering"
    per_second: float = 0.0
    seconds_left: float | None = None
    already: int = 0
    next_in: float = 0.0
    number: int = field(kw_only=True)


class MessageLine(Widget):
    """One line that is always there and never takes a key."""

    message: reactive[tuple[str, bool]] = reactive(("", False))
    """What to say, and whether it is a refusal or an error."""

    progress: reactive[Progress | None] = reactive(None)
    """What is on its way; beside a message it is told in short, and not at all
    beside a refusal that needs the room."""

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
        """Draw the progress, and the message before it."""
        width = self.size.width
        text, wrong = self.message
        progress = self.progress
        if not text:
            return Content("") if progress is None else self._progress(progress, width)
        style = _HAND if wrong else ""
        if progress is None:
            return Content.styled(fit(text, width), style)
        shorts = _in_short(progress)
        room = width - len(_BESIDE) - cell_len(text)
        short = next((one for one in shorts if one.cell_length <= room), shorts[-1])
        if wrong and short.cell_length > room:  # what ends a refusal is the way out
            return Content.styled(fit(text, width), style)
        said = fit(text, width - len(_BESIDE) - short.cell_length)
        blanks = width - cell_len(said) - short.cell_length
        if blanks < _APART:  # else both would be read as one sentence
            between = Content.styled(_BESIDE.rjust(blanks), _DIM)
            return Content.assemble((said, style), between, short)
        return Content.assemble((said, style), " " * blanks, short)

    def _progress(self, progress: Progress, width: int) -> Content:
        """Draw how far it is, and where more is to be seen while there is room for it."""
        line = _line(progress, width)
        spare = width - line.cell_length - cell_len(_KEY + _WHERE)
        if spare < _GAP:
            return line
        return Content.assemble(line, " " * spare, (_KEY, f"bold {_FOCUS}"), (_WHERE, _DIM))


def _line(progress: Progress, width: int) -> Content:
    """Return what there is room for; what says least goes first, and the title before numbers."""
    if not progress.moving and progress.more:
        return Content.styled(f"{progress.more + 1:,} operations need a hand", _HAND)
    leads, parts = _leads(progress, width), _parts(progress)
    numbers = [part for part, _ in parts]
    tellings = [[lead, *numbers] for lead in leads]
    if progress.already:
        already = Content.styled(f"{progress.already:,} already so", _DIM)
        tellings.insert(0, [*tellings[0], already])
    for telling in tellings:
        line = _titled(progress.what, _SEPARATOR.join(telling))
        if line.cell_length <= width:
            return line
    for telling in tellings:
        told = _SEPARATOR.join(telling)
        room = width - _GAP - told.cell_length
        if room >= _LEAST_TITLE:
            return _titled(fit(progress.what, room), told)
    told = _SEPARATOR.join(tellings[-1])
    while parts and told.cell_length > width:
        parts.remove(max(parts, key=lambda one: one[1]))
        told = _SEPARATOR.join([leads[-1], *(part for part, _ in parts)])
    return told.truncate(width, ellipsis=True)


def _titled(title: str, told: Content) -> Content:
    return Content.assemble((title, "bold"), " " * _GAP, told)


def _leads(progress: Progress, width: int) -> list[Content]:
    """Return how much of it is done, at length and shorter; what waits always says for what."""
    done = _done(progress)
    if not progress.moving:
        return [Content(done)]
    texts = [_stands(progress.state, done)]
    long = (progress.seconds_left or 0.0) >= _LONG_SECONDS
    cells = _BAR if width >= _BAR_FROM else _SHORT_BAR if long and width >= _SHORT_BAR_FROM else 0
    if cells:
        texts.insert(0, f"{bar(progress.done / progress.total, cells)}  {texts[0]}")
    if progress.per_second:  # which says as well that it is being delivered
        texts.append(done)
    return [Content.styled(text, _PENDING) for text in texts]


def _parts(progress: Progress) -> list[tuple[Content, int]]:
    """Return the other numbers, and which of them is left out first: the highest."""
    parts = []
    if progress.failed:
        parts.append((Content.styled(f"{progress.failed:,} failed", _HAND), 3))
    if progress.conflicts:
        parts.append((Content.styled(f"{progress.conflicts:,} in conflict", _HAND), 3))
    if progress.per_second and progress.moving:
        parts.append((Content.styled(rate_text(progress.per_second), _DIM), 2))
    if progress.seconds_left is not None:
        parts.append((Content(f"{rounded_up_text(progress.seconds_left)} left"), 1))
    if progress.moving and progress.next_in >= _WAITS_FROM:
        parts.append((Content.styled(f"next in {rounded_up_text(progress.next_in)}", _DIM), 3))
    if progress.more and progress.moving:
        parts.append((Content.styled(f"+{progress.more:,} more", _DIM), 4))
    if not progress.moving:
        parts.append((Content.styled("needs a hand", _HAND), 4))
    return parts


def _stands(state: str, done: str) -> str:
    """Return a state with how much is done; one that tells its reason has a colon already."""
    return f"{state}, {done}" if ":" in state else f"{state}: {done}"


def _done(progress: Progress) -> str:
    return f"{progress.done:,} of {progress.total:,} done"


def _in_short(progress: Progress) -> list[Content]:
    """Return how far it is beside a message: the longest that may fit first.

    It says of which operation it is, since the message may be about another.
    """
    if not progress.moving:
        number = counted(progress.more + 1, "operation needs", "operations need")
        short = f"{progress.more + 1:,} need" if progress.more else f"#{progress.number} needs"
        return [Content.styled(f"{text} a hand", _HAND) for text in (number, short)]
    which, done = f"operation {progress.number:,}", _done(progress)
    short = f"#{progress.number}: {progress.done:,} / {progress.total:,}"
    texts = (f"{which}, {_stands(progress.state, done)}", f"{which}: {done}", short)
    return [Content.styled(text, _PENDING) for text in texts]
