"""Signing in from the console: who asks for it, what else goes on, and where the password stays."""

import logging
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.records import Role
from drtui.domain.signing_in import KEYS_UNKNOWN, SignInState
from drtui.screens.desk import Desk
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.sign_in import SecretInput
from drtui.store.database import Database, open_database
from drtui.store.sign_in import SignIn, write_sign_in
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.screens import header
from tests.support.sign_ins import EXPIRED, PASSWORD, engine, handed_over, opened, signed_out
from tests.support.stores import NOW, filled_store, submitted

__all__ = ["engine", "signed_out"]


async def test_the_header_names_the_key_and_no_dialog_opens_by_itself(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    workspace = Workspace(signed_out, "ada")
    async with running(console_app(path, engine=engine), (80, 24)) as console:
        assert "! not signed in: W" in header(console)
        assert f"{EXPIRED} W signs in." in console.prose()
        submitted(signed_out, sponsorship.plan_pause(workspace, selection.select_all(workspace)))
        await console.until(lambda: "53 changes wait for that" in console.prose())
        write_halt(signed_out, FailureKind.NOT_SIGNED_IN, "Sign in.")
        await console.until(lambda: "waiting: sign-in" in console.text())
        await console.press("j", "space")
        assert console.app.screen is console.usage
        assert "1 marked" in console.counts


async def test_where_credentials_of_this_machine_sign_no_sign_in_is_offered(
    path: Path, database: Database
) -> None:
    write_sign_in(database, SignInState.NOT_NEEDED)
    async with running(console_app(path)) as console:
        await console.press("W")
        assert "the AWS credentials of this machine sign its calls" in console.message
        write_halt(database, FailureKind.NOT_SIGNED_IN, KEYS_UNKNOWN)
        await console.until(lambda: "Renew those of the profile or role" in console.prose())
        await console.press("W")
        assert console.message == (
            "Not now: renew the AWS credentials of the profile or role instead: they sign the "
            "calls."
        )


async def test_the_screen_does_not_wait_for_the_store(
    path: Path, signed_out: Database, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    del signed_out
    read, threads = Desk.sign_in, set[threading.Thread]()

    def watched(desk: Desk) -> SignIn:
        threads.add(threading.current_thread())
        return read(desk)

    monkeypatch.setattr(Desk, "sign_in", watched)
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
    assert threads
    assert threading.main_thread() not in threads


async def test_a_password_is_kept_only_where_that_was_ticked(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await opened(console)
        await console.write(PASSWORD)
        await console.press("tab", "space", "enter")
        assert engine.orders == [("sign in", "ada@example.com", PASSWORD, "keep")]


async def test_nothing_is_said_to_be_read_where_nobody_is_signed_in(
    path: Path, engine: RecordingEngine
) -> None:
    with closing(open_database(path, time.time)) as database:
        write_sign_in(database, SignInState.NEEDED, detail="Nobody is signed in.")
        app = console_app(path, engine=engine)
        async with app.run_test(size=(80, 24)) as pilot:
            console = Console(app, pilot)
            await console.until(lambda: "Nothing was read yet: W signs in." in console.text())
            write_sign_in(database, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
            await console.until(lambda: "Reading the account for the first" in console.text())


async def test_no_password_stays_behind(
    path: Path,
    signed_out: Database,
    engine: RecordingEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running(console_app(path, engine=engine)) as console:
            await opened(console)
            await console.write(PASSWORD)
            assert PASSWORD not in console.text()
            await console.press("enter")
            assert all(not one.value for one in console.app.screen.query(SecretInput))
            assert not any(PASSWORD in one.value for one in console.app.screen.query(Input))
    assert PASSWORD not in caplog.text


async def test_a_password_cannot_be_copied(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await opened(console)
        await console.write(PASSWORD)
        await console.press("home", "shift+end", "ctrl+c", "ctrl+x")
        assert console.app.clipboard == ""


async def test_what_is_missing_is_asked_for(
    path: Path, database: Database, engine: RecordingEngine
) -> None:
    write_sign_in(database, SignInState.NEEDED)
    async with running(console_app(path, engine=engine)) as console:
        await opened(console)
        await console.press("tab", "enter")
        assert "Type who signs in." in console.text()
        await console.write("ada")
        await console.press("enter", "enter")
        assert "Type the password." in console.text()
        assert engine.orders == []


@pytest.mark.parametrize("key", ["W", "palette"])
async def test_where_aws_credentials_sign_the_calls_it_says_so(
    path: Path, database: Database, engine: RecordingEngine, key: str
) -> None:
    write_sign_in(database, SignInState.NOT_NEEDED)
    async with running(console_app(path, engine=engine)) as console:
        if key == "W":
            await console.press("W")
        else:
            await console.press("colon")
            await console.write("sign in")
            await console.until(lambda: "not now: the AWS credentials" in console.prose())
            await console.press("enter")
        await console.until(lambda: "the AWS credentials of this machine" in console.message)
        assert console.app.screen is console.usage


async def test_signing_out_asks_first(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    write_sign_in(signed_out, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
    async with running(console_app(path, engine=engine)) as console:
        for answer, orders in (("escape", []), ("enter", [("sign out",)])):
            await console.press("colon")
            await console.write("sign out")
            await console.until(lambda: "Asked before" in console.text())
            await console.press("enter")
            await console.dialog(ConfirmDialog)
            await console.press(answer)
            await console.back()
            assert engine.orders == orders


async def test_the_second_morning_offline_shows_everything_and_takes_operations(
    path: Path, engine: RecordingEngine
) -> None:
    morning = NOW + timedelta(hours=19).total_seconds()
    with closing(filled_store(path, clock=lambda: morning)) as database:
        write_sign_in(database, SignInState.NEEDED, "ada@example.com", detail=EXPIRED)
        write_connectivity(database, Connectivity.OFFLINE)
        app = console_app(path, engine=engine, clock=lambda: morning)
        async with running(app, (80, 24)) as console:
            assert "○ offline · ! not signed in: W · read 19 h ago" in header(console)
            assert "W signs in, once there is a network." in console.prose()
            assert "racer-00100" in console.text()
            await console.press("p")
            await console.dialog(PlanDialog)
            assert "Nothing is delivered now (not signed in)" in console.prose()
            await console.press("enter")
            await console.back()
            await console.until(lambda: "1 pending" in header(console))
            await console.until(lambda: "1 change waits for that" in console.prose())


def test_nothing_of_signing_in_comes_before_it_is_needed() -> None:
    wanted = ("drtui.screens.signing", "drtui.screens.dialogs", "drtui.screens.accounts", "getpass")
    program = (
        "import sys, drtui.app, drtui.screens.views\n"
        f"print([name for name in sys.modules if name.startswith({wanted!r})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_what_is_typed_on_fast_lands_in_its_own_field(
    path: Path, database: Database, engine: RecordingEngine
) -> None:
    write_sign_in(database, SignInState.NEEDED)
    async with running(console_app(path, engine=engine)) as console:
        for key in ("W", *"ada", "enter", *"geheim", "enter"):
            character = key if len(key) == 1 else "\r"
            console.app.post_message(events.Key(key, character))
        await console.until(lambda: bool(engine.orders))
        assert engine.orders == [("sign in", "ada", "geheim", "forget")]
