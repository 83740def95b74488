"""The queue before it is sent: its order, moving an operation, and editing one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from drtui.commands import operations, queueing
from drtui.commands.quotas import read_quotas
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole
from drtui.domain.operations import MINUTES_LIMIT, ItemState
from drtui.domain.problems import InvalidInputError, NotAllowedError, PlanOutdatedError
from drtui.domain.quota_actions import Pause, Resume, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import UNLIMITED, Limits, Role
from drtui.store.journal import journal
from drtui.store.sign_in import write_role
from drtui.sync.options import EngineOptions
from tests.support.deployments import racer_id
from tests.sync.worlds import World

HOURS_9 = SetQuotas(QuotaChange(540), None)
HOURS_2_MORE = SetQuotas(QuotaChange(120, relative=True), None)
"""The racers have 5 hours to begin with."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 6)
    yield made
    made.database.close()


def order(world: World) -> list[int]:
    return [one.operation_id for one in queueing.queue(world.workspace)]


def hours(world: World, operation: int) -> list[object]:
    return [item.after.get(MINUTES_LIMIT) for item in world.items(operation)]


def test_the_queue_is_in_the_order_of_delivery_and_says_how_much_waits(world: World) -> None:
    first, second = world.submit(HOURS_9, 0, 1), world.submit(HOURS_9, 2)
    assert [
        (one.operation_id, one.waiting, one.unsent) for one in queueing.queue(world.workspace)
    ] == [(first, 2, 2), (second, 1, 1)]
    world.run()
    assert order(world) == []


def test_an_operation_moved_to_the_front_is_sent_first(world: World) -> None:
    first, second, third = (world.submit(HOURS_9, number) for number in range(3))
    assert queueing.move(world.workspace, third, first).anew == 0
    assert order(world) == [third, first, second]
    one_by_one = EngineOptions(concurrency=1, changes_per_second=1e5, refresh_seconds=600.0)
    world.run(options=one_by_one)
    assert world.deployment.changes[0][0] == racer_id(2)


def test_what_two_operations_want_of_the_same_targets_is_planned_anew(world: World) -> None:
    absolute = world.submit(HOURS_9, 0, 1)
    relative = world.submit(HOURS_2_MORE, 1, 2)
    assert hours(world, relative) == [660, 420]
    assert queueing.move(world.workspace, relative, absolute).anew == 1
    assert hours(world, relative) == [420, 420]
    assert hours(world, absolute) == [540, 540]
    world.run()
    assert world.states(relative) == {ItemState.DONE: 2}
    assert world.deployment.limits(racer_id(1)) == Limits(540, 3)


def test_moving_last_and_back_again_leaves_everything_as_it_was(world: World) -> None:
    absolute = world.submit(HOURS_9)
    relative = world.submit(HOURS_2_MORE)
    before = hours(world, relative)
    queueing.move(world.workspace, absolute, None)
    assert order(world) == [relative, absolute]
    queueing.move(world.workspace, relative, None)
    assert order(world) == [absolute, relative]
    assert hours(world, relative) == before


def test_a_move_takes_as_many_statements_for_many_targets_as_for_one(world: World) -> None:
    """Nobody else can write meanwhile."""
    counts = [0]

    def counted(*_: object) -> None:
        counts[-1] += 1

    event.listen(Engine, "before_cursor_execute", counted)
    try:
        for numbers in ((0,), (1, 2, 3, 4, 5)):
            absolute = world.submit(HOURS_9, *numbers)
            relative = world.submit(HOURS_2_MORE, *numbers)
            counts[-1] = 0
            assert queueing.move(world.workspace, relative, absolute).anew == len(numbers)
            counts.append(0)
            world.run()
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    assert counts[0] == counts[1] > 0


def test_an_order_without_a_meaning_is_refused_and_nothing_changes(world: World) -> None:
    world.submit(SetQuotas(QuotaChange(UNLIMITED), None), 0)
    world.run()
    absolute, relative = world.submit(HOURS_9, 0), world.submit(HOURS_2_MORE, 0)
    before = [(one.before, one.after) for one in world.items(relative)]
    with pytest.raises(InvalidInputError, match="In that order there is nothing to do"):
        queueing.move(world.workspace, relative, absolute)
    assert order(world) == [absolute, relative]
    assert [(one.before, one.after) for one in world.items(relative)] == before


@pytest.mark.parametrize("how", ["state = 'doubtful', unknown_at = 1", "attempts = 1"])
def test_what_was_sent_keeps_its_place_before_what_is_about_the_same(
    world: World, how: str
) -> None:
    first, second = world.submit(HOURS_9, 0), world.submit(HOURS_2_MORE, 0)
    with world.database.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE operation_item SET {how} WHERE operation_id = ?",
            (first,),
        )
    with pytest.raises(InvalidInputError, match="was sent already"):
        queueing.move(world.workspace, second, first)


def test_one_step_at_a_time_ends_at_the_ends(world: World) -> None:
    first, second = world.submit(HOURS_9, 0), world.submit(HOURS_9, 1)
    assert queueing.step(world.workspace, second, -1).queue == [second, first]
    with pytest.raises(InvalidInputError, match="is the first"):
        queueing.step(world.workspace, second, -1)
    queueing.step(world.workspace, second, 1)
    assert order(world) == [first, second]
    with pytest.raises(InvalidInputError, match="is the last"):
        queueing.step(world.workspace, second, 1)


def test_anothers_operation_is_neither_moved_nor_edited(world: World) -> None:
    operation = world.submit(HOURS_9, 0)
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE operation SET who = 'bob'")
    for change in (
        lambda: queueing.move(world.workspace, operation, None),
        lambda: queueing.plan_edit(world.workspace, operation, HOURS_9),
    ):
        with pytest.raises(InvalidInputError, match="bob's"):
            change()


def test_an_edited_operation_asks_for_something_else_of_the_same_targets(world: World) -> None:
    operation = world.submit(HOURS_9)
    later = world.submit(HOURS_2_MORE, 0)
    action = read_quotas("20", None)
    plan = queueing.plan_edit(world.workspace, operation, action)
    assert (plan.changes, plan.already_so, plan.cannot) == (6, 0, ())
    queueing.edit(world.workspace, operation, action, plan)
    assert set(hours(world, operation)) == {1200}
    assert hours(world, later) == [1320]
    (item,) = world.items(later)
    assert item.reason == "planned anew, since an earlier operation was edited"
    found = operations.find(world.workspace, operation)
    assert "20" in found.what
    with world.database.read() as connection:
        assert [line.what for line in journal(connection, operation)][-1] == "Edit"
    world.run()
    assert world.limits(6) == {Limits(1200, 3), Limits(1320, 3)}


def test_what_an_edit_leaves_without_a_meaning_says_that_it_was_edited(world: World) -> None:
    operation = world.submit(HOURS_9, 0)
    less = world.submit(SetQuotas(QuotaChange(-480, relative=True), None), 0)
    action = read_quotas("2", None)
    plan = queueing.plan_edit(world.workspace, operation, action)
    queueing.edit(world.workspace, operation, action, plan)
    (item,) = world.items(less)
    assert item.state is ItemState.CONFLICT
    assert item.reason.startswith("an earlier operation was edited; now: ")


def test_what_was_so_already_is_looked_at_again_and_what_was_taken_out_is_not(
    world: World,
) -> None:
    world.submit(HOURS_9, 0)
    world.run()
    operation = world.submit(HOURS_9)
    assert world.states(operation) == {ItemState.ALREADY_SO: 1, ItemState.PENDING: 5}
    operations.cancel(world.workspace, operation, [racer_id(5)])
    action = read_quotas("5", None)
    plan = queueing.plan_edit(world.workspace, operation, action)
    assert (plan.changes, plan.already_so) == (1, 4)
    action = read_quotas("6", None)
    queueing.edit(
        world.workspace, operation, action, queueing.plan_edit(world.workspace, operation, action)
    )
    world.run()
    assert world.states(operation) == {ItemState.DONE: 5, ItemState.CANCELLED: 1}
    assert world.deployment.limits(racer_id(5)) == Limits(300, 3)


def test_what_was_sent_in_part_is_not_edited(world: World) -> None:
    operation = world.submit(HOURS_9)
    world.run()
    with pytest.raises(InvalidInputError, match="Nothing of it waits"):
        queueing.plan_edit(world.workspace, operation, read_quotas("20", None))
    alias = world.submit(ChangeAlias("new"), 0)
    with pytest.raises(InvalidInputError, match="does something else"):
        queueing.plan_edit(world.workspace, alias, read_quotas("20", None))


def test_a_queued_alias_and_a_role_get_another_value(world: World) -> None:
    alias, role = world.submit(ChangeAlias("first"), 0), world.submit(ChangeRole(Role.ADMIN), 1)
    for number, action in (
        (alias, queueing.read_edit(alias="second")),
        (role, queueing.read_edit(role=Role.FACILITATOR)),
    ):
        plan = queueing.plan_edit(world.workspace, number, action)
        assert (plan.changes, plan.notes) == (1, ())
        queueing.edit(world.workspace, number, action, plan)
    world.run()
    first, second = (world.deployment.profile(racer_id(number)) for number in range(2))
    assert first is not None
    assert second is not None
    assert first.alias == "second"
    assert second.role is Role.FACILITATOR


def test_an_alias_that_somebody_else_has_is_noted(world: World) -> None:
    other = world.deployment.profile(racer_id(1))
    assert other is not None
    number = world.submit(ChangeAlias("free"), 0)
    action = queueing.read_edit(alias=other.alias)
    plan = queueing.plan_edit(world.workspace, number, action)
    assert plan.notes == ("somebody else has this alias already",)
    queueing.edit(world.workspace, number, action, plan)
    assert [item.after["alias"] for item in world.items(number)] == [other.alias]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"hours": "5", "alias": "ada"},
        {"alias": "ada", "role": Role.RACER},
        {"alias": "no blanks"},
        {"hours": "many"},
    ],
)
def test_values_of_one_kind_are_named_and_can_be_read(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        queueing.read_edit(**given)


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ({"models": "4"}, SetQuotas(QuotaChange(540), QuotaChange(4))),
        ({"hours": "7"}, SetQuotas(QuotaChange(420), None)),
        ({"hours": "", "models": "4"}, SetQuotas(None, QuotaChange(4))),
    ],
)
def test_a_quota_that_is_not_named_stays_as_it_is_asked_for(
    world: World, given: dict[str, Any], becomes: SetQuotas
) -> None:
    number = world.submit(HOURS_9, 0)
    present = queueing.asked_for_now(world.workspace, number)
    assert queueing.read_edit(**given, present=present) == becomes


def test_what_is_only_remembered_in_another_order_is_counted(world: World) -> None:
    world.submit(Pause(), 0)
    more = world.submit(HOURS_2_MORE, 0, 1)
    world.submit(Pause(), 1)
    first = queueing.step(world.workspace, more, -1)
    assert (first.anew, first.at_once, first.whole) == (1, 0, False)
    back = queueing.step(world.workspace, more, 1)
    assert (back.anew, back.at_once, back.whole) == (1, 1, False)
    last = queueing.step(world.workspace, more, 1)
    assert (last.anew, last.at_once, last.whole) == (1, 1, True)


def test_the_same_is_said_of_a_move_by_one_place_and_of_one_to_a_named_place(world: World) -> None:
    paused = world.submit(Pause(), 0)
    more = world.submit(HOURS_2_MORE, 0, 1)
    world.submit(HOURS_9, 2)
    first = queueing.move(world.workspace, more, paused)
    assert first.told() == (
        f"Operation {more} is number 1 of 3 in the queue; 1 target planned anew."
    )
    last = queueing.move(world.workspace, more, None)
    assert last.told() == (
        f"Operation {more} is number 3 of 3 in the queue; 1 target planned anew, for 1 there is "
        "less to send."
    )
    assert queueing.move(world.workspace, more, more).told() == (
        f"Operation {more} is number 3 of 3 in the queue."
    )


def test_what_has_nothing_to_send_behind_another_is_done_with_that_one(world: World) -> None:
    more = world.submit(HOURS_2_MORE, 0)
    paused = world.submit(Pause(), 0)
    assert queueing.move(world.workspace, more, None).told() == (
        f"Operation {more} is number 2 of 2 in the queue; in that order there is nothing to send "
        "of it: it is done with what is before it."
    )
    world.run()
    assert world.states(more) == world.states(paused) == {ItemState.DONE: 1}
    assert [item.reason for item in world.items(more)] == ["remembered for resuming"]
    assert len(world.deployment.changes) == 1


def test_what_has_nothing_to_send_before_all_others_waits_for_nothing(world: World) -> None:
    world.submit(Pause(), 0)
    world.run()
    resumed = world.submit(Resume(), 0)
    more = world.submit(HOURS_2_MORE, 0)
    assert queueing.move(world.workspace, more, resumed).told() == (
        f"Operation {more} is number 1 of 2 in the queue; in that order there is nothing to send "
        "of it."
    )


def test_what_was_settled_while_it_was_moved_is_not_placed() -> None:
    assert queueing.Moved(7, 1, 1, whole=True, behind=False, queue=[8]).told() == (
        "Operation 7 has left the queue already."
    )


def test_what_has_no_value_of_its_own_is_cancelled_instead(world: World) -> None:
    number = world.submit(Pause(), 0, 1)
    with pytest.raises(InvalidInputError, match="Only new quotas, an alias or a role"):
        queueing.plan_edit(world.workspace, number, HOURS_9)
    operations.cancel(world.workspace, number, [racer_id(0)])
    assert world.states(number) == {ItemState.CANCELLED: 1, ItemState.PENDING: 1}


def test_an_edit_that_would_come_out_otherwise_is_refused(world: World) -> None:
    operation = world.submit(HOURS_9)
    action = read_quotas("20", None)
    plan = queueing.plan_edit(world.workspace, operation, action)
    operations.cancel(world.workspace, operation, [racer_id(0)])
    with pytest.raises(PlanOutdatedError):
        queueing.edit(world.workspace, operation, action, plan)
    assert hours(world, operation)[1] == 540


def test_two_who_edit_the_same_operation_at_once_do_not_overwrite_each_other(world: World) -> None:
    operation = world.submit(HOURS_9)
    first, second = read_quotas("20", None), read_quotas("21", None)
    plans = [queueing.plan_edit(world.workspace, operation, each) for each in (first, second)]
    assert "9" in plans[0].was
    queueing.edit(world.workspace, operation, second, plans[1])
    with pytest.raises(PlanOutdatedError):
        queueing.edit(world.workspace, operation, first, plans[0])
    assert set(hours(world, operation)) == {1260}


def test_a_role_that_may_not_edit_by_now_does_not(world: World) -> None:
    operation = world.submit(HOURS_9)
    action = read_quotas("20", None)
    plan = queueing.plan_edit(world.workspace, operation, action)
    write_role(world.database, Role.FACILITATOR)
    with pytest.raises(NotAllowedError):
        queueing.edit(world.workspace, operation, action, plan)
    assert set(hours(world, operation)) == {540}
