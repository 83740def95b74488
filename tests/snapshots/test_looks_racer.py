"""How a racer's page looks."""

from pathlib import Path

from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.models import write_models, write_models_trouble
from tests.snapshots.looking import EVERY, Look, both
from tests.snapshots.scenes import filtered, grown
from tests.support.driving import Console
from tests.support.racer_pages import models
from tests.support.stores import (
    delivered,
    filled_store,
    plain_profiles,
    profile_id,
    special_profiles,
    submitted,
    swept,
)

Size = tuple[int, int]


async def page(console: Console, name: str = "ada-l") -> None:
    """Open a racer's page."""
    await filtered(console, name)
    await console.press("enter")
    await console.dialog(RacerScreen)
    await console.until(lambda: "Reading the store" not in console.text())


@both
async def test_a_racer_with_everything_known(look: Look, path: Path, size: Size) -> None:
    grown(path, 0, 20, 90, 90, 180, 240)
    database = filled_store(path)
    workspace = Workspace(database, "ada")
    whom = selection.select_by_name(workspace, ["ada-l"])
    first = submitted(database, quotas.plan_set_quotas(workspace, whom, "6", ""), who="bo")
    delivered(database, first, state=ItemState.FAILED)
    submitted(database, sponsorship.plan_pause(workspace, whom))
    write_models(database, profile_id(1), models(30), database.clock())
    async with look(size=size, colours=EVERY) as console:
        await page(console)
        await console.until(lambda: "car-" in console.text() or size[0] < 100)
    database.close()


async def test_the_end_of_a_racers_page(look: Look, database: Database) -> None:
    write_models(database, profile_id(1), models(30), database.clock())
    write_models_trouble(database, profile_id(1), "the deployment did not answer in time")
    async with look() as console:
        await page(console)
        await console.press("G")


async def test_a_racer_of_whom_nothing_is_known(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await page(console, "unknown-one")


async def test_a_racer_who_is_gone(look: Look, database: Database) -> None:
    async with look() as console:
        await page(console)
        for _ in range(2):
            swept(database, [*special_profiles()[1:], *plain_profiles(40)])
        await console.until(lambda: "not in the account any more" in console.text())


async def test_the_actions_menu_of_a_racer(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await page(console)
        await console.press("m")
        await console.dialog(MenuDialog)
