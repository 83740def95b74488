"""The engine and the help desk's operations, on a deployment in memory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import Pause
from drtui.domain.records import Limits, Role
from drtui.store.users import rows_by_profile
from drtui.sync import engine as engine_module
from drtui.sync.options import Ending
from drtui.sync.pacing import AdminBudget
from tests.support.deployments import racer_id
from tests.support.waiting import eventually
from tests.sync.worlds import UNPACED, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 12)
    yield made
    made.database.close()


def there(world: World, number: int) -> bool:
    with world.database.read() as connection:
        return bool(rows_by_profile(connection, [racer_id(number)]))


def test_an_alias_and_a_role_are_delivered(world: World) -> None:
    world.deployment.roles_lag = True
    alias = world.submit(ChangeAlias("moderated-1"), 1)
    role = world.submit(ChangeRole(Role.FACILITATOR), 1, 2)
    assert world.run() is Ending.DELIVERED
    assert world.states(alias) == {ItemState.DONE: 1}
    assert world.states(role) == {ItemState.DONE: 2}
    assert world.deployment.requests[0] == ("set_alias", racer_id(1), "moderated-1")
    world.run(pull=True)
    with world.database.read() as connection:
        row = rows_by_profile(connection, [racer_id(1)])[racer_id(1)]
    assert (row["alias"], row["role"]) == ("moderated-1", "facilitator")


def test_models_are_deleted_until_none_is_left(world: World) -> None:
    world.deployment.stores(racer_id(1), "first", "second")
    world.deployment.stubborn.add("second")
    operation = world.submit(DeleteModels(), 1, 2)
    with world.running():
        eventually(lambda: world.states(operation)[ItemState.DONE] == 1)
        eventually(lambda: "1 model remains" in [item.reason for item in world.items(operation)])
        world.deployment.stubborn.clear()
        eventually(world.settled(operation))
    assert world.states(operation) == {ItemState.DONE: 2}
    assert world.deployment.models_of(racer_id(1)) == ()


def test_a_user_is_deleted_after_the_models(world: World) -> None:
    world.deployment.stores(racer_id(1), "first")
    operation = world.submit(DeleteUser(), 1)
    assert world.run(pull=True) is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 1}
    assert world.deployment.profile(racer_id(1)) is None
    assert not there(world, 1)


def test_a_deletion_that_was_applied_and_not_answered_ends_as_done(world: World) -> None:
    world.deployment.fails(
        FailureKind.OUTCOME_UNKNOWN, call="delete_profile", applied=True, target=racer_id(1)
    )
    operation = world.submit(DeleteUser(), 1, 2)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 2}
    assert "gone" in next(i.reason for i in world.items(operation) if i.target == racer_id(1))
    assert not there(world, 1)


def test_a_user_that_somebody_else_deletes_meanwhile_is_done(world: World) -> None:
    operation = world.submit(DeleteUser(), 1)
    world.deployment.somebody_deletes(racer_id(1))
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 1}


def test_what_was_planned_before_a_deletion_comes_first(world: World) -> None:
    world.submit(Pause(), 1)
    world.submit(DeleteUser(), 1)
    assert world.run() is Ending.DELIVERED
    assert world.deployment.sent_to(racer_id(1)) == [Limits(0, 0)]
    assert world.deployment.profile(racer_id(1)) is None


def test_deletions_beyond_the_budget_wait_and_say_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three in a second.
    monkeypatch.setattr(engine_module, "AdminBudget", lambda store, _: AdminBudget(store, 4, 1.0))
    operation = world.submit(DeleteModels(), *range(8))
    with world.running():
        eventually(lambda: any("firewall" in item.reason for item in world.items(operation)))
        eventually(world.settled(operation))
    assert world.states(operation) == {ItemState.DONE: 8}
    assert all(item.attempts == 1 for item in world.items(operation))
    assert world.deployment.called["delete_models"] == 8


def test_other_changes_do_not_wait_for_that_budget(
    world: World,
) -> None:
    deletions = world.submit(DeleteModels(), 0, 1, 2)
    pause = world.submit(Pause(), 3, 4)
    with world.running(replace(UNPACED, admin_calls=1)):
        eventually(world.settled(pause))
        eventually(lambda: world.states(deletions)[ItemState.DONE] == 1)
    assert world.states(deletions) == {ItemState.DONE: 1, ItemState.PENDING: 2}
