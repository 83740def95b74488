"""`drtui operations cancel`, `set-aside` and `settle` act on what was counted when they asked."""

from collections.abc import Iterator

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.cli import operations as commands
from drtui.config import Account, Paths
from drtui.domain.operations import ItemState
from drtui.store.database import Database
from drtui.store.interventions import retry
from tests.support.logs import ADA
from tests.support.operations import quota
from tests.support.stores import delivered, filled_store, items_of
from tests.unit.cli.conftest import Say


@pytest.fixture
def database(paths: Paths) -> Iterator[Database]:
    """The store of the only account, with an operation for several that waits."""
    accounts.add(paths, Account("finals", "https://one.example/prod", "eu-west-1"))
    store = paths.store("finals")
    store.parent.mkdir(parents=True)
    opened = filled_store(store, racers=40)
    quota(opened, "racer-0010")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("state", "command"),
    [
        (ItemState.FAILED, ["set-aside", "1"]),
        (ItemState.CONFLICT, ["set-aside", "1"]),
        (ItemState.CONFLICT, ["settle", "1", "--keep", "theirs"]),
    ],
)
def test_what_comes_to_need_a_hand_while_it_is_asked_is_not_meant(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    state: ItemState,
    command: list[str],
) -> None:
    first, second, *_ = items_of(database, 1)

    def become(item_id: int) -> None:
        with database.write() as connection:
            values = (state.value, item_id)
            connection.exec_driver_sql("UPDATE operation_item SET state = ? WHERE id = ?", values)

    become(first.item_id)
    monkeypatch.setattr(commands, "confirm", lambda _yes, _question: become(second.item_id))
    assert run(["operations", *command, "--of", "ada"]) == exits.OK
    after = {item.item_id: item.state for item in items_of(database, 1)}
    assert after[first.item_id] is ItemState.CANCELLED
    assert after[second.item_id] is state


def test_what_is_on_its_way_again_while_it_is_asked_is_not_cancelled(
    database: Database, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    delivered(database, 1, first=4, state=ItemState.FAILED)

    def tried_again(_yes: bool, question: str) -> None:
        assert question.endswith("not sent yet, of 6?")
        assert retry(database, 1, ADA) == 4

    monkeypatch.setattr(commands, "confirm", tried_again)
    assert run(["operations", "cancel", "1", "--of", "ada"]) == exits.OK
    assert "6 cancelled." in said()
    left = [item.state for item in items_of(database, 1)]
    assert left == [ItemState.PENDING] * 4 + [ItemState.CANCELLED] * 6
