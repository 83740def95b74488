"""Operations for a set time in the store: run once or not at all, and never in silence."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands import scheduling
from drtui.commands.quotas import plan_set_quotas
from drtui.commands.selection import select_by_filter, select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.problems import InvalidInputError, NotAllowedError, PlanOutdatedError
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Role
from drtui.domain.scheduling import (
    GRACE,
    NO_ENGINE,
    NOT_LET,
    OFFLINE,
    OFFLINE_ON_PURPOSE,
    SIGNED_OUT,
    UNREAD,
    ScheduleState,
    Whom,
)
from drtui.domain.signing_in import SignInState
from drtui.store import scheduling as store
from drtui.store.database import Database
from drtui.store.offline import go_offline
from drtui.store.operation_log import operation, operations
from drtui.store.sign_in import write_sign_in
from drtui.store.sync_state import (
    Connectivity,
    read_sync_state,
    write_connectivity,
    write_halt,
)
from tests.support.deployments import racer_id, racers
from tests.support.logs import ADA, Log
from tests.support.scheduling import everybody, found, scheduled, scheduled_pause, scheduled_resume

HOUR = 3_600.0


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "store.sqlite", racers(3))
    yield made
    made.database.close()


def run(log: Log, number: int, author: Author = ADA) -> store.Ran | None:
    """Run one when its time has come."""
    it = found(log.workspace, number)
    log.clock.now = max(log.clock.now, it.when.at.timestamp())
    with log.database.read() as connection:
        plan = store.plan_again(connection, it, log.workspace.rates)
    return store.run(log.database, it, plan, author)


def journal(database: Database) -> list[tuple[str, str]]:
    from drtui.store.tables import table

    with database.read() as connection:
        rows = connection.execute(table("journal").select()).mappings()
        return [(row["what"], row["result"]) for row in rows]


def state(log: Log, number: int) -> ScheduleState:
    return found(log.workspace, number).state


def test_what_is_scheduled_changes_nothing_until_it_is_run(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR, zone="Europe/Berlin")
    it = found(log.workspace, number)
    assert it.state is ScheduleState.WAITING
    assert it.when.zone_name == "Europe/Berlin"
    assert it.title() == "Pause sponsorship for everybody"
    with log.database.read() as connection:
        assert operations(connection) == []
        assert store.next_time(connection) == log.clock.now + HOUR
    ((what, result),) = journal(log.database)
    assert what == f"Scheduled S{number}: Pause sponsorship"
    assert result == f"scheduled for everybody, {it.when.full()}"


def test_it_is_planned_again_on_what_there_is_then(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    log.submit(SetQuotas(QuotaChange(60, relative=True), None), 0)
    log.deliver()
    log.account |= {one.profile_id: one for one in racers(5)[3:]}
    log.sweep()
    ran = run(log, number)
    assert ran is not None
    assert ran.operation_id is not None
    items = {item.target: item for item in log.items(ran.operation_id)}
    assert items.keys() == {racer_id(one) for one in range(5)}
    assert items[racer_id(0)].before["minutes_limit"] == 360


def test_it_is_run_once_and_marked_in_the_same_transaction(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    it = found(log.workspace, number)
    ran = run(log, number)
    assert ran is not None
    marked = found(log.workspace, number)
    assert (marked.state, marked.operation_id) == (ScheduleState.RAN, ran.operation_id)
    with log.database.read() as connection:
        plan = store.plan_again(connection, it, log.workspace.rates)
    log.clock.step(-10 * HOUR)
    assert store.run(log.database, it, plan, ADA) is None
    with log.database.read() as connection:
        assert len(operations(connection)) == 1
        assert store.next_time(connection) is None


@pytest.mark.parametrize("after", [-1.0, GRACE.total_seconds() + 1.0], ids=["before", "after"])
def test_only_an_admin_runs_it_at_another_time_than_its_own(log: Log, after: float) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    it = found(log.workspace, number)
    with log.database.read() as connection:
        plan = store.plan_again(connection, it, log.workspace.rates)
    log.clock.step(HOUR + after)
    assert store.run(log.database, it, plan, ADA) is None
    assert state(log, number) is ScheduleState.WAITING
    assert len(journal(log.database)) == 1
    assert store.run(log.database, it, plan, ADA, by_hand=True) is not None


def test_a_plan_that_is_outdated_leaves_it_waiting_and_writes_nothing(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    it = found(log.workspace, number)
    with log.database.read() as connection:
        plan = store.plan_again(connection, it, log.workspace.rates)
    log.submit(Pause(), 0)
    log.clock.step(HOUR)
    with pytest.raises(PlanOutdatedError):
        store.run(log.database, it, plan, ADA)
    assert state(log, number) is ScheduleState.WAITING
    assert len(journal(log.database)) == 2


def test_a_filter_is_asked_again_and_a_list_is_kept(log: Log) -> None:
    workspace = log.workspace
    chosen = select_by_filter(workspace, "racer-1")
    plan = plan_set_quotas(workspace, chosen, "+1", None)
    by_filter = scheduling.whom_of(workspace, chosen, filter_text="racer-1")
    by_list = scheduling.whom_of(workspace, chosen)
    numbers = [
        scheduled(workspace, plan, log.clock.now + HOUR, one) for one in (by_filter, by_list)
    ]
    log.account |= {one.profile_id: one for one in racers(11)[10:]}  # racer-10 matches as well
    log.sweep()
    targets = []
    for number in numbers:
        ran = run(log, number)
        assert ran is not None
        targets.append({item.target for item in log.items(ran.operation_id)})
    assert targets == [{racer_id(1), racer_id(10)}, {racer_id(1)}]


def test_who_has_gone_meanwhile_is_told(log: Log) -> None:
    workspace = log.workspace
    whom = scheduling.whom_of(workspace, select_by_name(workspace, ["racer-0", "racer-1"]))
    number = scheduled_pause(workspace, log.clock.now + HOUR, whom)
    del log.account[racer_id(1)]
    for _ in range(2):  # one that is missing once may have been passed over
        log.clock.step(60)
        log.sweep()
    assert run(log, number) is not None
    assert "1 racer is no longer in the account" in found(workspace, number).note


def test_where_nothing_is_to_be_changed_it_ran_without_an_operation(log: Log) -> None:
    number = scheduled_resume(log.workspace, log.clock.now + HOUR)
    ran = run(log, number)
    assert ran == store.Ran(None)
    it = found(log.workspace, number)
    assert it.state is ScheduleState.RAN
    assert it.note == "nothing to change: 3 already so"
    assert journal(log.database)[-1][1] == "nothing to change"


def test_a_pause_and_its_resume_bring_everybody_back(log: Log) -> None:
    pause = scheduled_pause(log.workspace, log.clock.now + HOUR)
    resume = scheduled_resume(log.workspace, log.clock.now + 2 * HOUR)
    run(log, pause)  # without a network: the second is planned on what the first will do
    run(log, resume)
    log.deliver()
    assert [log.limits(one) for one in range(3)] == [Limits(300, 3)] * 3


def test_what_was_to_be_run_longer_ago_than_the_grace_is_missed(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    log.clock.step(HOUR + GRACE.total_seconds())
    assert store.mark_missed(log.database) == []
    log.clock.step(1.0)
    assert found(log.workspace, number).standing(scheduling.moment_of(log.workspace)) is (
        ScheduleState.MISSED
    )
    assert store.mark_missed(log.database) == [number]
    assert store.mark_missed(log.database) == []
    assert state(log, number) is ScheduleState.MISSED
    with log.database.read() as connection:
        now = scheduling.moment_of(log.workspace)
        told = scheduling.notice(connection, now)
        assert told.startswith("S1 “Pause sponsorship” of ")
        assert told.endswith(" was missed, and not run: run or drop it.")
        assert operations(connection) == []
    assert journal(log.database)[-1][1].startswith("missed: ")


@pytest.mark.parametrize(
    ("noted", "told", "why"),
    [
        ("", "", NO_ENGINE),
        ("", UNREAD, UNREAD),
        (OFFLINE, "", OFFLINE),
        (SIGNED_OUT, UNREAD, SIGNED_OUT),
    ],
)
def test_why_it_was_missed_is_what_was_noted_when_it_was_due(
    log: Log, noted: str, told: str, why: str
) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    if noted:
        store.hold_up(log.database, [found(log.workspace, number)], noted)
    log.clock.step(HOUR + GRACE.total_seconds() + 1)
    store.mark_missed(log.database, told)
    it = found(log.workspace, number)
    assert it.reason(scheduling.moment_of(log.workspace)) == f"{why} at its time"
    assert journal(log.database)[-1][1] == f"missed: {why} at its time; nothing was done"


def test_what_is_over_is_not_held_up_any_more(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    as_read = found(log.workspace, number)
    scheduling.cancel(log.workspace, found(log.workspace, number))
    store.hold_up(log.database, [as_read], OFFLINE)
    assert found(log.workspace, number).note == ""


def test_what_is_in_the_way_is_what_lasts_longest(log: Log) -> None:
    def in_the_way() -> str:
        with log.database.read() as connection:
            return store.in_the_way(read_sync_state(connection))

    assert in_the_way() == ""
    write_halt(log.database, FailureKind.BLOCKED, "blocked")
    assert in_the_way() == NOT_LET
    write_halt(log.database, FailureKind.NOT_SIGNED_IN, "sign in")
    assert in_the_way() == SIGNED_OUT
    write_connectivity(log.database, Connectivity.OFFLINE)
    assert in_the_way() == OFFLINE
    go_offline(log.database, log.workspace.author())
    assert in_the_way() == OFFLINE_ON_PURPOSE


def test_a_missed_one_is_run_by_whoever_answers(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    log.clock.step(2 * HOUR)
    bo = Workspace(log.database, "bo")
    became = scheduling.run_now(bo, number, scheduling.preview(bo, number))
    assert became is not None
    with log.database.read() as connection:
        it = operation(connection, became)
    assert it is not None
    assert (it.who, it.kind, it.count(ItemState.PENDING)) == ("bo", OperationKind.PAUSE, 3)
    assert "run by hand after it was missed" in found(bo, number).note
    assert state(log, number) is ScheduleState.RAN
    ran = "ran as operation 1; run by hand after it was missed (ada's)"
    assert journal(log.database)[-1] == ("Scheduled S1: Pause sponsorship", ran)


def test_what_waits_is_not_answered_and_says_what_has_it_run(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)

    def refusal() -> str:
        with pytest.raises(InvalidInputError) as refused:
            scheduling.run_now(log.workspace, number, scheduling.preview(log.workspace, number))
        return str(refused.value)

    at = found(log.workspace, number).when.short(scheduling.moment_of(log.workspace))
    assert refusal() == f"S1 is not due before {at}: it is run then by whatever drtui is up."
    log.clock.step(HOUR)
    runs = "where no drtui is up, “drtui sync” reads it and runs what is due."
    assert refusal() == f"S1 is due since {at} and is run once the account is read: {runs}"
    store.hold_up(log.database, [found(log.workspace, number)], OFFLINE)
    assert "once the account is read (so far: offline): where" in refusal()


def test_a_missed_one_is_dropped_for_good(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    log.clock.step(2 * HOUR)
    scheduling.drop(log.workspace, found(log.workspace, number))
    assert state(log, number) is ScheduleState.DROPPED
    log.clock.step(-2 * HOUR)
    assert store.mark_missed(log.database) == []
    with log.database.read() as connection:
        assert store.next_time(connection) is None
        assert scheduling.notice(connection, scheduling.moment_of(log.workspace)) == ""


def test_only_what_waits_is_cancelled_and_anothers_only_by_name(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    bo = Workspace(log.database, "bo")
    with pytest.raises(InvalidInputError, match="is ada's: to cancel it"):
        scheduling.cancel(bo, found(bo, number))
    with pytest.raises(InvalidInputError, match="is ada's, not eve's"):
        scheduling.cancel(bo, found(bo, number), of="eve")
    scheduling.cancel(bo, found(bo, number), of="ada")
    assert state(log, number) is ScheduleState.CANCELLED
    with pytest.raises(InvalidInputError, match="nothing to cancel"):
        scheduling.cancel(log.workspace, found(log.workspace, number))
    assert run_is_refused(log, number)
    assert journal(log.database)[-1][1] == "cancelled before its time (ada's)"
    assert told(log, number) == ("cancelled by bo", "by bo")


def told(log: Log, number: int) -> tuple[str, object]:
    """What is said of where one stands, and what a script reads as its note."""
    it, now = found(log.workspace, number), scheduling.moment_of(log.workspace)
    return it.state_text(now), scheduling.as_json(it, now)["note"]


def test_who_ended_one_is_told_only_where_it_was_not_its_owner(log: Log) -> None:
    mine = scheduled_pause(log.workspace, log.clock.now + HOUR)
    theirs = scheduled_pause(log.workspace, log.clock.now + HOUR + 60)
    kept = scheduled_pause(log.workspace, log.clock.now + 9 * HOUR)
    log.clock.step(2 * HOUR)
    scheduling.drop(log.workspace, found(log.workspace, mine))
    scheduling.drop(Workspace(log.database, "bo"), found(log.workspace, theirs), of="ada")
    scheduling.cancel(log.workspace, found(log.workspace, kept))
    assert [result for _, result in journal(log.database)[-3:]] == [
        "dropped: it is not run any more",
        "dropped: it is not run any more (ada's)",
        "cancelled before its time",
    ]
    assert [told(log, one) for one in (mine, theirs, kept)] == [
        ("dropped", None),
        ("dropped by bo", "by bo"),
        ("cancelled", None),
    ]


def run_is_refused(log: Log, number: int) -> bool:
    with pytest.raises(InvalidInputError, match="does not wait for an answer"):
        scheduling.check_asks(log.workspace, number)
    return True


def test_a_role_that_may_not_do_it_is_told_when_it_is_planned_again(log: Log) -> None:
    number = scheduled_pause(log.workspace, log.clock.now + HOUR)
    write_sign_in(log.database, SignInState.SIGNED_IN, "fay", Role.FACILITATOR)
    with pytest.raises(NotAllowedError):
        run(log, number)


def test_a_resume_gives_what_new_users_get_by_then(log: Log) -> None:
    from drtui.domain.records import AccountSettings
    from drtui.store.settings import write_settings

    log.account = {one.profile_id: one for one in racers(2, minutes=0, models=0)}
    log.sweep()
    write_settings(log.database, AccountSettings(300, 3, "invite-only"))
    number = scheduled_resume(log.workspace, log.clock.now + HOUR)
    write_settings(log.database, AccountSettings(600, 5, "invite-only"))
    ran = run(log, number)
    assert ran is not None
    after = log.items(ran.operation_id)[0].after
    assert (after["minutes_limit"], after["models_limit"]) == (600, 5)


def test_nobody_and_the_past_are_refused(log: Log) -> None:
    workspace = log.workspace
    nobody = select_by_filter(workspace, "not-there")
    with pytest.raises(InvalidInputError, match="nobody"):
        scheduling.whom_of(workspace, nobody)
    assert scheduling.whom_of(workspace, nobody, filter_text="not-there") == Whom(
        filter_text="not-there"
    )
    with pytest.raises(InvalidInputError, match="over already"):
        scheduled_pause(workspace, log.clock.now)
    assert datetime.fromtimestamp(log.clock.now, UTC) == scheduling.moment_of(workspace)
    assert everybody(workspace).keys
