"""`drtui operations retry` and `settle` for a role that may not do what they would send."""

from collections.abc import Iterator

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.commands import quotas
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.records import Role
from drtui.store.database import Database
from drtui.store.sign_in import write_role
from tests.support.stores import filled_store, items_of, submitted
from tests.unit.cli.conftest import Say

REFUSED = "Race facilitators may not set quotas, which needs an admin.\n"


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    """The store of the only account, in which a race facilitator is signed in."""
    accounts.add(paths, Account("finals", "https://one.example/prod", "eu-west-1"))
    store = paths.store("finals")
    store.parent.mkdir(parents=True)
    opened = filled_store(store, racers=3)
    workspace = Workspace(opened, "ada")
    plan = quotas.plan_set_quotas(workspace, select_by_name(workspace, ["ada-l"]), "9", None)
    submitted(opened, plan)
    write_role(opened, Role.FACILITATOR)
    yield opened
    opened.close()


def become(database: Database, state: ItemState) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE operation_item SET state = ?", (state.value,))


@pytest.mark.parametrize(
    ("state", "command"),
    [
        (ItemState.FAILED, ["retry", "1", "--no-wait"]),
        (ItemState.CONFLICT, ["settle", "1", "--keep", "ours", "--no-wait"]),
    ],
)
def test_what_would_be_sent_is_refused_with_the_reason_before_anything_is_asked(
    database: Database, said: Say, state: ItemState, command: list[str]
) -> None:
    become(database, state)
    assert run(["operations", *command]) == exits.NOT_ALLOWED
    assert said() == REFUSED
    assert [item.state for item in items_of(database, 1)] == [state]


def test_what_was_for_at_once_is_not_tried_again(database: Database, said: Say) -> None:
    become(database, ItemState.FAILED)
    with database.write() as connection:
        kind = OperationKind.RUN_LIVE_RACE.value
        connection.exec_driver_sql("UPDATE operation SET kind = ?", (kind,))
    assert run(["operations", "retry", "1", "--no-wait"]) == exits.USAGE
    assert said() == (
        "A live action is done at once or not at all: do it again in the marshal of the race.\n"
    )
    assert [item.state for item in items_of(database, 1)] == [ItemState.FAILED]


def test_theirs_can_be_kept(database: Database, said: Say) -> None:
    become(database, ItemState.CONFLICT)
    command = ["operations", "settle", "1", "--keep", "theirs", "--of", "ada", "--yes"]
    assert run(command) == exits.OK
    assert said() == "Theirs are kept for 1 target.\n"


@pytest.mark.parametrize(
    ("state", "command"),
    [
        (ItemState.FAILED, ["set-aside", "1"]),
        (ItemState.CONFLICT, ["set-aside", "1"]),
        (ItemState.CONFLICT, ["settle", "1", "--keep", "theirs"]),
    ],
)
def test_anothers_targets_are_ended_only_where_it_is_said_whose_they_are(
    database: Database, said: Say, state: ItemState, command: list[str]
) -> None:
    become(database, state)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE operation SET who = 'somebody'")
    assert run(["operations", *command, "--yes"]) == exits.USAGE
    assert "say whose it is (--of somebody)" in said()
    assert run(["operations", *command, "--of", "bo", "--yes"]) == exits.USAGE
    assert "is somebody's, not bo's" in said()
    assert [item.state for item in items_of(database, 1)] == [state]
    assert run(["operations", *command, "--of", "somebody", "--yes"]) == exits.OK
    assert [item.state for item in items_of(database, 1)] == [ItemState.CANCELLED]


def test_anothers_is_helped_along_by_anybody_and_it_is_said_whose_it_is(
    database: Database, said: Say
) -> None:
    become(database, ItemState.FAILED)
    write_role(database, Role.ADMIN)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE operation SET who = 'somebody'")
    run(["operations", "retry", "1", "--no-wait"])
    assert "Operation 1 is somebody's." in said()
    assert [item.state for item in items_of(database, 1)] == [ItemState.PENDING]
