"""Operations for a set time: what, for whom, when, and what became of it.

What is to be done is planned when it is scheduled, to be looked at, and again when its time has
come: what is stored is the action and how its targets are chosen, not what happens to each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from drtui.domain.operations import OperationKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_times import clock_text, zone_at, zone_named
from drtui.domain.schedule_times import ahead_text, when_text
from drtui.domain.text import clean
from drtui.domain.wording import counted, listed

GRACE: Final = timedelta(minutes=10)
"""How late it may be begun; after that it has been missed, and an admin is asked."""

KINDS: Final = frozenset({OperationKind.PAUSE, OperationKind.RESUME, OperationKind.SET_QUOTAS})
"""What can be scheduled."""

NOT_SCHEDULED: Final = (
    "Only pausing, resuming and new quotas can be scheduled: do the rest when it is time."
)
"""What is said of the rest."""

NEEDS_ENGINE: Final = (
    "It is run by whatever drtui is up then: a console, “drtui sync --watch”, or the service "
    "(“drtui service install”), once it has read the account. Where none is, or the account "
    "cannot be read, it is not run late: you are asked."
)
NO_ENGINE: Final = "no drtui was up"
OFFLINE_ON_PURPOSE: Final = "offline on purpose"
OFFLINE: Final = "offline"
SIGNED_OUT: Final = "nobody signed in"
NOT_LET: Final = "the account does not let drtui in"
UNREAD: Final = "the account could not be read"
"""Why one is not run: told while that is so, and with `at its time` once it was missed."""

_FILTER_LONGEST: Final = 60
_ASKED: Final = {
    "to remembered": "to what is remembered, else to the new-user defaults",
    "to defaults": "to the new-user defaults",
}


class ScheduleState(StrEnum):
    """Where a scheduled operation stands."""

    WAITING = "waiting"
    RAN = "ran"
    LATE = "late"
    MISSED = "missed"
    REFUSED = "refused"
    DROPPED = "dropped"
    CANCELLED = "cancelled"


ASKS: Final = frozenset({ScheduleState.LATE, ScheduleState.MISSED, ScheduleState.REFUSED})
"""The states in which an admin is asked: whether to run or to drop it; where it is late, whether
the rest of it is to go on."""
_ENDED: Final = frozenset({ScheduleState.DROPPED, ScheduleState.CANCELLED})
_NAMED: Final = 3  # of several; the rest are counted


@dataclass(frozen=True, slots=True)
class Whom:
    """How the targets are chosen when the time has come.

    Attributes:
        everybody: Whether all sponsored users of then are meant.
        filter_text: Whoever matches it then; names of saved filters are spelled out.
        profiles: These, whatever they are like by then.
        named: Those of them that were named one by one, so that even an admin may be meant.
        name: What the only one of these is called, safe to show; empty where they are several, or
            nobody knows.
    """

    everybody: bool = False
    filter_text: str = ""
    profiles: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    name: str = field(default="", compare=False)

    def text(self) -> str:
        """Return it in words: `everybody`, `whoever matches “team:red”`, `Ayla`, `3 racers`."""
        if self.everybody:
            return "everybody"
        if self.filter_text:
            return f"whoever matches “{clean(self.filter_text, _FILTER_LONGEST)}”"
        return self.name or counted(len(self.profiles), "racer")


EVERYBODY: Final = Whom(everybody=True)


def named(number: int, what: str) -> str:
    """Return what one is called in the journal."""
    return f"Scheduled S{number}: {what}"


def whose(result: str, owner: str, who: str) -> str:
    """Return what became of one, for the journal, with whose it was where another did it."""
    return result if owner == who else f"{result} ({clean(owner)}'s)"


def deed(what: str) -> str:
    """Return an action's line in short: `Resume sponsorship`, `Set usage quotas, hours +2`."""
    return ", ".join(one for one in clean(what).split("  ") if one not in _ASKED)


def title_for(what: str, whom: Whom) -> str:
    """Return an action's line with whom it is for: `Set usage quotas for everybody, hours +2`."""
    name, *asked = clean(what).split("  ")
    told = f"{name} for {whom.text()}"
    if asked:
        told += "".join(f", {_ASKED.get(one, one)}" for one in asked)
    return told


@dataclass(frozen=True, slots=True)
class When:
    """A set time.

    Attributes:
        at: In UTC.
        zone_name: The zone it was typed in; empty where that is the machine's and has no name.
    """

    at: datetime
    zone_name: str

    @property
    def zone(self) -> tzinfo:
        """The zone it is told in; UTC where this machine does not know it."""
        try:
            return zone_named(self.zone_name)
        except InvalidInputError:
            return UTC

    def full(self) -> str:
        """Return it with its date: `2026-05-02 18:00 CEST`."""
        return f"{clock_text(self.at, self.zone)} {zone_at(self.at, self.zone)}"

    def short(self, now: datetime) -> str:
        """Return it without its date where that goes without saying; see `when_text`."""
        return when_text(self.at, self.zone, now)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An operation for a set time.

    Attributes:
        number: Its own; the operation it becomes has another.
        what: The action in one line.
        params: The action as texts, as `Action.params`.
        whom: How its targets are chosen.
        when: Its time.
        who: The system user who scheduled it.
        account_user: Who was signed in to the account then.
        created_at: When that was.
        state: As it was noted last; see `standing`.
        operation_id: What it ran as; None where it did not, or there was nothing to change.
        note: What there is to know of its end, such as `by bo` where another than its owner ended
            it; while it is due, and after it was missed, why it was not run. Empty where nobody was
            there to say.
        settled_at: When it came to its present state; None while it waits. Where it is late, the
            end of its grace.
        newest: The newest operation then, which it is listed above.
        run_by: Who had it run, where it is late and that was somebody else.
        unsent: How many of its targets wait for a word, where it is late.
        in_doubt: How many of these may have arrived.
        total: How many it has, where it is late.
    """

    number: int
    kind: OperationKind
    what: str
    params: Mapping[str, str]
    whom: Whom
    when: When
    who: str
    account_user: str
    created_at: datetime
    state: ScheduleState = ScheduleState.WAITING
    operation_id: int | None = None
    note: str = ""
    settled_at: datetime | None = None
    newest: int = 0
    run_by: str = ""
    unsent: int = 0
    in_doubt: int = 0
    total: int = 0

    @property
    def owner(self) -> str:
        """Whose it is to cancel or drop: what is late is an operation of whoever had it run."""
        return self.run_by or self.who

    @property
    def ended_by(self) -> str:
        """By whom it was cancelled or dropped, as in `by bo`; empty where it was its owner."""
        return clean(self.note) if self.state in _ENDED else ""

    def in_time(self, now: datetime) -> bool:
        """Whether its time has come, and is not over."""
        return self.when.at <= now <= self.when.at + GRACE

    def standing(self, now: datetime) -> ScheduleState:
        """Return where it stands: one whose time is over has been missed, noted or not."""
        if self.state is ScheduleState.WAITING and now > self.when.at + GRACE:
            return ScheduleState.MISSED
        return self.state

    def asks(self, now: datetime) -> bool:
        """Whether an admin is asked what is to become of it."""
        return self.standing(now) in ASKS

    def _waiting_text(self, now: datetime, in_the_way: str) -> str:
        at = self.when.short(now)
        if self.when.at > now:
            told = f"waits until {at}, {ahead_text(self.when.at, now)}"
            return f"{told}; {in_the_way}: asked about if still so then" if in_the_way else told
        if not (why := clean(self.note) or in_the_way):
            return f"due since {at}: waits until the account is read"
        end = when_text(self.when.at + GRACE, self.when.zone, now)
        return f"due since {at}, not run: {why}; asked about from {end}"

    def unsent_text(self, now: datetime) -> str:
        """Say how much of it is not sent, where it is late: `1,200 of 2,000 not sent by 18:10`."""
        end = self.settled_at or self.when.at + GRACE
        by = When(end, self.when.zone_name).short(now)
        doubt = " or in doubt" if self.in_doubt else ""
        return f"{self.unsent:,} of {self.total:,} not sent{doubt} by {by}"

    def title(self) -> str:
        """Return what it is in a line: `Pause sponsorship for everybody`."""
        return title_for(self.what, self.whom)

    def reason(self, now: datetime) -> str:
        """Say why it was not run where it was missed; empty otherwise."""
        if self.standing(now) is not ScheduleState.MISSED:
            return ""
        return f"{clean(self.note) or NO_ENGINE} at its time"

    def told_note(self, now: datetime, in_the_way: str = "") -> str:
        """Return what there is to know of it: why it was not run, or what is in the way now.

        Args:
            now: The present.
            in_the_way: As for `state_text`.
        """
        waits = self.standing(now) is ScheduleState.WAITING
        return self.reason(now) or clean(self.note) or (in_the_way if waits else "")

    def state_text(self, now: datetime, in_the_way: str = "") -> str:
        """Return where it stands, in a line.

        Args:
            now: The present.
            in_the_way: Why it would not be run now, as `OFFLINE`; empty where nothing is.
        """
        at = self.when.short(now)
        match self.standing(now):
            case ScheduleState.WAITING:
                return self._waiting_text(now, in_the_way)
            case ScheduleState.RAN if self.operation_id is not None:
                return f"ran as operation {self.operation_id}"
            case ScheduleState.LATE:
                return f"{self.unsent_text(now)}: go on, or cancel the rest?"
            case ScheduleState.MISSED:
                return f"missed at {at}: run it now, or drop it?"
            case ScheduleState.REFUSED:
                return f"refused at {at}: run it now, or drop it?"
            case state:
                return f"{state.value} {self.ended_by}".rstrip()


def while_offline(found: list[Scheduled], now: datetime) -> str:
    """Say what being offline means for what waits for its time; empty where nothing does.

    Args:
        found: In the order of their times; others than those that wait do not count.
        now: The present.
    """
    waiting = [one for one in found if one.standing(now) is ScheduleState.WAITING]
    if not waiting:
        return ""
    first, many = waiting[0], len(waiting) > 1
    what = f"{len(waiting):,} operations are" if many else f"“{deed(first.what)}” is"
    when = f"{', the first ' if many else ' '}for {first.when.short(now)}"
    return (
        f"{what} set{when}: what is due while offline is not run, and asked about once it is "
        f"{GRACE.total_seconds() / 60:.0f} minutes late."
    )


def missed_line(found: list[Scheduled], now: datetime, key: str = "") -> str:
    """Say which scheduled operations wait for an answer, in a sentence; empty where none does.

    Args:
        found: All scheduled operations, or those that are not settled.
        now: The present.
        key: How to get to them; empty where the caller tells it.
    """
    asking = [one for one in found if one.asks(now)]
    if not asking:
        return ""
    where = key and f" in {key}"
    late = [one for one in asking if one.standing(now) is ScheduleState.LATE]
    if len(asking) > 1:
        which = listed([f"S{one.number}" for one in asking], _NAMED)
        told = f"{len(asking):,} scheduled operations were not run ({which})"
        if not late:
            return f"{told}: run or drop them{where}."
        whole = f"{told}, or not whole" if len(late) < len(asking) else f"{told} whole"
        return f"{whole}: they wait for your word{where}."
    (one,) = asking
    which = f"S{one.number} “{deed(one.what)}” of {one.when.short(now)}"
    if late:
        told = f"{which}: {one.unsent_text(now)}"
        return f"{told}: go on with it, or cancel the rest{where}."
    told = f"{which} was {one.standing(now)}, and not run"
    return f"{told}: run or drop it{where}."
