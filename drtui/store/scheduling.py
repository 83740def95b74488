"""Operations for a set time: kept, planned when their time has come, and marked as run.

The operation that one becomes is written in the transaction that marks it, so that it is run once
or not at all, whatever is killed in between and however often the clock is set back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from drtui.domain.actions import Action
from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.failures import FailureKind
from drtui.domain.filters import parse
from drtui.domain.naming import name_of
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import Resume
from drtui.domain.scheduling import (
    GRACE,
    NO_ENGINE,
    NOT_LET,
    OFFLINE,
    OFFLINE_ON_PURPOSE,
    SIGNED_OUT,
    Scheduled,
    ScheduleState,
    When,
    Whom,
    named,
    whose,
)
from drtui.domain.spending import Rates
from drtui.domain.stored_actions import action_from
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.store.bulk_planning import plan_users
from drtui.store.database import Database
from drtui.store.filter_sql import where
from drtui.store.journal import write_journal
from drtui.store.late import Rest, rest
from drtui.store.operation_log import newest_operation, submit_in
from drtui.store.settings import read_settings
from drtui.store.sqlite import one_of
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.tables import table
from drtui.store.users import USERS, moment, rows_by_profile, user_keys

SCHEDULED: Final = table("scheduled_operation")
_OPERATIONS: Final = table("operation")
_WAITING: Final = SCHEDULED.c.state == ScheduleState.WAITING.value


@dataclass(frozen=True, slots=True)
class Ran:
    """That one was run: as which operation, None where there was nothing to change."""

    operation_id: int | None


def add(database: Database, plan: Plan, whom: Whom, when: When, author: Author) -> int:
    """Keep an operation for a set time, durably; return its number.

    Args:
        database: The open store.
        plan: As it was shown; what it would do now is not kept.
        whom: How its targets are chosen then.
        when: The time.
        author: Who schedules it.
    """
    now = database.clock()
    with database.write(RecordKind.OPERATION, durable=True) as connection:
        number: int = connection.execute(
            insert(SCHEDULED).returning(SCHEDULED.c.id),
            {
                "kind": plan.kind.value,
                "what": plan.what,
                "params": dict(plan.params),
                "everybody": whom.everybody,
                "filter_text": whom.filter_text,
                "profiles": list(whom.profiles),
                "named": sorted(whom.named),
                "scheduled_for": when.at.timestamp(),
                "zone": when.zone_name,
                "who": author.who,
                "account_user": author.account_user,
                "created_at": now,
                "state": ScheduleState.WAITING.value,
                "note": "",
                "newest_operation": newest_operation(connection),
            },
        ).scalar_one()
        result = f"scheduled for {whom.text()}, {when.full()}"
        write_journal(connection, now, author, named(number, plan.what), result)
    return number


def scheduled(connection: Connection, states: Collection[ScheduleState] = ()) -> list[Scheduled]:
    """Return operations for a set time, the next one first; in some states, or all."""
    statement = select(SCHEDULED).order_by(SCHEDULED.c.scheduled_for, SCHEDULED.c.id)
    if states:
        statement = statement.where(SCHEDULED.c.state.in_(sorted(states)))
    found = _records(connection, connection.execute(statement).mappings().all())
    # Of one that was late the rest may have been cancelled since.
    return [one for one in found if not states or one.state in states]


def scheduled_one(connection: Connection, number: int) -> Scheduled | None:
    """Return the one of a number; None where there is none."""
    statement = select(SCHEDULED).where(SCHEDULED.c.id == number)
    found = _records(connection, connection.execute(statement).mappings().all())
    return found[0] if found else None


def next_time(connection: Connection) -> float | None:
    """Return when the next one is to be run, in seconds since the epoch; None where none is."""
    found: float | None = connection.scalar(
        select(func.min(SCHEDULED.c.scheduled_for)).where(_WAITING)
    )
    return found


def last_time(connection: Connection) -> datetime | None:
    """Return when the last one that waits is to be run; None where none does."""
    return moment(connection.scalar(select(func.max(SCHEDULED.c.scheduled_for)).where(_WAITING)))


def plan_again(connection: Connection, it: Scheduled, rates: Rates) -> Plan:
    """Plan what was scheduled from what is known now; nothing is changed.

    Args:
        connection: In a transaction.
        it: What was scheduled.
        rates: What spending is estimated with, for filters.

    Raises:
        NotAllowedError: Whoever is signed in now may not do it.
        InvalidInputError: This version does not know such an action.
    """
    keys, named, gone = _chosen(connection, it.whom, rates)
    return plan_users(connection, _action(connection, it), keys, named, gone)


def run(
    database: Database,
    it: Scheduled,
    plan: Plan,
    author: Author,
    *,
    note: str = "",
    by_hand: bool = False,
) -> Ran | None:
    """Submit what was scheduled, and mark it as run, in one durable transaction.

    Args:
        database: The open store.
        it: What was scheduled, as it was read.
        plan: Made by `plan_again`.
        author: Who bears it: whoever scheduled it, or has it run after it was missed.
        note: What there is to know of how it was planned.
        by_hand: Whether an admin has it run, so that its own time does not count any more.

    Returns:
        What it ran as; None where it is not in the state it was read in any more, since somebody
        else has run, missed or cancelled it, or where this is not its time: then nothing was
        submitted.

    Raises:
        PlanOutdatedError: See `operation_log.submit`.
    """
    with database.write(
        RecordKind.OPERATION, RecordKind.SPONSORED_USER, durable=True
    ) as connection:
        now = database.clock()
        # The host may have slept, or its clock been set, since it was found to be due.
        if not by_hand and not it.in_time(datetime.fromtimestamp(now, UTC)):
            return None
        if not _move(connection, it, ScheduleState.RAN, now, _what_came(plan, note)):
            return None
        operation_id = submit_in(connection, plan, author, now) if plan.changes_something else None
        connection.execute(
            update(SCHEDULED)
            .where(SCHEDULED.c.id == it.number)
            .values(
                operation_id=operation_id,
                newest_operation=newest_operation(connection),
                word_at=now if by_hand else None,
            )
        )
        there = read_sync_state(connection).caller_alias
        became, signed = "nothing to change", ""
        if operation_id is not None:
            became = f"ran as operation {operation_id}"
            other = there not in ("", author.account_user)
            signed = f"delivered as {clean(there)}" if other else ""
        result = whose("; ".join(filter(None, (became, signed, note))), it.who, author.who)
        what = named(it.number, it.what)
        write_journal(connection, now, author, what, result, operation_id=operation_id)
    return Ran(operation_id)


def in_the_way(state: SyncState) -> str:
    """Say why nothing would be run now, by the engine's word; empty where nothing is in the way."""
    if state.on_purpose is not None:
        return OFFLINE_ON_PURPOSE
    if state.connectivity is Connectivity.OFFLINE:
        return OFFLINE
    if state.halt is FailureKind.NOT_SIGNED_IN:
        return SIGNED_OUT
    return "" if state.halt is None else NOT_LET


def hold_up(database: Database, due: Sequence[Scheduled], why: str) -> None:
    """Note why what is due is not run yet, for whoever looks, and for the case that it is missed.

    Args:
        database: The open store.
        due: As they were read.
        why: As `in_the_way` returns it.
    """
    numbers = [one.number for one in due if one.note != why]
    if not numbers:
        return
    with database.write(RecordKind.OPERATION) as connection:
        connection.execute(
            update(SCHEDULED).where(_WAITING, SCHEDULED.c.id.in_(numbers)).values(note=why)
        )


def mark_missed(database: Database, why: str = "") -> list[int]:
    """Mark what was to be run too long ago; return the numbers, none where nothing was.

    Args:
        database: The open store.
        why: Why it was not run in time, where `hold_up` was not told; empty is that no engine was
            there.
    """
    latest = database.clock() - GRACE.total_seconds()
    late = (_WAITING, SCHEDULED.c.scheduled_for < latest)
    with database.read() as connection:
        if connection.scalar(select(SCHEDULED.c.id).where(*late).limit(1)) is None:
            return []
        found = scheduled(connection, {ScheduleState.WAITING})
    over = [one for one in found if one.when.at.timestamp() < latest]
    return [one.number for one in over if _missed(database, one, one.note or why or NO_ENGINE)]


def settle(
    database: Database,
    it: Scheduled,
    state: ScheduleState,
    result: str,
    *,
    author: Author | None = None,
    note: str = "",
) -> bool:
    """Bring one to a state in which nothing is run; return whether it was still as it was read.

    Args:
        database: The open store.
        it: As it was read.
        state: Missed, refused, dropped or cancelled.
        result: For the journal.
        author: Who does it; None is whoever scheduled it, as for what nobody does.
        note: Why, where that is not said by the state.
    """
    now = database.clock()
    with database.write(RecordKind.OPERATION, durable=True) as connection:
        if not _move(connection, it, state, now, note):
            return False
        who = author or Author(it.who, it.account_user)
        told = whose(result, it.who, who.who)
        write_journal(connection, now, who, named(it.number, it.what), told)
    return True


def _missed(database: Database, it: Scheduled, why: str) -> bool:
    result = f"missed: {why} at its time; nothing was done"
    return settle(database, it, ScheduleState.MISSED, result, note=why)


def _move(
    connection: Connection, it: Scheduled, state: ScheduleState, now: float, note: str
) -> bool:
    """Bring one to another state where it is in the one it was read in."""
    moved = connection.execute(
        update(SCHEDULED)
        .where(SCHEDULED.c.id == it.number, SCHEDULED.c.state == it.state.value)
        .values(
            state=state.value,
            note=note,
            settled_at=now,
            newest_operation=newest_operation(connection),
        )
    )
    return bool(moved.rowcount)


def _chosen(
    connection: Connection, whom: Whom, rates: Rates
) -> tuple[Sequence[int], frozenset[int], tuple[str, ...]]:
    """Return the ids of users, those named one by one, and the profiles that are not there."""
    if whom.everybody:
        return user_keys(connection), frozenset(), ()
    if whom.filter_text:
        condition = where(parse(whom.filter_text), rates=rates)
        return user_keys(connection, condition), frozenset(), ()
    rows = rows_by_profile(connection, whom.profiles)
    there = {
        one: int(rows[one]["id"])
        for one in whom.profiles
        if one in rows and rows[one]["gone_at"] is None
    }
    named = frozenset(key for one, key in there.items() if one in whom.named)
    gone = tuple(one for one in whom.profiles if one not in there)
    return list(there.values()), named, gone


def _action(connection: Connection, it: Scheduled) -> Action:
    try:
        action = action_from(it.kind, it.params)
    except ValueError as error:
        raise InvalidInputError(f"This drtui cannot do “{it.what}”: {error}.") from error
    if isinstance(action, Resume):  # what new users get may have been changed since
        settings, _ = read_settings(connection)
        return replace(action, defaults=settings.new_user_limits)
    return action


def _what_came(plan: Plan, note: str) -> str:
    """Say what was planned again, where that is not plain from the operation."""
    nothing = "" if plan.changes_something else f"nothing to change: {_why_nothing(plan)}"
    gone = counted(len(plan.unmatched), "racer is", "racers are")
    lost = f"{gone} no longer in the account" if plan.unmatched else ""
    return "; ".join(filter(None, (nothing, lost, note)))


def _why_nothing(plan: Plan) -> str:
    already, cannot = plan.count(Outcome.ALREADY_SO), plan.count(Outcome.CANNOT)
    parts = [f"{already:,} already so"] if already else []
    parts += [f"{cannot:,} cannot"] if cannot else []
    return ", ".join(parts) or "it was for nobody"


def _records(connection: Connection, rows: Sequence[RowMapping]) -> list[Scheduled]:
    alone = {row["profiles"][0] for row in rows if len(row["profiles"]) == 1}
    known = select(USERS.c.profile_id, USERS.c.alias, USERS.c.email)  # there or gone
    found = connection.execute(known.where(one_of(USERS.c.profile_id, sorted(alone))))
    names = {one: name_of(alias, one, email) for one, alias, email in found}
    return [_record(connection, row, names) for row in rows]


def _record(connection: Connection, row: RowMapping, names: Mapping[str, str]) -> Scheduled:
    values: dict[str, Any] = dict(row)
    state, left, run_by = ScheduleState(values["state"]), Rest(0, 0, 0), ""
    if state is ScheduleState.LATE:
        left = rest(connection, values["operation_id"])
        of = _OPERATIONS.c.id == values["operation_id"]
        who: str = connection.execute(select(_OPERATIONS.c.who).where(of)).scalar_one()
        run_by = "" if who == values["who"] else who
        if not left.unsent:  # cancelled
            state = ScheduleState.RAN
    return Scheduled(
        number=values["id"],
        kind=OperationKind(values["kind"]),
        what=values["what"],
        params=values["params"],
        whom=Whom(
            everybody=values["everybody"],
            filter_text=values["filter_text"],
            profiles=tuple(values["profiles"]),
            named=frozenset(values["named"]),
            name=names.get(values["profiles"][0], "") if len(values["profiles"]) == 1 else "",
        ),
        when=When(datetime.fromtimestamp(values["scheduled_for"], UTC), values["zone"]),
        who=values["who"],
        account_user=values["account_user"],
        created_at=datetime.fromtimestamp(values["created_at"], UTC),
        state=state,
        operation_id=values["operation_id"],
        note=values["note"],
        settled_at=moment(values["settled_at"]),
        newest=values["newest_operation"],
        run_by=run_by,
        unsent=left.unsent,
        in_doubt=left.in_doubt,
        total=left.total,
    )
