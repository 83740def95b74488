"""How Operations looks: the list, an operation's page, and what is done to one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drtui.commands.operations import cancel
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.settle import SettleDialog
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity, write_pace
from tests.snapshots.looking import EVERY, USUAL, Look
from tests.support.driving import Console
from tests.support.operations import conflicting, opened, pause, quota, table
from tests.support.stores import delivered


@asynccontextmanager
async def operations(look: Look, colours: tuple[str, ...] = USUAL) -> AsyncIterator[Console]:
    """A console on its Operations."""
    async with look(colours=colours) as console:
        await console.press("5")
        await console.until(lambda: bool(table(console).keys), "a filled list")
        yield console


def of_each_kind(database: Database) -> None:
    """One that is done, one with failures, one that was undone, one that is being delivered."""
    delivered(database, pause(database, "racer-0010"))
    failed = quota(database, "racer-0011", who="bo")
    delivered(database, failed, first=3, state=ItemState.FAILED)
    delivered(database, failed)
    undone = quota(database, "racer-0013", "unlimited")
    delivered(database, undone)
    workspace = Workspace(database, "ada")
    submitted = submit_undo(workspace, plan_undo(workspace, undone))
    assert submitted is not None
    delivered(database, submitted)
    delivered(database, quota(database, "racer-0012", "7"), first=4)


async def page(console: Console, *keys: str) -> None:
    """Open the page of the operation that keys lead to."""
    await console.press(*keys)
    await opened(console)
    await console.until(lambda: bool(table(console).keys), "the targets")


async def test_nothing_was_done_yet(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("5")
        await console.until(lambda: "Nothing was done yet" in console.text())


async def test_operations_of_each_kind(look: Look, database: Database) -> None:
    of_each_kind(database)
    async with operations(look, EVERY) as console:
        await console.until(lambda: "left" in console.text(), "the time left")


async def test_operations_that_need_a_hand(look: Look, database: Database) -> None:
    conflicting(database)
    delivered(database, quota(database, "racer-0011"), first=2, state=ItemState.FAILED)
    delivered(database, 2)
    async with operations(look):
        pass


def cut_short(database: Database) -> None:
    """One that was cancelled in part, and one that was cancelled whole."""
    whole, part = quota(database, "racer-0012"), pause(database, "racer-0010")
    delivered(database, part, first=4)
    for number in (whole, part):
        cancel(Workspace(database, "bo"), number, of="ada")


async def test_operations_that_were_cut_short(look: Look, database: Database) -> None:
    cut_short(database)
    async with operations(look):
        pass


async def test_an_operation_that_was_cut_short(look: Look, database: Database) -> None:
    cut_short(database)
    async with operations(look) as console:
        await page(console)


async def test_operations_that_wait_for_the_network(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010"), first=4)
    pause(database, "racer-0011")
    write_connectivity(database, Connectivity.OFFLINE)
    async with operations(look):
        pass


async def test_an_operation_that_is_delivered(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010"), first=4)
    write_pace(database, 40.0, 120.0)
    async with operations(look, EVERY) as console:
        await page(console)


async def test_an_operation_with_failures_and_conflicts(look: Look, database: Database) -> None:
    number = conflicting(database, "racer-0010 or racer-0011")
    delivered(database, number)
    later = quota(database, "racer-0012")
    delivered(database, later, first=3, state=ItemState.FAILED)
    async with operations(look) as console:
        await page(console, "down")


async def test_the_targets_that_failed(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0012"), first=3, state=ItemState.FAILED)
    async with operations(look) as console:
        await page(console)
        await console.press("f", "slash")
        await console.write("ref")


async def test_the_actions_menu_of_an_operation(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010", who="bo"))
    async with operations(look) as console:
        await console.press("m")
        await console.dialog(MenuDialog)


async def test_retrying(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010"), first=3, state=ItemState.FAILED)
    async with operations(look) as console:
        await console.press("t")
        await console.dialog(ConfirmDialog)


async def test_cancelling(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010"), first=4)
    async with operations(look) as console:
        await console.press("x")
        await console.dialog(ConfirmDialog)


async def test_settling_conflicts(look: Look, database: Database) -> None:
    conflicting(database, conflicts=8)
    async with operations(look) as console:
        await console.press("c")
        await console.dialog(SettleDialog)


async def test_settling_one_conflict(look: Look, database: Database) -> None:
    conflicting(database)
    async with operations(look) as console:
        await page(console)
        await console.press("c")
        await console.dialog(SettleDialog)


async def test_undoing_an_operation(look: Look, database: Database) -> None:
    delivered(database, quota(database, "racer-0010"))
    async with operations(look) as console:
        await console.press("u")
        await console.dialog(PlanDialog)
