"""What the console says in its line of messages, and when that is over."""

from pathlib import Path

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.summary import SummaryDialog
from drtui.store.database import Database
from drtui.widgets.message_line import MessageLine
from tests.support.driving import console_app, running
from tests.support.stores import submitted


async def test_what_was_confirmed_is_said_until_the_next_dialog(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: "1 confirmed, operation 1" in console.message)
        await console.press("i")
        await console.dialog(SummaryDialog)
        assert console.message == ""
        await console.press("escape")
        await console.back()
        assert console.message == ""


async def test_what_was_said_is_not_there_any_more_when_one_comes_back(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("R")
        await console.until(lambda: "Asked for a sync" in console.message)
        usage = console.usage
        await console.press("5", "2")
        assert usage.query_one(MessageLine).message == ("", False)


async def test_a_reading_that_failed_is_over_when_one_succeeds(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        console.usage.failed("The store cannot be read: it is busy.")
        assert "busy" in console.message
        workspace = Workspace(database, "ada")
        everybody = selection.select_all(workspace)
        submitted(database, sponsorship.plan_pause(workspace, everybody))
        await console.until(lambda: console.message == "", "no message")


async def test_a_refusal_is_over_when_there_is_something_to_do_it_to(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("/")
        await console.write("nobody-at-all")
        await console.press("enter", "p")
        assert console.message == "Not now: there is nobody to do it to."
        await console.press("escape")
        await console.until(lambda: bool(console.table.keys))
        assert console.message == ""
