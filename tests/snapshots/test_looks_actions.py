"""How what is done to racers looks: the menu, the questions, and the plans."""

from pathlib import Path

from drtui.domain.failures import FailureKind
from drtui.domain.records import AccountSettings
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.role import RoleDialog
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.snapshots.looking import EVERY, Look
from tests.snapshots.scenes import filtered, on_the_way
from tests.support.driving import Console, console_app
from tests.support.stores import filled_store, frozen_clock


async def plan(console: Console, *keys: str) -> None:
    """Press keys that lead to a plan."""
    await console.press(*keys)
    await console.dialog(PlanDialog)


async def test_the_actions_menu(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await console.press("space", "space", "m")
        await console.dialog(MenuDialog)


async def test_the_actions_menu_of_an_empty_account(look: Look, path: Path) -> None:
    open_database(path, frozen_clock).close()
    async with look(console_app(path)) as console:
        await console.until(lambda: "not read yet" in console.text())
        await console.press("m")
        await console.dialog(MenuDialog)


async def test_quotas_where_all_agree(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "racer-0010")
        await console.press("a", "e")
        await console.dialog(QuotaDialog)


async def test_quotas_that_are_none(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await console.press("tab", "x")


async def test_resuming_where_nothing_is_known(look: Look, path: Path) -> None:
    filled_store(path, settings=AccountSettings()).close()
    async with look() as console:
        await filtered(console, "carlos")
        await console.press("P")
        await console.dialog(QuotaDialog)


async def test_the_plan_of_new_quotas(look: Look, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await plan(console, "enter")


async def test_the_plan_of_a_pause(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await plan(console, "a", "p")


async def test_the_plan_of_a_pause_of_hidden_ones_while_halted(
    look: Look, database: Database
) -> None:
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again, then press R.")
    async with look() as console:
        await console.press("a")
        await filtered(console, "racer-0010")
        await plan(console, "p")


async def test_the_plan_of_resuming(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "carlos")
        await plan(console, "P")


async def test_a_plan_with_nothing_to_do(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "carlos")
        await plan(console, "p")


async def test_a_plan_row_by_row(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await plan(console, "a", "p")
        await console.press("d")
        await console.dialog(PlanDetails)


async def test_changing_an_alias(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "b0lt")
        await console.press("N")
        await console.dialog(AliasDialog)
        await console.write("x y")


async def test_the_plan_of_an_alias(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "b0lt")
        await console.press("N")
        await console.dialog(AliasDialog)
        await console.write("bolt-2")
        await plan(console, "enter")


async def test_changing_a_role(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "b0lt")
        await console.press("o")
        await console.dialog(RoleDialog)


async def test_the_plan_of_a_role(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "ada")
        await console.press("a", "o")
        await console.dialog(RoleDialog)
        await plan(console, "f")


async def test_deleting_models(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "racer-0010")
        await plan(console, "a", "x")
        await console.write("9")


async def test_deleting_a_user(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "b0lt")
        await plan(console, "d")
        await console.write("b0lt")


async def test_undo(look: Look, database: Database) -> None:
    on_the_way(database)
    async with look() as console:
        await plan(console, "u")


async def test_quitting_with_changes_waiting(look: Look, database: Database) -> None:
    on_the_way(database)
    async with look() as console:
        await console.pilot.press("q")
        await console.dialog(ConfirmDialog)
