"""Operations in tests: some of each kind, and their screens in sight."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.operations import Operation
from drtui.screens.operation_page import OperationScreen
from drtui.store.database import Database
from drtui.store.journal import journal
from drtui.store.operation_log import newest_operation, operation
from drtui.widgets.message_line import MessageLine
from drtui.widgets.record_table import RecordTable
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.stores import delivered, plain_profiles, special_profiles, submitted, swept


@asynccontextmanager
async def on_operations(
    path: Path, size: tuple[int, int] = (120, 40), engine: RecordingEngine | None = None
) -> AsyncIterator[Console]:
    """A console with Operations in sight, and what there is read."""
    async with running(console_app(path, engine=engine), size) as console:
        await console.press("5")
        await console.until(lambda: bool(table(console).keys), "a filled list")
        yield console


def table(console: Console) -> RecordTable[object]:
    return console.app.screen.query_one(RecordTable)


def progress(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).render().plain


def row(console: Console, text: str) -> str:
    return next((line for line in console.lines() if text in line), "")


async def opened(console: Console) -> OperationScreen:
    """Open the operation under the cursor."""
    await console.press("enter")
    return await console.dialog(OperationScreen)


def quota(database: Database, text: str, hours: str = "+2", *, who: str = "ada") -> int:
    workspace = Workspace(database, who)
    whom = selection.select_by_filter(workspace, text)
    return submitted(database, quotas.plan_set_quotas(workspace, whom, hours, None), who=who)


def pause(database: Database, text: str) -> int:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, text)
    return submitted(database, sponsorship.plan_pause(workspace, whom))


def conflicting(database: Database, text: str = "racer-0010", conflicts: int = 2) -> int:
    """An operation of which some targets were changed by somebody else before it was sent."""
    number = quota(database, text)
    theirs = plain_profiles(40)
    theirs[:conflicts] = [replace(one, minutes_limit=540) for one in theirs[:conflicts]]
    swept(database, [*special_profiles(), *theirs])
    delivered(database, number)
    return number


def read(database: Database, number: int) -> Operation:
    with database.read() as connection:
        found = operation(connection, number)
    assert found is not None
    return found


def done_to(database: Database, number: int) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(line.what, line.result) for line in journal(connection, number)]


def paused(database: Database, text: str) -> int:
    """An operation that paused some racers, delivered."""
    number = pause(database, text)
    delivered(database, number)
    return number


def newest(database: Database) -> int:
    """The number of the newest operation; 0 where there is none."""
    with database.read() as connection:
        return newest_operation(connection)
