"""Scheduled operations as rows among the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.domain.handling import Handling
from drtui.domain.operations import OperationKind
from drtui.domain.race_times import in_zone, zone_at
from drtui.domain.schedule_times import ahead_text
from drtui.domain.scheduling import ASKS, Scheduled, ScheduleState
from drtui.domain.text import clean
from drtui.screens.operation_cells import when_cell
from drtui.widgets.cells import Cell, Run, Tone, width_of
from drtui.widgets.columns import PlacedColumn

_WHOLE: Final = 99  # cells; a time has its date then
_TONES: Final[Mapping[ScheduleState, Tone]] = {
    ScheduleState.WAITING: Tone.PENDING,
    ScheduleState.LATE: Tone.HAND,
    ScheduleState.MISSED: Tone.HAND,
    ScheduleState.REFUSED: Tone.HAND,
}


@dataclass(frozen=True, slots=True)
class ScheduledRow:
    """A scheduled operation in the list.

    Attributes:
        it: What was scheduled.
        reader: The system user who looks at it.
        now: When it was read.
        in_the_way: Why it would not be run now; empty where nothing is.
    """

    it: Scheduled
    reader: str
    now: datetime
    in_the_way: str = ""

    def state_text(self, now: datetime) -> str:
        """Return where it stands, in a line."""
        return self.it.state_text(now, self.in_the_way)

    @property
    def open(self) -> bool:
        """Whether it still waits, for its time or for an answer."""
        return self.it.standing(self.now) in (ScheduleState.WAITING, *ASKS)

    def refusal(self, handling: Handling) -> str:
        """Say why something cannot be done to it; empty when it can."""
        if handling is Handling.CANCEL:
            return "" if self.open else "it is over already"
        if self.open:
            return "it was not run yet: enter shows it, x cancels it"
        if self.it.operation_id is not None:
            return f"it is over: it became operation {self.it.operation_id}"
        return f"it is over, and became no operation: {self.state_text(self.now)}"

    def owner(self, handling: Handling) -> str:
        """Say who has to be named for it to be done; empty where it is one's own, or anybody's."""
        another = handling is Handling.CANCEL and self.it.owner != self.reader
        return self.it.owner if another else ""


def key_of(it: Scheduled) -> int:
    """Return its key in the list, where operations have their numbers."""
    return -it.number


def among(numbers: Sequence[int], found: Sequence[Scheduled], now: datetime) -> list[int]:
    """Return the keys of the list: what waits on top, what is over above what was done before.

    Args:
        numbers: The operations', the newest first.
        found: Everything that was ever scheduled, by its time.
        now: The present.
    """
    asking = [key_of(one) for one in found if one.asks(now)]
    waiting = [key_of(one) for one in found if one.standing(now) is ScheduleState.WAITING]
    over = [one for one in found if key_of(one) not in {*asking, *waiting}]
    over.sort(key=lambda one: (one.newest, one.settled_at or one.created_at))
    listed: list[int] = []
    for number in numbers:
        while over and over[-1].newest >= number:
            listed.append(key_of(over.pop()))
        listed.append(number)
    return [*asking, *waiting, *listed, *(key_of(one) for one in reversed(over))]


def scheduled_cell(row: ScheduledRow, placed: PlacedColumn, now: datetime) -> Cell:
    """Return a scheduled operation's cell for a column of operations.

    Its time is that for which it was set, by the same clock as those of the others, before it was
    run and after.
    """
    it = row.it
    match placed.column.name:
        case "number":
            return [Run(f"S{it.number}", Tone.DIM)]
        case "when":
            return [Run(when_cell(it.when.at, now, placed.width))]
        case "who":
            return [Run(clean(it.who))]
        case "what":
            return [Run(_what(it, placed.width))]
        case "state":
            return _state(row, placed.width, now)
        case _:
            return []


def _what(it: Scheduled, width: int) -> str:
    """What is done and for whom; where there is no room, the verb, with quotas what it sets."""
    name, *asked = clean(it.what).split("  ")
    verb = name.partition(" ")[0]
    short = f"{verb} {asked[0]}" if it.kind is OperationKind.SET_QUOTAS else verb
    texts = [f"{one} · {it.whom.text()}" for one in ("  ".join([name, *asked]), name, short)]
    return next((one for one in texts if width_of([Run(one)]) <= width), texts[-1])


def _shorter(it: Scheduled, now: datetime) -> list[str]:
    """The set time in ever shorter ways; the last is by the clock that the whole list is by."""
    at, zone = it.when.at, it.when.zone
    there = f"{in_zone(at, zone):%m-%d %H:%M} {zone_at(at, zone)}"
    return [there, when_cell(at, now, _WHOLE)]


def _state(row: ScheduledRow, width: int, now: datetime) -> Cell:
    it = row.it
    standing, at = it.standing(now), it.when.short(now)
    texts = [row.state_text(now)]
    match standing:
        case ScheduleState.WAITING if row.in_the_way and it.when.at > now:
            short = row.in_the_way.removesuffix(" on purpose")
            texts += [f"at {at}: {row.in_the_way}", f"{at}: {short}"]
            texts += [f"! {one}" for one in (at, *_shorter(it, now))]
        case ScheduleState.WAITING if it.when.at > now:
            texts += [f"{at}, {ahead_text(it.when.at, now)}", f"until {at}", f"at {at}"]
            texts += [at, *_shorter(it, now)]
        case ScheduleState.WAITING:
            texts += [f"due since {at}", "due"]
        case ScheduleState.RAN if it.operation_id is None:
            texts = [f"ran, set for {at}: nothing to change", "ran: nothing to change", "ran"]
        case ScheduleState.RAN:
            texts = [f"ran as operation {it.operation_id}, set for {at}", *texts]
            texts += [f"ran as {it.operation_id}"]
        case ScheduleState.LATE:
            texts = [f"{it.unsent_text(now)}: enter", f"{it.unsent:,} late: enter", "late: enter"]
        case ScheduleState.MISSED | ScheduleState.REFUSED:
            texts += [f"{standing.value} at {at}: enter", f"{standing.value}: enter"]
        case ScheduleState.CANCELLED | ScheduleState.DROPPED:
            texts += [standing.value]
    text = next((one for one in texts if len(one) <= width), texts[-1])
    return [Run(text, _TONES.get(standing, Tone.DIM))]
