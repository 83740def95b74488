"""Offline on purpose in the console: the key, the header, and the look before delivering."""

import threading
from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.commands.preparing import parts, verdict
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.failures import FailureKind
from drtui.domain.problems import StoreProblemError
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog, Told
from drtui.screens.offline_flow import OfflineDesk
from drtui.store.database import Database
from drtui.store.sweeps import begin_sweep
from drtui.store.sync_state import read_sync_state, write_halt
from drtui.widgets.sync_status import SyncStatus
from tests.support.driving import SECONDS, Console, console_app, running
from tests.support.operations import quota


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


async def test_what_is_missing_for_a_day_without_network_is_said_before(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await console.press("F")
        await console.dialog(ConfirmDialog)
        missing = verdict(parts(Workspace(database, "ada")))
        assert missing == "2 parts missing: models, races."
        assert f"{missing} V reads what a day without network needs." in console.prose()


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
        await console.press("enter")
        await console.until(lambda: not wants_offline(database))


async def test_where_nothing_is_queued_enter_goes_online_and_nothing_is_said_to_be_delivered(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await begun(console)
        read_now(database)
        await console.until(lambda: "[ Go online ]" in console.text())
        assert "[ Stay offline ]  [ Go online ]" in console.text()
        await console.press("enter")
        await console.back()
        assert console.message == "Online: there was nothing to deliver."
        assert not wants_offline(database)


async def test_where_something_is_queued_it_is_delivered_and_enter_alone_does_not(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    quota(database, "racer-0010", "9")
    async with running(console_app(path)) as console:
        await begun(console)
        read_now(database)
        await console.until(lambda: "10 would be sent as planned" in console.prose())
        assert "[ Stay offline ]  [ Deliver ]" in console.text()
        await console.press("tab", "enter")
        await console.back()
        assert console.message == "Online: what is queued is being delivered."
        assert not wants_offline(database)


async def test_where_nothing_is_queued_one_goes_online_though_the_account_cannot_be_read(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "[ Go online ]" in console.text())
        assert "[ Stay offline ]  [ Try again ]  [ Go online ]" in console.text()
        await console.press("enter")
        await console.back()
        assert console.message == "Online: there was nothing to deliver."
        assert not wants_offline(database)


async def test_what_is_queued_while_it_is_asked_takes_the_focus_from_going_online(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "[ Go online ]" in console.text())
        quota(database, "racer-0010", "9")
        await console.until(lambda: "[ Deliver all the same ]" in console.text())
        assert "Go online" not in console.text()
        await console.press("enter")
        await console.back()
        assert wants_offline(database)


async def test_who_stays_offline_after_all_is_told_so(path: Path, database: Database) -> None:
    offline.go_offline(Workspace(database, "bob"))
    quota(database, "racer-0010", "9")
    async with running(console_app(path)) as console:
        await begun(console)
        read_now(database)
        await console.until(lambda: "10 would be sent as planned" in console.prose())
        await console.press("enter")
        await console.back()
        assert "Still offline on purpose: nothing was sent." in console.prose()
        assert wants_offline(database)


async def begun(console: Console) -> DeliverDialog:
    """Go through the key and its question, to the look."""
    await console.press("F")
    await console.dialog(ConfirmDialog)
    await console.press("enter")
    return await console.dialog(DeliverDialog)


def read_now(database: Database) -> None:
    """The account was read whole."""
    begin_sweep(database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE sync_state SET swept_from = sweep_started")


async def test_why_the_account_cannot_be_read_is_told_and_it_can_be_delivered_all_the_same(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    quota(database, "racer-0010", "9")
    async with running(console_app(path)) as console:
        await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "could not be read. Nobody is signed in" in console.prose())
        assert "Nothing was sent." in console.prose()
        assert "10 would be sent as planned" in console.prose()
        await console.press("enter")
        await console.back()
        assert wants_offline(database)
        await begun(console)
        await console.until(lambda: "Deliver all the same" in console.text())
        await console.press("right", "right", "enter")
        await console.until(lambda: not wants_offline(database))


async def test_where_nothing_came_of_it_it_is_tried_again(path: Path, database: Database) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        dialog = await begun(console)
        with database.write(RecordKind.SYNC_STATE) as connection:
            connection.exec_driver_sql("UPDATE sync_state SET reads_until = 1")
        await console.until(lambda: "No more is tried." in console.prose())
        dialog.query_one("#again").focus()
        await console.press("enter")
        await console.until(lambda: "Reading the account" in console.text())
        with database.read() as connection:
            purpose = read_sync_state(connection).on_purpose
        assert purpose is not None
        assert purpose.reads(database.clock())
        read_now(database)
        await console.until(lambda: "Nothing is on its way." in console.text())


async def test_what_was_confirmed_meanwhile_is_shown_before_it_is_sent(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        first = await begun(console)
        read_now(database)
        await console.until(lambda: "Nothing is on its way." in console.text())
        quota(database, "racer-0010", "9")
        await console.press("enter")
        await console.until(lambda: console.app.screen is not first)
        await console.dialog(DeliverDialog)
        await console.until(lambda: "10 would be sent as planned" in console.prose())
        assert "has changed meanwhile" in console.prose()
        assert wants_offline(database)
        await console.press("tab", "enter")
        await console.until(lambda: not wants_offline(database))


async def test_only_what_was_shown_is_delivered_and_not_what_was_read_since(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    quota(database, "racer-0010", "9")
    look = OfflineDesk.look
    queued, read, let_go = threading.Event(), threading.Event(), threading.Event()

    def slow(desk: OfflineDesk) -> Told:
        told = look(desk)
        if queued.is_set():
            read.set()
            assert let_go.wait(SECONDS)
        return told

    monkeypatch.setattr(OfflineDesk, "look", slow)
    async with running(console_app(path)) as console:
        first = await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "10 would be sent as planned" in console.prose())
        quota(database, "racer-0011", "9")
        queued.set()
        await console.until(read.is_set)
        assert "10 would be sent as planned" in console.prose()
        first.query_one("#anyhow").focus()
        await console.press("enter")
        await console.until(lambda: console.app.screen is not first)
        let_go.set()
        await console.dialog(DeliverDialog)
        await console.until(lambda: "20 would be sent as planned" in console.prose())
        assert "has changed meanwhile" in console.prose()
        assert wants_offline(database)


async def test_what_was_shown_last_is_what_is_confirmed_where_the_store_cannot_be_read_any_more(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    quota(database, "racer-0010", "9")
    async with running(console_app(path)) as console:
        first = await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "10 would be sent as planned" in console.prose())
        monkeypatch.setattr(first, "_look", lambda: Told(["Reading again …"]))
        await console.until(lambda: "Reading again" in console.prose())

        def broken() -> Told:
            raise StoreProblemError("The disk is gone.")

        monkeypatch.setattr(first, "_look", broken)
        await console.until(lambda: "The disk is gone." in console.prose())
        quota(database, "racer-0011", "9")
        first.query_one("#anyhow").focus()
        await console.press("enter")
        await console.until(lambda: console.app.screen is not first)
        await console.dialog(DeliverDialog)
        assert "has changed meanwhile" in console.prose()
        assert wants_offline(database)


async def test_where_trying_again_succeeds_going_online_has_the_focus(
    path: Path, database: Database
) -> None:
    offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        dialog = await begun(console)
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
        await console.until(lambda: "[ Go online ]" in console.text())
        dialog.query_one("#again").focus()
        read_now(database)
        await console.until(lambda: "Try again" not in console.text())
        await console.press("enter")
        await console.back()
        assert not wants_offline(database)
