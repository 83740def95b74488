"""Operations for a set time that were held up on their way, in the console."""

from pathlib import Path

from drtui.commands.workspace import Workspace
from drtui.domain.scheduling import ScheduleState
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.schedule import ScheduledDialog
from drtui.store import scheduling as store
from drtui.store.database import Database, open_database
from drtui.store.late import hold_what_is_late
from tests.support.driving import console_app, running
from tests.support.logs import ADA
from tests.support.operations import on_operations, row
from tests.support.scheduling import HOUR, found, missed
from tests.support.screens import said, trouble
from tests.support.stores import NOW


def late(path: Path, database: Database) -> int:
    """One that was run two hours ago, and of which nothing was sent since."""
    number = missed(path)
    run_late(path, database, number)
    return number


def run_late(path: Path, database: Database, number: int) -> None:
    it = found(Workspace(database, "ada"), number)
    then = open_database(path, lambda: NOW - 2 * HOUR + 1)
    with then.read() as connection:
        plan = store.plan_again(connection, it, Workspace(database, "ada").rates)
    assert store.run(then, it, plan, ADA) is not None
    then.close()
    assert hold_what_is_late(database) == [number]


async def test_one_that_is_late_is_told_everywhere_and_goes_on_when_it_is_said(
    path: Path, database: Database
) -> None:
    number = late(path, database)
    async with running(console_app(path)) as console:
        await console.until(lambda: "go on with it, or cancel the rest" in trouble(console))
        await console.press("5")
        await console.until(lambda: "late" in row(console, "S1  "))
        await console.press("g", "enter")
        await console.dialog(ScheduledDialog)
        assert "not sent by" in console.prose()
        await console.press("right", "right", "enter")
        await console.dialog(ConfirmDialog)
        assert "compared with the account as ever" in console.prose()
        await console.press("right", "enter")
        await console.until(lambda: "S1 goes on" in said(console))
        await console.until(lambda: not trouble(console))
    assert found(Workspace(database, "ada"), number).state is ScheduleState.RAN


async def test_the_rest_of_one_that_is_late_is_cancelled(path: Path, database: Database) -> None:
    number = late(path, database)
    async with on_operations(path) as console:
        await console.press("g", "x")
        await console.dialog(ConfirmDialog)
        assert "will not be sent" in console.prose()
        await console.press("enter")
        await console.until(lambda: "the rest of S1 will not be sent" in said(console))
        await console.until(lambda: "ran as" in row(console, "S1  "))
    it = found(Workspace(database, "ada"), number)
    assert (it.state, it.unsent) == (ScheduleState.RAN, 0)


async def test_one_that_is_late_meanwhile_is_not_cancelled_by_an_answer_about_one_not_run(
    path: Path, database: Database
) -> None:
    number = missed(path)
    async with on_operations(path) as console:
        await console.press("x")
        await console.dialog(ConfirmDialog)
        assert "it will not be run" in console.prose()
        run_late(path, database, number)
        await console.press("enter")
        await console.until(lambda: "came to another state meanwhile" in said(console))
    it = found(Workspace(database, "ada"), number)
    assert (it.state, it.unsent) == (ScheduleState.LATE, it.total)
