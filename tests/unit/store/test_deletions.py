"""Deletions of users and models in the log: what settles them, and what holds them back."""

import pytest
from sqlalchemy import update

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection
from drtui.domain.changes import RecordKind
from drtui.domain.help_desk_actions import ChangeAlias, DeleteModels, DeleteUser
from drtui.domain.operations import LATE_REQUEST_SECONDS, ItemState
from drtui.domain.planning import Outcome
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import StoredModel
from drtui.store.delivery import exchange
from drtui.store.models import write_models
from drtui.store.settlement import Settlement
from drtui.store.summing import totals
from drtui.store.users import USERS
from drtui.store.watching import ChangeWatch
from tests.support.deployments import racer_id
from tests.support.logs import Log
from tests.unit.store.help_desk_logs import gone, listing, log, somebody_changes

__all__ = ["log"]


@pytest.mark.parametrize("action", [DeleteUser(), DeleteModels()], ids=["user", "models"])
@pytest.mark.parametrize("group", ["dr-admins", "dr-race-facilitators", "dr-commentator"])
def test_nothing_is_deleted_of_whom_the_plan_took_for_a_racer_and_who_is_none(
    log: Log, action: DeleteUser | DeleteModels, group: str
) -> None:
    operation = log.submit(action, 0, 1)
    somebody_changes(log, 0, role_name=group)
    log.sweep()
    assert [item.target for item in log.claim()] == [racer_id(1)]
    item = log.item(operation, 0)
    assert item.state is ItemState.FAILED
    assert "which the plan did not know" in item.reason
    log.retry(operation)
    assert log.claim() == []


def test_staff_whom_the_plan_knew_as_such_is_deleted(log: Log) -> None:
    somebody_changes(log, 0, role_name="dr-race-facilitators")
    log.sweep()
    plan = plan_action(
        log.workspace, DeleteUser(), Selection(log.keys([0]), named=frozenset(log.keys([0])))
    )
    assert submit(log.workspace, plan) is not None
    somebody_changes(log, 0, role_name="dr-admins")
    log.sweep()
    assert [item.target for item in log.claim()] == [racer_id(0)]


def test_a_deletion_waits_until_the_role_was_read(log: Log) -> None:
    operation = log.submit(DeleteUser(), 0)
    with log.database.write() as connection:
        connection.execute(
            update(USERS)
            .where(USERS.c.profile_id == racer_id(0))
            .values(role="unknown", role_name=None)
        )
    assert log.claim() == []
    assert log.item(operation).reason == "its role is not known yet"
    assert log.item(operation).state is ItemState.PENDING
    log.clock.step(60)
    log.sweep()
    assert [item.target for item in log.claim()] == [racer_id(0)]


def test_a_value_that_was_not_known_is_not_said_to_be_changed(log: Log) -> None:
    log.somebody_sets(0, None, None)
    log.sweep()
    operation = log.submit(Pause(), 0)
    log.somebody_sets(0, 300)
    log.sweep()
    assert log.claim() == []
    item = log.item(operation)
    assert item.state is ItemState.CONFLICT
    assert item.reason == "what it had was not known when this was planned"


def test_a_deleted_user_is_gone_and_their_hours_stay(log: Log) -> None:
    with log.database.read() as connection:
        hours = totals(connection).minutes_in_total
    operation = log.submit(DeleteUser(), 0)
    assert log.user().pending == {"user": "deleted"}
    log.deliver()
    assert log.states(operation) == [ItemState.DONE]
    assert gone(log)
    with log.database.read() as connection:
        assert totals(connection).minutes_in_total == hours
        assert sum(totals(connection).racers.values()) == 4


def test_a_list_that_lags_does_not_bring_a_deleted_user_back(log: Log) -> None:
    log.submit(DeleteUser(), 0)
    before = dict(log.account)
    log.deliver()
    log.account = before
    log.clock.step(5)
    log.sweep()
    assert gone(log)


def test_while_a_user_is_being_deleted_nothing_else_is_planned_for_them(log: Log) -> None:
    log.submit(DeleteUser(), 0)
    for action in (Pause(), ChangeAlias("bo"), DeleteModels(), DeleteUser()):
        (row,) = log.plan(action, 0).rows
        assert (row.outcome, row.reason) == (Outcome.CANNOT, "is being deleted")


def test_a_deletion_waits_for_what_is_on_its_way_and_holds_back_what_follows(log: Log) -> None:
    log.submit(Pause(), 0)
    models = log.submit(DeleteModels(), 0)
    later = log.submit(ChangeAlias("bo"), 0)
    (pause,) = log.claim()
    log.settle(pause)
    (deletion,) = log.claim()
    assert deletion.operation_id == models
    log.settle(deletion, ItemState.PENDING, due_at=log.clock() + 8)
    assert log.claim() == []
    log.clock.step(9)
    (deletion,) = log.claim()
    log.settle(deletion)
    (alias,) = log.claim()
    assert alias.operation_id == later


def test_what_a_failed_deletion_held_back_goes_on(log: Log) -> None:
    deletion = log.submit(DeleteModels(), 0)
    later = log.submit(SetQuotas(QuotaChange(60, relative=True), None), 0)
    (item,) = log.claim()
    log.settle(item, ItemState.FAILED)
    log.deliver()
    assert log.states(later) == [ItemState.DONE]
    assert log.retry(deletion) == 1
    log.deliver()
    assert log.states(deletion) == [ItemState.DONE]


def test_models_are_deleted_as_often_as_asked(log: Log) -> None:
    for _ in range(2):
        operation = log.submit(DeleteModels(), 0)
        assert [item.operation_id for item in log.deliver()] == [operation]
        assert log.states(operation) == [ItemState.DONE]


@pytest.mark.parametrize("action", [DeleteModels(), DeleteUser()], ids=["models", "user"])
def test_deleted_models_are_gone_from_the_store_once_confirmed(
    log: Log, action: DeleteModels | DeleteUser
) -> None:
    for number in (0, 1):
        write_models(
            log.database,
            racer_id(number),
            [StoredModel("m1", "car", "READY")],
            log.database.clock(),
        )
    log.submit(action, 0)
    assert [len(listing(log, number).models) for number in (0, 1)] == [1, 1]
    watch = ChangeWatch(log.database.path)
    log.deliver()
    assert [len(listing(log, number).models) for number in (0, 1)] == [0, 1]
    assert listing(log, 0).as_of is not None
    assert RecordKind.MODEL in watch.changed()
    watch.close()


def test_a_deletion_that_failed_leaves_the_models_in_the_store(log: Log) -> None:
    write_models(
        log.database, racer_id(0), [StoredModel("m1", "car", "READY")], log.database.clock()
    )
    log.submit(DeleteModels(), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    assert len(listing(log, 0).models) == 1


def test_a_user_that_somebody_else_deleted_is_gone_already(log: Log) -> None:
    operation = log.submit(DeleteUser(), 0)
    models = log.submit(DeleteModels(), 1)
    del log.account[racer_id(0)], log.account[racer_id(1)]
    log.sweep()
    log.sweep()
    assert log.claim() == []
    assert log.item(operation).state is ItemState.ALREADY_SO
    item = log.item(models, 1)
    assert (item.state, item.reason) == (ItemState.FAILED, "the profile no longer exists")


def test_a_user_that_is_found_gone_after_an_attempt_is_done(log: Log) -> None:
    operation = log.submit(DeleteUser(), 0)
    (item,) = log.claim()
    log.settle(item, ItemState.PENDING, look_up_after=log.clock())
    del log.account[racer_id(0)]
    assert log.claim() == []  # it waits for the look-up
    for _ in range(2):
        log.clock.step(1)
        log.sweep()
    assert log.claim() == []
    assert log.states(operation) == [ItemState.DONE]
    assert "gone" in log.item(operation).reason


def test_a_deletion_cancelled_in_doubt_says_what_may_have_happened(log: Log) -> None:
    operation = log.submit(DeleteUser(), 0, 1)
    for item in log.claim():
        log.settle(item, ItemState.DOUBTFUL)
    log.cancel(operation)
    del log.account[racer_id(1)]
    log.clock.step(LATE_REQUEST_SECONDS + 1)
    log.sweep()
    log.claim()
    assert log.item(operation, 0).state is ItemState.CANCELLED
    assert "models may have been deleted" in log.item(operation, 0).reason
    assert log.item(operation, 1).state is ItemState.DOUBTFUL  # missed by one sweep only
    log.clock.step(1)
    log.sweep()
    log.claim()
    assert log.item(operation, 1).state is ItemState.DONE


def test_a_deletion_cancelled_between_attempts_says_what_may_have_happened(log: Log) -> None:
    operation = log.submit(DeleteModels(), 0, 1)
    (first, _) = log.claim()
    log.settle(first, ItemState.PENDING, due_at=log.clock() + 60)
    exchange(log.database, [], 0, 0)
    assert log.cancel(operation, 0) == (1, 0)
    assert "models may have been deleted" in log.item(operation, 0).reason


def test_a_deletion_that_failed_and_is_cancelled_before_its_retry_says_what_may_have_happened(
    log: Log,
) -> None:
    operation = log.submit(DeleteModels(), 0)
    log.settle(log.claim()[0], ItemState.FAILED)
    log.retry(operation)
    assert log.item(operation).attempts == 0  # so that its models are counted once more
    assert log.cancel(operation) == (0, 1)
    log.clock.step(LATE_REQUEST_SECONDS + 1)
    log.sweep()
    log.claim()
    assert log.item(operation).state is ItemState.CANCELLED
    assert "models may have been deleted" in log.item(operation).reason


def test_a_deletion_that_failed_unsent_is_merely_cancelled_before_its_retry(log: Log) -> None:
    operation = log.submit(DeleteUser(), 0)
    somebody_changes(log, 0, role_name="dr-admins")
    log.sweep()
    assert log.claim() == []
    assert log.item(operation).state is ItemState.FAILED
    log.retry(operation)
    assert log.cancel(operation) == (1, 0)
    assert log.item(operation).reason == "cancelled"


def test_a_deletion_that_was_never_tried_is_merely_cancelled(log: Log) -> None:
    operation = log.submit(DeleteModels(), 0)
    (item,) = log.claim()
    waited = Settlement(item, ItemState.PENDING, "waits", claim=1, due_at=9e9, counted=False)
    exchange(log.database, [waited], 0, 0)
    log.cancel(operation)
    assert log.item(operation).reason == "cancelled"


def test_conflicts_of_a_deleted_user_are_over(log: Log) -> None:
    deletion = log.submit(DeleteUser(), 0)
    (item,) = log.claim()
    log.settle(item, ItemState.FAILED)
    quotas = log.submit(SetQuotas(QuotaChange(60), None), 0)
    log.somebody_sets(0, 999)
    log.sweep()
    assert log.claim() == []
    assert log.states(quotas) == [ItemState.CONFLICT]
    log.retry(deletion)
    log.deliver()
    assert log.states(deletion) == [ItemState.DONE]
    assert log.item(quotas).reason == "the profile no longer exists"
    assert log.states(quotas) == [ItemState.FAILED]
