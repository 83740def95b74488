"""What is done to all that needs a hand is done to those that were counted, not to later ones."""

from pathlib import Path

import pytest

from drtui.domain.operations import ItemState
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.reach import ReachDialog
from drtui.screens.dialogs.settle import SettleDialog
from drtui.store.database import Database
from tests.support.operations import conflicting, on_operations, opened, quota, read, row
from tests.support.screens import said
from tests.support.stores import delivered, items_of


def _become(database: Database, number: int, state: ItemState) -> None:
    """Have a target that was still on its way come to need a hand, as the engine would."""
    left = next(one for one in items_of(database, number) if one.state is ItemState.PENDING)
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE operation_item SET state = ? WHERE id = ?", (state.value, left.item_id)
        )


@pytest.mark.parametrize(("key", "asked"), [("t", "sent again"), ("z", "accepted as")])
async def test_what_fails_while_it_is_asked_is_not_meant(
    path: Path, database: Database, key: str, asked: str
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=2, state=ItemState.FAILED)
    async with on_operations(path) as console:
        await console.press(key)
        await console.dialog(ConfirmDialog)
        assert "2 targets that" in console.prose()
        assert asked in console.prose()
        _become(database, number, ItemState.FAILED)
        await console.press("enter")
        await console.until(lambda: read(database, number).count(ItemState.FAILED) == 1)


@pytest.mark.parametrize("key", ["t", "o"])
async def test_what_comes_into_conflict_while_it_is_asked_is_not_meant(
    path: Path, database: Database, key: str
) -> None:
    number = conflicting(database)
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE operation_item SET state = 'pending' WHERE state = 'done'"
        )
    async with on_operations(path) as console:
        await console.press("c")
        await console.dialog(SettleDialog)
        _become(database, number, ItemState.CONFLICT)
        await console.press(key)
        await console.until(lambda: read(database, number).count(ItemState.CONFLICT) == 1)


async def test_what_fails_while_it_is_asked_for_whom_is_neither_meant_nor_told_of(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=2, state=ItemState.FAILED)
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, "racer-00100")))
        await console.press("t")
        await console.dialog(ReachDialog)
        delivered(database, number, state=ItemState.FAILED)
        later = quota(database, "racer-00105", "9")
        delivered(database, later)
        await console.press("a")
        await console.dialog(ConfirmDialog)
        assert "2 targets that failed are sent again." in console.prose()
        assert "changed since" not in console.prose()
        await console.press("enter")
        await console.until(lambda: "2 are tried again" in said(console))
    assert read(database, number).count(ItemState.FAILED) == 8
