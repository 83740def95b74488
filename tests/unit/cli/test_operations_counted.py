"""`drtui operations set-aside` and `settle` act on what was counted when they asked."""

from collections.abc import Iterator

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.cli import operations as commands
from drtui.config import Account, Paths
from drtui.domain.operations import ItemState
from drtui.store.database import Database
from tests.support.operations import quota
from tests.support.stores import filled_store, items_of


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
