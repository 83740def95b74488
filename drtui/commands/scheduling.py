"""Operations for a set time: look at one, schedule it, list them, answer one that was missed."""

from datetime import UTC, datetime, tzinfo
from typing import Final

from drtui.commands.bulk import with_names
from drtui.commands.filters import spelled_out
from drtui.commands.machine_zone import lasting_zone
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.naming import name_of
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.race_times import SystemZone, zone_named
from drtui.domain.schedule_times import parse_when
from drtui.domain.scheduling import (
    ASKS,
    EVERYBODY,
    KINDS,
    NOT_SCHEDULED,
    Scheduled,
    ScheduleState,
    When,
    Whom,
    missed_line,
    while_offline,
)
from drtui.domain.text import clean
from drtui.domain.wording import capitalised
from drtui.store import interventions, late, scheduling
from drtui.store.database import Transaction
from drtui.store.sign_in import read_sign_in
from drtui.store.users import users_by_key

_MEANWHILE: Final = "It came to another state meanwhile: look at it again."
_OPEN: Final = frozenset({ScheduleState.WAITING, *ASKS})


def moment_of(workspace: Workspace) -> datetime:
    """Return the present by the store's clock."""
    return datetime.fromtimestamp(workspace.database.clock(), UTC)


def event_zone(workspace: Workspace, name: str = "") -> tzinfo:
    """Return a zone by name; without one the event's, or else this machine's.

    Raises:
        InvalidInputError: There is none of that name.
    """
    return lasting_zone(zone_named(name or workspace.zone))


def read_when(workspace: Workspace, text: str, zone: str = "") -> When:
    """Read a time as an admin types it; see `schedule_times.parse_when`.

    Args:
        workspace: The account's.
        text: Such as `schedule_times.EXAMPLES`.
        zone: Of a time that names none; empty is the event's.

    Raises:
        InvalidInputError: It cannot be meant, or is over.
    """
    where = event_zone(workspace, zone)
    name = "" if isinstance(where, SystemZone) else str(where)
    return When(parse_when(text, where, moment_of(workspace)), name)


def whom_of(
    workspace: Workspace,
    selection: Selection,
    *,
    everybody: bool = False,
    filter_text: str | None = None,
) -> Whom:
    """Return how the targets of a selection are to be chosen when the time has come.

    Args:
        workspace: The account's.
        selection: Those who are meant now.
        everybody: Whether they are all there are, so that all are meant then.
        filter_text: What they match, so that whoever matches then is meant; None where they were
            chosen otherwise: then it is for these, whatever they are like by then.

    Raises:
        InvalidInputError: It is for nobody.
    """
    if everybody or (filter_text is not None and not filter_text.strip()):
        return EVERYBODY
    if filter_text is not None:
        return Whom(filter_text=spelled_out(workspace, filter_text))
    with workspace.database.read() as connection:
        users = users_by_key(connection, selection.keys)
    ids = {key: users[key].profile.profile_id for key in selection.keys if key in users}
    if not ids:
        raise InvalidInputError("That is nobody: there is nothing to schedule.")
    named = frozenset(ids[key] for key in selection.named if key in ids)
    alone = users[next(iter(ids))].profile if len(ids) == 1 else None
    name = "" if alone is None else name_of(alone.alias, alone.profile_id, alone.email)
    return Whom(profiles=tuple(ids.values()), named=named, name=name)


def schedule(workspace: Workspace, plan: Plan, whom: Whom, when: When) -> int:
    """Keep what a plan is of for a set time; return its number among the scheduled.

    Args:
        workspace: The account's.
        plan: As it was shown: what it would do now.
        whom: For whom it is then.
        when: The time.

    Raises:
        InvalidInputError: It cannot be scheduled, its time has come, or the same waits already.
        StoreProblemError: The store cannot be written; nothing was scheduled.
    """
    if plan.kind not in KINDS or plan.undoes is not None:
        raise InvalidInputError(NOT_SCHEDULED)
    if when.at <= moment_of(workspace):
        raise InvalidInputError(f"{when.full()} is over already.")
    with workspace.database.read() as connection:
        waiting = scheduling.scheduled(connection, {ScheduleState.WAITING})
    asked = (plan.kind, dict(plan.params), whom, when.at)
    for it in waiting:
        if (it.kind, dict(it.params), it.whom, it.when.at) == asked:
            raise InvalidInputError(
                f"S{it.number}, {clean(it.owner)}'s, is the same for the same time already."
            )
    return scheduling.add(workspace.database, plan, whom, when, workspace.author())


def all_scheduled(workspace: Workspace) -> list[Scheduled]:
    """Return everything that was ever scheduled, by its time."""
    with workspace.database.read() as connection:
        return scheduling.scheduled(connection)


def find(workspace: Workspace, number: int) -> Scheduled:
    """Return one.

    Raises:
        InvalidInputError: There is none of that number.
    """
    with workspace.database.read() as connection:
        found = scheduling.scheduled_one(connection, number)
    if found is None:
        raise InvalidInputError(
            f"There is no scheduled operation {number}: see “drtui operations scheduled list”."
        )
    return found


def preview(workspace: Workspace, number: int) -> Plan:
    """Return what one would do if it were run now.

    Raises:
        InvalidInputError: There is none of that number, or this version cannot do it.
        NotAllowedError: Whoever is signed in may not do it.
    """
    it = find(workspace, number)
    with workspace.database.read() as connection:
        return with_names(connection, scheduling.plan_again(connection, it, workspace.rates))


def check_asks(workspace: Workspace, number: int) -> Scheduled:
    """Return one that was missed or refused, or is late, so that an answer is wanted.

    Raises:
        InvalidInputError: It is no such one, or there is none of that number.
    """
    it, now = find(workspace, number), moment_of(workspace)
    if not it.asks(now):
        raise InvalidInputError(_no_question(it, now))
    return it


def _no_question(it: Scheduled, now: datetime) -> str:
    """Say why there is nothing to answer about one; where it waits, what has it run."""
    if it.standing(now) is not ScheduleState.WAITING:
        return f"{capitalised(it.state_text(now))}: it does not wait for an answer."
    which, at = f"S{it.number} is", it.when.short(now)
    if it.when.at > now:
        return f"{which} not due before {at}: it is run then by whatever drtui is up."
    so_far = f" (so far: {clean(it.note)})" if it.note else ""
    return (
        f"{which} due since {at} and is run once the account is read{so_far}: where no drtui is "
        "up, “drtui sync” reads it and runs what is due."
    )


def run_now(workspace: Workspace, number: int, plan: Plan) -> int | None:
    """Run one that was missed or refused, as the present admin's operation.

    Returns:
        The operation's number; None where there was nothing to change.

    Raises:
        InvalidInputError: It is not one that waits for an answer.
        PlanOutdatedError: Something else came in since the plan was made.
    """
    it = check_asks(workspace, number)
    if it.state is ScheduleState.LATE:
        raise InvalidInputError("It was run, and is late: let it go on instead.")
    note = f"run by hand after it was {it.standing(moment_of(workspace))}"
    ran = scheduling.run(workspace.database, it, plan, workspace.author(), note=note, by_hand=True)
    if ran is None:
        raise PlanOutdatedError(_MEANWHILE)
    return ran.operation_id


def go_on(workspace: Workspace, number: int) -> int:
    """Let what is late of one be sent after all; return how many targets that is.

    Raises:
        InvalidInputError: It is not late, or not any more.
        NotAllowedError: The role of whoever is signed in may not do it.
    """
    it = check_asks(workspace, number)
    with workspace.database.read() as connection:
        permissions.check(read_sign_in(connection).role, it.kind)
    count = late.go_on(workspace.database, number, workspace.author())
    if not count:
        raise InvalidInputError("It does not wait for a word any more: look at it again.")
    return count


def check_may_drop(workspace: Workspace, number: int, *, of: str = "") -> Scheduled:
    """Return one that may be dropped.

    Raises:
        InvalidInputError: As of `drop`.
    """
    it = check_asks(workspace, number)
    _check_owner(workspace, it, of, "drop")
    return it


def drop(workspace: Workspace, seen: Scheduled, *, of: str = "") -> int:
    """Let one that was missed or refused be, for good; cancel the rest of one that is late.

    Args:
        workspace: The account's.
        seen: Which, as it was shown.
        of: Whose it is, where it is not one's own.

    Returns:
        How many targets of what was late may have arrived all the same.

    Raises:
        InvalidInputError: It is not one that waits for an answer, or somebody else's.
        PlanOutdatedError: It came to another state since it was shown.
    """
    _check_as_shown(workspace, seen)
    check_may_drop(workspace, seen.number, of=of)
    if seen.state is ScheduleState.LATE:
        doubtful = interventions.cancel_rest(workspace.database, seen, workspace.author())
        if doubtful is None:
            raise PlanOutdatedError(_MEANWHILE)
        return doubtful
    _end(workspace, seen, ScheduleState.DROPPED, "dropped: it is not run any more")
    return 0


def check_may_cancel(workspace: Workspace, number: int, *, of: str = "") -> Scheduled:
    """Return one that may be cancelled, or dropped.

    Raises:
        InvalidInputError: As of `cancel`.
    """
    it, now = find(workspace, number), moment_of(workspace)
    if not it.asks(now) and it.state is not ScheduleState.WAITING:
        raise InvalidInputError(f"{capitalised(it.state_text(now))}: there is nothing to cancel.")
    _check_owner(workspace, it, of, "drop" if it.asks(now) else "cancel")
    return it


def cancel(workspace: Workspace, seen: Scheduled, *, of: str = "") -> int:
    """Cancel one before its time, or drop one that asks for an answer.

    Args:
        workspace: The account's.
        seen: Which, as it was shown.
        of: Whose it is, where it is not one's own.

    Returns:
        As of `drop`.

    Raises:
        InvalidInputError: It does not wait any more, or is somebody else's.
        PlanOutdatedError: It came to another state since it was shown.
    """
    _check_as_shown(workspace, seen)
    check_may_cancel(workspace, seen.number, of=of)
    if seen.asks(moment_of(workspace)):
        return drop(workspace, seen, of=of)
    _end(workspace, seen, ScheduleState.CANCELLED, "cancelled before its time")
    return 0


def owner(workspace: Workspace, it: Scheduled) -> str:
    """Return who has to be named to cancel or drop one; empty where it is one's own."""
    return "" if it.owner == workspace.who else it.owner


def open_scheduled(connection: Transaction) -> list[Scheduled]:
    """Return those that wait for their time, or for an answer."""
    return scheduling.scheduled(connection, _OPEN)


def notice(connection: Transaction, now: datetime, key: str = "") -> str:
    """Say which scheduled operations wait for an answer; empty where none does."""
    return missed_line(open_scheduled(connection), now, key)


def told_offline(workspace: Workspace) -> str:
    """Say what being offline means for what was scheduled; empty where nothing was."""
    with workspace.database.read() as connection:
        return while_offline(open_scheduled(connection), moment_of(workspace))


def as_json(it: Scheduled, now: datetime, why: str = "") -> dict[str, object]:
    """Return one as a script reads it.

    Args:
        it: What was scheduled.
        now: The present.
        why: Why nothing would be run now; empty where nothing is in the way.
    """
    whom = it.whom
    return {
        "number": it.number,
        "what": it.what,
        "kind": it.kind.value,
        "whom": whom.text(),
        "everybody": whom.everybody,
        "filter": whom.filter_text or None,
        "profiles": list(whom.profiles),
        "at": it.when.at.isoformat().replace("+00:00", "Z"),
        "zone": it.when.zone_name or None,
        "local": it.when.full(),
        "who": it.who,
        "state": it.standing(now).value,
        "operation": it.operation_id,
        "note": it.told_note(now, why) or it.ended_by or None,
    }


COLUMNS: Final = (
    *("number", "what", "kind", "whom", "everybody", "filter", "at", "zone", "local"),
    *("who", "state", "operation", "note"),
)
"""What of it a CSV has."""


def _check_as_shown(workspace: Workspace, seen: Scheduled) -> None:
    """Refuse one that is not in the state any more in which it was shown.

    Raises:
        InvalidInputError: There is none of that number.
        PlanOutdatedError: It is not.
    """
    it = find(workspace, seen.number)
    if it.state is not seen.state:
        now = it.state_text(moment_of(workspace))
        raise PlanOutdatedError(f"It came to another state meanwhile ({now}): look at it again.")


def _check_owner(workspace: Workspace, it: Scheduled, of: str, verb: str) -> None:
    whose = owner(workspace, it)
    if of and of != it.owner:
        raise InvalidInputError(
            f"Scheduled operation {it.number} is {clean(it.owner)}'s, not {clean(of)}'s."
        )
    if whose and not of:
        raise InvalidInputError(
            f"Scheduled operation {it.number} is {clean(whose)}'s: to {verb} it all the same, say "
            f"whose it is, with “--of {clean(whose)}”."
        )


def _end(workspace: Workspace, it: Scheduled, state: ScheduleState, result: str) -> None:
    """Bring one to its end.

    Raises:
        PlanOutdatedError: It came to another state meanwhile.
    """
    author = workspace.author()
    note = f"by {author.who}" if owner(workspace, it) else ""
    if not scheduling.settle(workspace.database, it, state, result, author=author, note=note):
        raise PlanOutdatedError(_MEANWHILE)
