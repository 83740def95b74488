"""What tests read of the screen in front, and of the operations that were made from it."""

from textual.widgets import Input

from drtui.domain.operations import Item, ItemState, Operation, OperationKind
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.store.database import Database
from drtui.store.following import first_items
from drtui.store.operation_log import operations
from drtui.widgets.filter_bar import ShownCounts
from drtui.widgets.message_line import MessageLine
from drtui.widgets.sync_status import SyncStatus
from drtui.widgets.trouble_line import TroubleLine
from tests.support.driving import Console
from tests.support.stores import items_of


def header(console: Console) -> str:
    """The line above every screen."""
    return console.usage.query_one(SyncStatus).render().plain


def said(console: Console) -> str:
    """What the screen in front says below."""
    return console.app.screen.query_one(MessageLine).message[0]


def made(database: Database) -> list[Operation]:
    """All operations, the newest first."""
    with database.read() as connection:
        return operations(connection)


def targets(database: Database, number: int = 1) -> list[str]:
    """The targets of an operation, in order."""
    with database.read() as connection:
        return [one.target for one in first_items(connection, number, list(ItemState), 1_000)]


async def leave_form(console: Console) -> None:
    """Leave a form with escape, and what is typed in it with it."""
    await console.press("escape")
    await console.dialog(ConfirmDialog)
    assert "What is typed here would be lost." in console.prose()
    await console.press("right", "enter")


def values(console: Console) -> list[str]:
    """What its fields hold."""
    return [field.value for field in console.app.screen.query(Input)]


def none_made(database: Database) -> bool:
    return not made(database)


def last_made(database: Database) -> tuple[OperationKind, list[Item]]:
    """What was made last, and its items."""
    with database.read() as connection:
        operation = operations(connection)[0]
    return operation.kind, items_of(database, operation.operation_id)


def counts(console: Console) -> str:
    """How many of its rows are shown and marked."""
    return console.app.screen.query_one(ShownCounts).render().plain.strip()


def trouble(console: Console) -> str:
    """What the line of trouble says; empty where it is not shown."""
    line = console.app.screen.query_one(TroubleLine)
    return line.sentence if line.display else ""
