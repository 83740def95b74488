"""`drtui users set-quota` and `drtui operations edit` warn of quotas that are less than now."""

from collections.abc import Iterator

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.config import Account, Paths
from drtui.store.database import Database
from tests.support.operations import pause, quota
from tests.support.stores import filled_store
from tests.unit.cli.conftest import Say

LESS = (
    "10 get fewer hours than now; 5 of them have used that many already and can no longer train\n"
)


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    """The store of the only account."""
    accounts.add(paths, Account("finals", "https://one.example/prod", "eu-west-1"))
    store = paths.store("finals")
    store.parent.mkdir(parents=True)
    opened = filled_store(store, racers=40)
    yield opened
    opened.close()


def test_a_plan_of_fewer_hours_says_how_many_can_no_longer_train(
    database: Database, said: Say
) -> None:
    del database
    command = ["users", "set-quota", "--filter", "racer-0010", "--no-sync", "--dry-run"]
    assert run([*command, "--hours", "3"]) == exits.OK
    assert f"\n  {LESS}" in said()
    assert run([*command, "--hours", "+3"]) == exits.OK
    assert "than now" not in said()


def test_a_plan_names_the_operation_that_pauses_those_of_whom_it_is_remembered(
    database: Database, said: Say
) -> None:
    number = pause(database, "racer-0010")
    command = ["users", "set-quota", "--filter", "racer-0010", "--no-sync", "--dry-run"]
    assert run([*command, "--hours", "+3"]) == exits.OK
    told = f"10 will be paused by operation {number}: the new quota is remembered for them\n"
    assert f"\n  {told}" in said()


def test_an_edit_to_fewer_hours_says_so_too(database: Database, said: Say) -> None:
    number = quota(database, "racer-0010", "9")
    edit = ["operations", "edit", str(number), "--of", "ada", "--dry-run"]
    assert run([*edit, "--hours", "3"]) == exits.OK
    assert f"note: {LESS}" in said()
    assert run([*edit, "--hours", "7"]) == exits.OK
    assert "note" not in said()
