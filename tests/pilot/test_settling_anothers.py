"""Another admin's conflicts: it is said whose they are, and leaving theirs is confirmed."""

from pathlib import Path

from drtui.domain.operations import ItemState
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.settle import SettleDialog
from drtui.screens.operations import Operations
from drtui.store.database import Database
from tests.support.driving import Console
from tests.support.operations import conflicting, on_operations, read
from tests.support.screens import said

THEIRS = "Operation 1 is bo's, not yours"


def conflicting_of_another(database: Database) -> int:
    """An operation of bo's, with two targets in conflict."""
    number = conflicting(database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE operation SET who = 'bo'")
    return number


async def asked_first(console: Console, database: Database, number: int) -> None:
    """It is asked before anything is done, and enter leaves all as it is."""
    await console.dialog(ConfirmDialog)
    assert THEIRS in console.prose()
    await console.press("enter")
    await console.until(lambda: isinstance(console.app.screen, Operations))
    assert read(database, number).count(ItemState.CONFLICT) == 2


async def test_theirs_are_kept_only_once_that_is_confirmed(path: Path, database: Database) -> None:
    number = conflicting_of_another(database)
    async with on_operations(path) as console:
        await console.press("c")
        await console.dialog(SettleDialog)
        assert THEIRS in console.prose()
        await console.press("t")
        await asked_first(console, database, number)
        await console.press("c")
        await console.dialog(SettleDialog)
        await console.press("t")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await console.until(lambda: "Theirs are kept for 2 targets, operation" in said(console))
    assert read(database, number).count(ItemState.CANCELLED) == 2


async def test_what_needs_a_hand_is_set_aside_as_anothers(path: Path, database: Database) -> None:
    number = conflicting_of_another(database)
    async with on_operations(path) as console:
        await console.press("z")
        await asked_first(console, database, number)
