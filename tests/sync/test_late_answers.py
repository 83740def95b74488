"""What an admin answers where something scheduled is late, and what becomes of it then."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from drtui.commands import scheduling
from drtui.commands.bulk import plan_action, submit
from drtui.commands.operations import (
    apply_ours,
    cancel,
    keep_theirs,
    retry,
    set_aside,
)
from drtui.commands.selection import select_by_name
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.operations import Hold, ItemState
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.domain.scheduling import GRACE, ScheduleState
from drtui.store.delivery import exchange
from drtui.store.journal import journal
from drtui.store.late import hold_what_is_late
from drtui.store.settlement import Settlement
from drtui.store.users import ITEMS
from drtui.sync.options import Ending
from tests.support.deployments import racer_id
from tests.support.scheduling import found, scheduled_resume
from tests.sync.scheduling_worlds import (
    HOUR,
    LATE,
    PAUSED,
    THEIRS,
    World,
    newest,
    ran_and_unsent,
    results,
    run_until,
    told,
    world,
)

__all__ = ["world"]


def in_state(world: World, number: int, state: ItemState) -> None:
    """Let a target be in a state since its operation began."""
    with world.database.write() as connection:
        its = ITEMS.c.target == racer_id(number)
        since = world.clock.now
        connection.execute(update(ITEMS).where(its).values(state=state.value, settled_at=since))


@pytest.mark.parametrize(
    ("state", "handle"),
    [
        (ItemState.PENDING, lambda world, it: cancel(world.workspace, it, [racer_id(1)])),
        (ItemState.FAILED, lambda world, it: retry(world.workspace, it)),
        (ItemState.FAILED, lambda world, it: set_aside(world.workspace, it)),
        (ItemState.CONFLICT, lambda world, it: keep_theirs(world.workspace, it)),
        (ItemState.CONFLICT, lambda world, it: apply_ours(world.workspace, it)),
    ],
    ids=["cancel", "retry", "set aside", "keep theirs", "apply ours"],
)
def test_what_is_done_to_one_target_is_no_word_for_the_rest(
    world: World, state: ItemState, handle: Callable[[World, int], object]
) -> None:
    number = ran_and_unsent(world)
    if state is not ItemState.PENDING:
        in_state(world, 1, state)
    world.clock.step(16 * HOUR)
    handle(world, newest(world).operation_id)
    assert world.run() is Ending.UNDELIVERED
    assert world.state(number) is ScheduleState.LATE
    assert world.limits() == [THEIRS] * 3


def test_the_word_to_go_on_sends_the_rest_and_is_in_the_journal(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(16 * HOUR)
    world.run()
    assert scheduling.go_on(world.workspace, number) == 3
    assert world.run() is Ending.DELIVERED
    assert world.limits() == [PAUSED] * 3
    assert world.state(number) is ScheduleState.RAN
    assert told(world) == ""
    assert "held: 3 of 3 not sent in time; they wait for a word" in results(world)
    assert "goes on: 3 that were late are sent after all" in results(world)


def test_the_word_to_drop_it_cancels_the_rest(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(16 * HOUR)
    world.run()
    scheduling.drop(world.workspace, found(world.workspace, number))
    assert told(world) == ""
    assert world.run() is Ending.DELIVERED
    assert world.limits() == [THEIRS] * 3
    assert newest(world).count(ItemState.CANCELLED) == 3
    assert world.state(number) is ScheduleState.RAN


def test_a_word_given_twice_or_for_what_was_cancelled_meanwhile_is_refused(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(16 * HOUR)
    world.run()
    cancel(world.workspace, newest(world).operation_id)
    with pytest.raises(InvalidInputError, match="does not wait for an answer"):
        scheduling.go_on(world.workspace, number)
    with pytest.raises(InvalidInputError, match="does not wait for an answer"):
        scheduling.drop(world.workspace, found(world.workspace, number))


def test_what_goes_on_may_be_held_again(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(16 * HOUR)
    world.run()
    scheduling.go_on(world.workspace, number)
    world.clock.step(LATE)
    world.run()
    assert world.state(number) is ScheduleState.LATE
    assert world.limits() == [THEIRS] * 3


def gone_on_behind_a_conflict(world: World) -> tuple[int, int]:
    """The word is given and the rest sent, but for one behind somebody else's conflict.

    Returns:
        The number of what was scheduled, and the operation that is in conflict.
    """
    chosen = select_by_name(world.workspace, [racer_id(0)])
    action = SetQuotas(QuotaChange(540), None)
    other = submit(world.workspace, plan_action(world.workspace, action, chosen))
    assert other is not None
    number = world.pause()
    world.deployment.somebody_sets(racer_id(0), Limits(77, 3))
    world.clock.step(HOUR)
    run_until(world, lambda: world.state(number) is ScheduleState.RAN)
    world.clock.step(LATE)
    world.run()
    scheduling.go_on(world.workspace, number)
    assert world.run() is Ending.UNDELIVERED
    assert newest(world).count(ItemState.DONE) == 2
    assert newest(world).hold is Hold.CONFLICT
    return number, other


@pytest.mark.parametrize(
    "settle", [keep_theirs, apply_ours, set_aside], ids=["keep theirs", "apply ours", "set aside"]
)
def test_what_goes_on_waits_for_a_conflict_however_long_and_is_not_asked_about(
    world: World, settle: Callable[..., object]
) -> None:
    number, other = gone_on_behind_a_conflict(world)
    for _ in range(3):
        world.clock.step(LATE)
        assert world.run() is Ending.UNDELIVERED
        assert world.state(number) is ScheduleState.RAN
    world.clock.step(GRACE.total_seconds() - 1)
    settle(world.workspace, other)
    world.clock.step(GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [PAUSED] * 3


def test_what_could_be_sent_again_and_was_not_is_asked_about(world: World) -> None:
    number, other = gone_on_behind_a_conflict(world)
    world.clock.step(16 * HOUR)
    keep_theirs(world.workspace, other)
    world.clock.step(LATE)
    assert world.run() is Ending.UNDELIVERED
    assert world.state(number) is ScheduleState.LATE
    assert found(world.workspace, number).unsent == 1


def test_what_goes_on_waits_for_what_is_late_before_it(world: World) -> None:
    first = world.pause()
    second = scheduled_resume(world.workspace, world.clock.now + HOUR)
    world.clock.step(HOUR)
    run_until(world, lambda: world.state(second) is ScheduleState.RAN)
    world.clock.step(LATE)
    world.run()
    assert [world.state(one) for one in (first, second)] == [ScheduleState.LATE] * 2
    scheduling.go_on(world.workspace, second)
    world.clock.step(16 * HOUR)
    world.run()
    assert world.state(second) is ScheduleState.RAN
    world.clock.step(GRACE.total_seconds() - 1)
    scheduling.go_on(world.workspace, first)
    world.clock.step(GRACE.total_seconds() - 1)
    assert world.run() is Ending.DELIVERED
    assert world.state(second) is ScheduleState.RAN
    assert world.deployment.sent_to(racer_id(0)) == [PAUSED, THEIRS]


@pytest.mark.parametrize("state", [ItemState.DOUBTFUL, ItemState.PENDING], ids=["doubt", "error"])
def test_what_is_undone_is_not_asked_about_and_put_back(world: World, state: ItemState) -> None:
    number = ran_and_unsent(world)
    first, *_ = exchange(world.database, [], 1, 7)
    exchange(world.database, [Settlement(first, state, "HTTP 500", claim=7)], 0, 8)
    world.clock.step(16 * HOUR)
    world.run()
    assert world.state(number) is ScheduleState.LATE
    undo = submit_undo(world.workspace, plan_undo(world.workspace, newest(world).operation_id))
    assert undo is not None
    world.clock.step(LATE)
    world.run()
    world.clock.step(LATE)  # for what may have arrived, an account is read after that
    assert world.run() is Ending.DELIVERED
    assert told(world) == ""
    assert world.state(number) is ScheduleState.RAN
    assert world.limits() == [THEIRS] * 3


def test_what_was_run_by_hand_is_whose_hand_that_was(world: World) -> None:
    number = world.pause()
    world.clock.step(16 * HOUR)
    world.run()
    bo = Workspace(world.database, "bo")
    scheduling.run_now(bo, number, scheduling.preview(bo, number))
    world.clock.step(LATE)
    assert hold_what_is_late(world.database) == [number]
    assert found(world.workspace, number).owner == "bo"
    with pytest.raises(InvalidInputError, match="is bo's"):
        scheduling.drop(world.workspace, found(world.workspace, number))
    with world.database.read() as connection:
        lines = journal(connection, newest(world).operation_id)
    (held,) = [one for one in lines if one.result.startswith("held: ")]
    assert held.who == "bo"
    scheduling.drop(bo, found(bo, number))
    assert newest(world).count(ItemState.CANCELLED) == 3


def test_a_retry_of_nothing_is_no_word(world: World) -> None:
    number = ran_and_unsent(world)
    world.clock.step(GRACE.total_seconds() - 5)
    assert retry(world.workspace, newest(world).operation_id) == 0
    assert apply_ours(world.workspace, newest(world).operation_id) == 0
    world.clock.step(60)
    world.run()
    assert world.state(number) is ScheduleState.LATE


def test_what_may_have_arrived_is_told_apart_from_what_was_not_sent(world: World) -> None:
    number = ran_and_unsent(world)
    first, *_ = exchange(world.database, [], 1, 7)
    exchange(world.database, [Settlement(first, ItemState.DOUBTFUL, "no answer", claim=7)], 0, 8)
    world.clock.step(16 * HOUR)
    world.run()
    it = found(world.workspace, number)
    assert (it.unsent, it.in_doubt, it.total) == (3, 1, 3)
    assert "3 of 3 not sent or in doubt by" in told(world)
    assert scheduling.drop(world.workspace, found(world.workspace, number)) == 1
    lines = results(world)
    assert "held: 3 of 3 not sent in time, 1 of them in doubt; they wait for a word" in lines
    assert "dropped: 2 of the rest are not sent, 1 in doubt" in lines


def test_what_is_late_by_the_time_of_the_answer_is_not_cancelled_as_what_waits(
    world: World,
) -> None:
    number = world.pause()
    waits = found(world.workspace, number)
    world.clock.step(HOUR)
    run_until(world, lambda: world.state(number) is ScheduleState.RAN)
    world.clock.step(16 * HOUR)
    world.run()
    assert world.state(number) is ScheduleState.LATE
    for end in (scheduling.cancel, scheduling.drop):
        with pytest.raises(PlanOutdatedError, match=r"3 of 3 not sent by .*: look at it again"):
            end(world.workspace, waits)
    assert newest(world).count(ItemState.CANCELLED) == 0
    assert world.state(number) is ScheduleState.LATE


def test_what_goes_on_meanwhile_is_not_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ran_and_unsent(world)
    world.clock.step(16 * HOUR)
    world.run()
    it = found(world.workspace, number)
    scheduling.go_on(world.workspace, number)
    with pytest.raises(PlanOutdatedError) as refused:
        scheduling.drop(world.workspace, it)
    ran = f"(ran as operation {newest(world).operation_id})"
    assert str(refused.value) == f"It came to another state meanwhile {ran}: look at it again."
    monkeypatch.setattr(scheduling, "find", lambda *_: it)  # it goes on just after that look
    with pytest.raises(PlanOutdatedError, match="another state meanwhile"):
        scheduling.drop(world.workspace, it)
    assert newest(world).count(ItemState.CANCELLED) == 0
