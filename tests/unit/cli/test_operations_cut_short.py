"""`drtui operations list` and `show` of an operation of which some was cancelled."""

from collections.abc import Iterator

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.commands import quotas
from drtui.commands.operations import cancel
from drtui.commands.selection import select_by_filter
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths
from drtui.store.database import Database
from tests.support.stores import delivered, filled_store, submitted


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    """A store in which three of ten targets were reached before the rest was cancelled."""
    accounts.add(paths, Account("finals", "https://one.example/prod", "eu-west-1"))
    store = paths.store("finals")
    store.parent.mkdir(parents=True)
    opened = filled_store(store, racers=10)
    workspace = Workspace(opened, "ada")
    everybody = select_by_filter(workspace, "racer-0010")
    number = submitted(opened, quotas.plan_set_quotas(workspace, everybody, "9", None))
    delivered(opened, number, first=3)
    cancel(workspace, number)
    yield opened
    opened.close()


def test_the_list_does_not_call_it_done_alone(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    del database
    assert run(["operations", "list"]) == exits.OK
    line = next(one for one in capsys.readouterr().out.splitlines() if "hours 9" in one)
    assert line.rstrip().endswith("done · 7 cancelled")


def test_the_page_says_it_once(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    del database
    assert run(["operations", "show", "1"]) == exits.OK
    said = capsys.readouterr().err
    assert "hours 9 · done · 3 of 10 done · 7 cancelled\n" in said
