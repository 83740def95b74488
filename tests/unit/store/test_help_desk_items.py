"""New aliases and roles in the log: what settles them, and what a sweep may change."""

import pytest

from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.operations import LATE_REQUEST_SECONDS, ROLE_LAG_SECONDS, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Role
from drtui.store.sync_state import write_caller
from drtui.store.users import keys_matching, user_keys
from tests.support.deployments import racer_id
from tests.support.logs import Log
from tests.unit.store.help_desk_logs import FACILITATOR, log, role, somebody_changes

__all__ = ["log"]


# Alias


def test_a_new_alias_is_pending_then_shown_and_found(log: Log) -> None:
    operation = log.submit(ChangeAlias("moderated-1"), 0)
    assert log.user().pending == {"alias": "moderated-1"}
    log.deliver()
    assert log.states(operation) == [ItemState.DONE]
    assert (log.user().profile.alias, log.user().pending) == ("moderated-1", {})
    with log.database.read() as connection:
        assert keys_matching(connection, ["Moderated-1"])["Moderated-1"] == list(log.keys([0]))
        assert user_keys(connection)[0] == log.keys([0])[0]  # sorted by its new alias


def test_an_alias_that_somebody_else_changed_meanwhile_is_a_conflict(log: Log) -> None:
    operation = log.submit(ChangeAlias("moderated-1"), 0)
    somebody_changes(log, 0, alias="my-own-choice")
    log.sweep()
    assert log.claim() == []
    item = log.item(operation)
    assert (item.state, item.theirs) == (ItemState.CONFLICT, {"alias": "my-own-choice"})
    assert log.apply_ours(operation) == 1
    assert log.item(operation).before == {"alias": "my-own-choice"}
    log.deliver()
    assert log.user().profile.alias == "moderated-1"


def test_an_alias_is_put_back_and_one_changed_since_is_not(log: Log) -> None:
    operation = log.submit(
        ChangeAlias("moderated-1"),
        0,
    )
    log.deliver()
    undo = log.undo(operation)
    assert undo is not None
    log.deliver()
    assert log.user().profile.alias == "racer-0"


def test_an_alias_does_not_disturb_the_limits_of_the_same_racer(log: Log) -> None:
    log.submit(ChangeAlias("moderated-1"), 0)
    quotas = log.submit(SetQuotas(QuotaChange(60, relative=True), None), 0)
    assert log.user().pending == {"alias": "moderated-1", "minutes_limit": 360}
    (first,) = log.claim()
    log.settle(first, ItemState.FAILED)
    assert log.item(quotas).before == {"minutes_limit": 300}
    log.deliver()
    assert log.states(quotas) == [ItemState.DONE]


# Role


def test_a_role_stays_while_the_lists_show_the_old_one(log: Log) -> None:
    operation = log.submit(FACILITATOR, 0)
    assert log.user().pending == {"role_name": "dr-race-facilitators"}
    before = dict(log.account)
    log.deliver()
    now = dict(log.account)
    log.account = before
    for _ in range(4):
        log.clock.step(30)
        log.sweep()
        assert role(log) is Role.FACILITATOR
    later = log.undo(operation)
    assert later is not None
    (item,) = log.claim()  # and no conflict
    log.settle(item)
    assert log.states(later) == [ItemState.DONE]
    assert role(log) is Role.RACER
    log.clock.step(ROLE_LAG_SECONDS + 1)
    log.account = now
    log.sweep()
    assert role(log) is Role.FACILITATOR  # somebody else's, by now


def test_somebody_elses_new_role_is_shown_at_once(log: Log) -> None:
    log.submit(FACILITATOR, 0)
    log.deliver()
    somebody_changes(log, 0, role_name="dr-admins")
    log.clock.step(20)
    log.sweep()
    assert role(log) is Role.ADMIN


def test_a_role_cancelled_in_doubt_is_verified_only_once_the_lists_show_it(log: Log) -> None:
    operation = log.submit(FACILITATOR, 0)
    (item,) = log.claim()
    log.settle(item, ItemState.DOUBTFUL)
    log.cancel(operation)
    log.clock.step(LATE_REQUEST_SECONDS + 1)
    log.sweep()
    assert log.claim() == []
    assert log.states(operation) == [ItemState.DOUBTFUL]
    somebody_changes(log, 0, role_name="dr-race-facilitators")
    for _ in range(3):
        log.clock.step(ROLE_LAG_SECONDS / 2)
        log.sweep()
        log.claim()
    assert log.states(operation) == [ItemState.DONE]
    assert "before it could be cancelled" in log.item(operation).reason


@pytest.mark.parametrize(
    "action", [FACILITATOR, DeleteUser(), DeleteModels()], ids=["role", "delete", "models"]
)
def test_what_was_planned_before_it_was_known_who_is_signed_in_spares_them(
    log: Log, action: ChangeRole | DeleteUser | DeleteModels
) -> None:
    operation = log.submit(action, 0, 1)
    write_caller(log.database, racer_id(0), "racer-0")
    assert [item.target for item in log.claim()] == [racer_id(1)]
    item = log.item(operation, 0)
    assert item.state is ItemState.FAILED
    assert "nobody does this to themselves" in item.reason
