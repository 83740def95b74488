"""Offline on purpose in the console: the key, the header, and the look before delivering."""

from pathlib import Path

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog
from drtui.store.database import Database
from drtui.store.sweeps import begin_sweep
from drtui.store.sync_state import read_sync_state
from drtui.widgets.sync_status import SyncStatus
from tests.support.driving import console_app, running


def wants_offline(database: Database) -> bool:
    return offline.on_purpose(Workspace(database, "ada")) is not None


async def test_the_key_goes_offline_and_the_header_of_every_console_says_who_wanted_it(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.until(lambda: wants_offline(database))
        status = console.usage.query_one(SyncStatus)
        await console.until(lambda: "offline on purpose since" in status.render().plain)


async def test_nothing_can_be_delivered_before_the_account_was_read(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "bob")
    offline.go_offline(workspace)
    async with running(console_app(path)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        dialog = await console.dialog(DeliverDialog)
        with database.read() as connection:
            purpose = read_sync_state(connection).on_purpose
        assert purpose is not None
        assert purpose.reads_until is not None
        await console.press("tab", "enter")
        assert console.app.screen is dialog
        await console.press("escape")
        await console.back()
        assert wants_offline(database)


async def test_what_would_happen_is_shown_and_confirmed(path: Path, database: Database) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.dialog(DeliverDialog)
        begin_sweep(database)
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE sync_state SET swept_from = sweep_started")
        await console.until(lambda: "Nothing is on its way." in console.text())
        await console.press("tab", "enter")
        await console.until(lambda: not wants_offline(database))
