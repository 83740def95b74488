"""How a day without network looks: preparing for it, the queue, and what delivering would do."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog
from drtui.screens.dialogs.prepare import PrepareDialog
from drtui.screens.queue import QueueScreen
from drtui.store.database import Database, open_database
from drtui.store.sync_state import write_halt
from drtui.widgets.sync_status import SyncStatus, SyncView
from tests.snapshots.looking import EVERY, Look
from tests.support.operations import pause, quota, table
from tests.support.races_table import filled_races
from tests.support.sponsors import services
from tests.support.stores import NOW, plain_profiles, special_profiles, swept


async def test_preparing(look: Look, database: Database) -> None:
    filled_races(database)
    async with look(colours=EVERY) as console:
        await console.press("V")
        await console.dialog(PrepareDialog)
        await console.until(lambda: "Racers" in console.text())


async def test_the_queue(look: Look, database: Database) -> None:
    offline.go_offline(Workspace(database, "ada"))
    quota(database, "racer-0010", "9")
    pause(database, "racer-0011")
    async with look() as console:
        await console.press("5", "o")
        await console.dialog(QueueScreen)
        await console.until(lambda: bool(table(console).keys))


@pytest.mark.usefixtures("database")
async def test_going_offline(look: Look) -> None:
    async with look() as console:
        console.app.context.open_sponsor = services
        await console.press("F")
        await console.dialog(ConfirmDialog)
        assert "user pool, billing alerts, costs, checklist" in console.prose()


async def test_coming_back_on_another_day(look: Look, path: Path, database: Database) -> None:
    with closing(open_database(path, lambda: NOW - 24 * 3600)) as the_day_before:
        offline.go_offline(Workspace(the_day_before, "ada"))
    async with look() as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        assert "since 2026-05-01 14:05, by ada." in console.prose()


async def test_what_delivering_would_do(look: Look, database: Database) -> None:
    offline.go_offline(Workspace(database, "ada"))
    quota(database, "racer-0010", "9")
    async with look() as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.dialog(DeliverDialog)
        first, *others = plain_profiles(40)
        swept(database, [*special_profiles(), replace(first, minutes_limit=60), *others])
        await console.until(lambda: "would conflict" in console.text())
        header = console.app.screen_stack[-2].query_one(SyncStatus)
        await console.until(lambda: _is_new(header.view), "the new reading in the header")


async def test_what_delivering_would_do_where_the_account_cannot_be_read(
    look: Look, database: Database
) -> None:
    offline.go_offline(Workspace(database, "ada"))
    quota(database, "racer-0010", "9")
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
    async with look() as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.dialog(DeliverDialog)
        await console.until(lambda: "Deliver all the same" in console.text())


def _is_new(view: SyncView | None) -> bool:
    return view is not None and view.as_of is not None and view.as_of.timestamp() == NOW
