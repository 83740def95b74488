"""Scheduling what a plan shows, and what is done to what was scheduled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drtui.domain.naming import name_of
from drtui.domain.planning import Outcome
from drtui.domain.scheduling import Scheduled, ScheduleState
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.schedule import Answer, ScheduledDialog, ScheduleDialog
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.screens.scheduled_rows import ScheduledRow

_LATE: Final = "It is not run late unless you say so."
_HELD: Final = "What is not sent of it waits; later operations on the same wait behind it."
_RUN: Final = (Answer.RUN, "Run it now …")
_GO_ON: Final = (Answer.GO_ON, "Go on …")


@dataclass(frozen=True, slots=True)
class OneScheduled(Subject):
    """A scheduled operation as the subject of an action.

    Attributes:
        row: As it is listed.
    """

    row: "ScheduledRow | None" = None

    def __str__(self) -> str:
        """Say which."""
        return "" if self.row is None else f"S{self.row.it.number}, under the cursor."


def one_scheduled(row: "ScheduledRow") -> OneScheduled:
    """Return a scheduled operation as the subject of an action."""
    return OneScheduled((), frozenset(), marked=False, hidden=0, row=row)


async def schedule(actions: Actions, proposal: Proposal) -> bool:
    """Ask for a time and schedule what a proposal is of; return whether that was done."""
    assert proposal.selection is not None, "only what has one can be scheduled"
    desk = await asyncio.to_thread(lambda: actions.desk.schedule)
    text = proposal.filter_text
    anew = "" if text is None else f"whoever matches “{clean(text, 40)}” then"
    anew = "whoever is there then" if text is not None and not text.strip() else anew
    rows = proposal.plan.rows
    these = counted(len(rows), "user")
    if anew:
        these = f"only these {these}"
    elif len(rows) == 1:
        alone = rows[0].target
        these = name_of(alone.alias, alone.profile_id, alone.email)
    dialog = ScheduleDialog(clean(proposal.plan.what), these, anew, desk.zone_text, desk.told)
    answer = await actions.ask(dialog)
    if answer is None:
        return False
    it = await asyncio.to_thread(
        desk.schedule,
        proposal.plan,
        proposal.selection,
        text if answer.anew else None,
        answer.at,
    )
    actions.say(f"Scheduled as S{it.number} for {it.when.short(desk.now())}: {it.title()}.")
    return True


async def show(actions: Actions, subject: Subject) -> bool:
    """Show one that was scheduled; ask what is to become of it where it was missed."""
    assert isinstance(subject, OneScheduled), "the list's rows are what is shown"
    assert subject.row is not None
    it, now = subject.row.it, actions.desk.schedule.now()
    begins: tuple[Answer, str] | None = None
    match it.standing(now):
        case ScheduleState.LATE:
            ends, begins = "Cancel the rest", _GO_ON
        case ScheduleState.MISSED | ScheduleState.REFUSED:
            ends, begins = "Drop it", _RUN
        case ScheduleState.WAITING:
            ends = "Cancel it"
        case _:
            ends = ""
    title = f"S{it.number}: {clean(it.what)}"
    pairs = _pairs(actions, subject.row)
    answer = await actions.ask(ScheduledDialog(title, pairs, ends, begins))
    if answer is Answer.GO_ON:
        return await _go_on(actions, it)
    if answer is Answer.RUN:
        return await _run(actions, it)
    return answer is Answer.END and await cancel(actions, subject)


async def cancel(actions: Actions, subject: Subject) -> bool:
    """Cancel one before its time, drop one that was missed, or cancel the rest of one."""
    assert isinstance(subject, OneScheduled), "the list's rows are what is cancelled"
    assert subject.row is not None
    it, who = subject.row.it, subject.row.reader
    of = "" if it.owner == who else it.owner
    now = actions.desk.schedule.now()
    late = it.standing(now) is ScheduleState.LATE
    verb = "Cancel the rest" if late else "Drop" if it.asks(now) else "Cancel"
    end = f"{it.unsent:,} of {it.total:,} will not be sent" if late else "it will not be run"
    told = [f"{it.title()}, {it.when.full()}: {end}."]
    if of:
        told.insert(0, f"It is {clean(of)}'s, not yours; the journal will say who ended it.")
    button = verb if late else f"{verb} it"  # a bare “Cancel” is what leaves other dialogs
    dialog = ConfirmDialog(
        f"{verb}: S{it.number}", told, button, cancel="Leave it", careful=bool(of)
    )
    if not await actions.ask(dialog):
        return False
    doubtful = await asyncio.to_thread(actions.desk.schedule.cancel, it, of)
    rest = f"the rest of S{it.number} will not be sent" if late else ""
    doubt = f"; {doubtful:,} may have been applied already" if doubtful else ""
    actions.say(f"{verb}: {rest or f'S{it.number} will not be run'}{doubt}.")
    return True


async def _go_on(actions: Actions, it: Scheduled) -> bool:
    told = [
        f"{it.title()} was for {it.when.full()}.",
        f"{it.unsent:,} of {it.total:,} are sent now, compared with the account as ever.",
        *actions.delivery(it.unsent),
    ]
    button = f"Go on ({it.unsent:,})"
    if not await actions.ask(ConfirmDialog(f"Go on: S{it.number}", told, button, careful=True)):
        return False
    count = await asyncio.to_thread(actions.desk.schedule.go_on, it.number)
    actions.say(f"S{it.number} goes on: {counted(count, 'target is', 'targets are')} sent.")
    return True


async def _run(actions: Actions, it: Scheduled) -> bool:
    desk = actions.desk.schedule

    def propose() -> Proposal:
        plan = desk.preview(it.number)
        changes = plan.count(Outcome.CHANGE)
        notes = [f"It was for {it.when.full()}, and is planned on what there is now."]
        return Proposal(
            plan,
            clean(it.what.split("  ")[0]),
            changes,
            [*notes, *actions.delivery(changes)],
            lambda: desk.run_now(it.number, plan),
            careful=True,
        )

    return await actions.decide(propose)


def _pairs(actions: Actions, row: "ScheduledRow") -> list[tuple[str, str]]:
    it, now = row.it, actions.desk.schedule.now()
    standing = it.standing(now)
    zone = it.when.zone_name or actions.desk.schedule.zone_text
    pairs = [
        ("What", clean(it.what)),
        ("For", it.whom.text()),
        ("At", it.when.full() if zone == "UTC" else f"{it.when.full()} ({clean(zone, 60)})"),
        ("By", clean(it.who)),
        ("State", row.state_text(now)),
    ]
    match standing:
        case ScheduleState.LATE:
            if it.run_by:
                pairs.append(("Run by", clean(it.run_by)))
            pairs += [("Operation", str(it.operation_id)), ("", _HELD)]
        case ScheduleState.MISSED:
            pairs.append(("", f"Nothing was done: {it.reason(now)}. {_LATE}"))
        case ScheduleState.REFUSED:
            pairs += [("Why", clean(it.note, 400)), ("", "Nothing was done.")]
        case _ if it.note and not it.ended_by and standing is not ScheduleState.WAITING:
            pairs.append(("Note", clean(it.note, 400)))
    return pairs


FLOWS: Final[Mapping[str, Flow]] = {"open": show, "cancel": cancel}
"""By the name of the screens' action."""
