"""The header line: which account, who is signed in, and how old and how complete it all is."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from drtui.domain.wording import counted
from drtui.widgets.cells import fit

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_WIDE: Final = 100
_OLD: Final = timedelta(hours=12)  # from then on the time of day says less than the age
_GAP: Final = 2
_LEAST_NAME: Final = 8
_CUT_NAME: Final = 4  # where it takes the most cutting
_AGE: Final = re.compile(r"(?:\(|read )(\d+) (?:s|min|h|d)(?:\)| ago)")  # as `age_text` has it


@dataclass(frozen=True, slots=True)
class SyncView:
    """What the header says of the account's copy.

    Attributes:
        signed_in: Who is signed in; empty when not known.
        online: Whether the deployment answers; None when nothing is known of it.
        since: Since when.
        on_purpose: Who wants to be offline; empty while nobody does.
        halted: Why nothing is delivered, in a word or two; empty when delivery goes on.
        key: The key that helps where it is halted; empty where none does.
        trouble: The same, or why the account could not be read, as a sentence.
        as_of: When the list was last read whole; None before the first time.
        pages: How many pages a first reading has come to; None when none is under way.
        on_the_way: Changes that are not delivered yet.
        in_conflict: Changes that wait for the admin.
        failed: Changes that were refused for good and are not set aside.
    """

    signed_in: str = ""
    online: bool | None = None
    since: datetime | None = None
    on_purpose: str = ""
    halted: str = ""
    key: str = ""
    trouble: str = ""
    as_of: datetime | None = None
    pages: int | None = None
    on_the_way: int = 0
    in_conflict: int = 0
    failed: int = 0


class _Room(Enum):
    """How much room the header has for what stands to the right."""

    WIDE = auto()
    NARROW = auto()
    LEAST = auto()


class _AgeNumber(Widget):
    """The number of the age, where the line has it.

    Of a line Textual draws everything up to what changed; of a widget above it, the widget.
    """

    text: reactive[str] = reactive("")

    def stand(self, line: str) -> None:
        """Stand where a line has its number; nowhere where it has none."""
        first, after = _age_place(line) or (0, 0)
        self.text = line[first:after]
        self.styles.offset = (cell_len(line[:first]), 0)
        self.styles.width = after - first

    def render(self) -> Content:
        """Draw the number."""
        return Content.styled(self.text, _DIM)


class SyncStatus(Widget):
    """One line: the account to the left, connection, data age and pending changes to the right.

    Args:
        account: The account's name.
        simulated: Whether it is a simulated one, which is said plainly.
    """

    view: reactive[SyncView | None] = reactive(None, repaint=False)
    """What to say; None before the store is open."""

    unreadable: reactive[bool] = reactive(False, repaint=False)
    """Whether reading what to say has failed, while nothing was ever read."""

    now: reactive[datetime | None] = reactive(None, repaint=False)
    """The moment that ages are reckoned to."""

    def __init__(self, account: str, *, simulated: bool) -> None:
        super().__init__()
        self._account = account
        self._simulated = simulated
        self._drawn = Content("")
        self._age_number = _AgeNumber()

    def compose(self) -> ComposeResult:
        """Put the age's number above the line, to be drawn without the rest of it."""
        yield self._age_number

    def watch_now(self) -> None:
        """Draw the age's number anew where it alone reads otherwise, else the line."""
        line = self._line()
        if line.is_same(self._drawn):
            return
        if _differ_in_age_alone(line.plain, self._drawn.plain):
            self._take(line)
        else:
            self._redraw()

    def watch_view(self) -> None:
        """Say something else."""
        self._redraw()

    def watch_unreadable(self) -> None:
        """Say so."""
        self._redraw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._redraw()

    def render(self) -> Content:
        """Draw the line."""
        return self._line()

    def _redraw(self) -> None:
        self._take(self._line())
        self.refresh()

    def _take(self, line: Content) -> None:
        self._drawn = line
        self._age_number.stand(line.plain)

    def _line(self) -> Content:
        width = self.size.width
        least = self._least_name + self._simulations[0].cell_length
        rooms = list(_Room) if width >= _WIDE else [_Room.NARROW, _Room.LEAST]
        rights = [self._right(room) for room in rooms]
        fitting = (one for one in rights if least + _GAP + one.cell_length <= width)
        right = next(fitting, rights[-1])
        left = self._left(width - right.cell_length - _GAP)
        filling = max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * filling, right)

    def _left(self, room: int) -> Content:
        """Leave out the program's name first, then who is signed in, then cut the account's."""
        signed_in = "" if self.view is None else self.view.signed_in
        separator = Content.styled(" · ", _DIM)
        rests = self._simulations
        cut = min(len(self._account), _CUT_NAME)
        fitting = (one for one in rests if cut + one.cell_length <= room)
        rest = next(fitting, Content(""))
        account = Content.styled(fit(self._account, room - rest.cell_length), "bold")
        line = account + rest
        left = room - line.cell_length - separator.cell_length
        if signed_in and left >= min(len(signed_in), _LEAST_NAME):
            line += separator + Content.styled(fit(signed_in, left), _DIM)
        name = Content.styled("drtui  ", _FOCUS)
        return name + line if line.cell_length + name.cell_length <= room else line

    @property
    def _least_name(self) -> int:
        return min(len(self._account), _LEAST_NAME)

    @property
    def _simulations(self) -> list[Content]:
        """What is said of a simulated account, behind its name: the longest first."""
        if not self._simulated:
            return [Content("")]
        words = ("simulated account", "simulated")
        return [Content.assemble((" · ", _DIM), (one, _PENDING)) for one in words]

    def _right(self, room: _Room) -> Content:
        if self.view is None:
            if self.unreadable:
                return Content.styled("! the store cannot be read", _HAND)
            return Content.styled("opening the store", _DIM)
        view = self.view
        parts = [self._connection(view, room), self._age(view, room)]
        if view.on_the_way:
            parts.append(Content.styled(f"{view.on_the_way:,} pending", _PENDING))
        if view.in_conflict:
            words = "conflict" if room is _Room.LEAST else "in conflict"
            parts.append(Content.styled(f"{view.in_conflict:,} {words}", _HAND))
        if view.failed:
            parts.append(Content.styled(f"{view.failed:,} failed", _HAND))
        return Content.styled(" · ", _DIM).join(parts)

    def _connection(self, view: SyncView, room: _Room) -> Content:
        if view.on_purpose:
            return Content.styled(self._on_purpose(view, room), _HAND)
        if view.halted:
            helping = f": {view.key}" if view.key else ""
            halted = Content.styled(f"! {view.halted}{helping}", f"bold {_HAND}")
            offline = view.online is False
            return Content.styled("○ offline · ", _HAND) + halted if offline else halted
        if view.online is None:
            return Content.styled("○ connecting", _DIM)
        if view.online:
            return Content("● online")
        since = ""
        if view.since is not None and room is _Room.WIDE:
            since = f" since {day_and_time(view.since, self.now)}"
        return Content.styled(f"○ offline{since}", _HAND)

    def _on_purpose(self, view: SyncView, room: _Room) -> str:
        """Say who wants to be offline since when, as far as there is room."""
        text = "○ offline on purpose"
        if view.since is not None and room is not _Room.LEAST:
            text += f" since {day_and_time(view.since, self.now)}"
        return f"{text}, by {view.on_purpose}" if room is _Room.WIDE else text

    def _age(self, view: SyncView, room: _Room) -> Content:
        if view.as_of is None:
            pages = "" if view.pages is None else f" ({counted(view.pages, 'page')})"
            return Content.styled(f"reading the list{pages}" if pages else "not read yet", _DIM)
        read = local(view.as_of)
        now = read if self.now is None else local(self.now)
        age = now - read
        if self.now and room is not _Room.WIDE and (room is _Room.LEAST or age >= _OLD):
            return Content(f"read {age_text(age)} ago")
        day = "" if read.date() == now.date() else f"{read:%Y-%m-%d} "
        wide = room is _Room.WIDE  # elsewhere the age has the seconds
        clock = f"as of {day}{read:%H:%M:%S %Z}" if wide else f"as of {read:%H:%M %Z}"
        return Content.assemble(clock, (f" ({age_text(age)})", _DIM) if self.now else "")


def _age_place(line: str) -> tuple[int, int] | None:
    """Return from where to where a line has the age's number; None where it has none."""
    found = _AGE.search(line)
    return None if found is None else found.span(1)


def _differ_in_age_alone(line: str, other: str) -> bool:
    """Whether two lines are the same but for the age's number, which stands at the same place."""
    place = _age_place(line)
    if place is None or place != _age_place(other):
        return False
    first, after = place
    return line[:first] == other[:first] and line[after:] == other[after:]


def local(moment: datetime) -> datetime:
    """Return a moment in the zone of the terminal's user."""
    return moment.astimezone()


def day_and_time(moment: datetime, now: datetime | None) -> str:
    """Return a moment in that zone to the minute, with its date where it is not of today.

    Args:
        moment: When.
        now: The present; None where it is not known, and the date not told.
    """
    here = local(moment)
    of_today = now is None or here.date() == local(now).date()
    return f"{here:%H:%M}" if of_today else f"{here:%Y-%m-%d %H:%M}"


def age_text(age: timedelta) -> str:
    """Return an age in its largest unit: `12 s`, `3 min`, `2 h`, `4 d`."""
    seconds = max(0, int(age.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
