"""How operations for a set time look: the time in a plan, the list, one that was missed."""

from pathlib import Path

from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.schedule import ScheduledDialog, ScheduleDialog
from drtui.store import scheduling as store
from drtui.store.database import Database, open_database
from drtui.store.late import hold_what_is_late
from tests.snapshots.looking import Look
from tests.snapshots.scenes import filtered
from tests.support.logs import ADA
from tests.support.operations import table
from tests.support.scheduling import found, scheduled_pause, scheduled_resume
from tests.support.stores import NOW

HOUR = 3_600.0
AT = NOW - 24.0  # a whole minute


def run_in_time(path: Path, workspace: Workspace, at: float) -> None:
    """Schedule a pause, and run it when its time has come."""
    it = found(workspace, scheduled_pause(workspace, at))
    then = open_database(path, lambda: at)
    with then.read() as connection:
        plan = store.plan_again(connection, it, workspace.rates)
    assert store.run(then, it, plan, ADA)
    then.close()


def of_each_kind(path: Path, database: Database) -> None:
    """One that was missed, one that ran, and a pause with its resume to come."""
    earlier = open_database(path, lambda: NOW - 3 * HOUR)
    scheduled_pause(Workspace(earlier, "bo"), AT - 2 * HOUR, zone="Europe/Berlin")
    earlier.close()
    workspace = Workspace(database, "ada")
    run_in_time(path, workspace, NOW + 1)
    scheduled_pause(workspace, AT + 200 * 60, zone="Europe/Berlin")
    scheduled_resume(workspace, AT + 20 * HOUR)


def held_up(path: Path, database: Database) -> None:
    """A pause that was run in its time, half an hour ago, and of which nothing came about."""
    earlier = open_database(path, lambda: AT - HOUR / 2)
    run_in_time(path, Workspace(earlier, "ada"), AT - HOUR / 2 + 1)
    earlier.close()
    assert hold_what_is_late(database)


async def test_a_set_time(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "racer-0010")
        await console.press("a", "p")
        await console.dialog(PlanDialog)
        await console.press("t")
        await console.dialog(ScheduleDialog)
        await console.write("18:00")


async def test_a_set_time_that_is_over(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("t")
        await console.dialog(ScheduleDialog)
        await console.write("today 10:00")


async def test_what_was_scheduled(look: Look, path: Path, database: Database) -> None:
    of_each_kind(path, database)
    async with look() as console:
        await console.press("5")
        await console.until(lambda: bool(table(console).keys), "a filled list")


async def test_one_that_was_missed(look: Look, path: Path, database: Database) -> None:
    of_each_kind(path, database)
    async with look() as console:
        await console.press("5")
        await console.until(lambda: bool(table(console).keys), "a filled list")
        await console.press("enter")
        await console.dialog(ScheduledDialog)


async def test_one_that_was_held_up_on_its_way(look: Look, path: Path, database: Database) -> None:
    held_up(path, database)
    async with look() as console:
        await console.press("5")
        await console.until(lambda: bool(table(console).keys), "a filled list")


async def test_what_to_do_with_one_that_was_held_up(
    look: Look, path: Path, database: Database
) -> None:
    held_up(path, database)
    async with look() as console:
        await console.press("5")
        await console.until(lambda: len(table(console).keys) > 1, "a filled list")
        await console.press("enter")
        await console.dialog(ScheduledDialog)
