"""The console's life: opening, news from other processes, help, and keys for all of it."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drtui.app import DrtuiApp
from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.help import HelpScreen
from drtui.screens.store_problem import StoreProblem
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.operations import progress
from tests.support.screens import header
from tests.support.spoiling import spoil
from tests.support.stores import delivered, filled_store, frozen_clock, submitted

HEAVY = (
    *("boto3", "botocore", "starlette", "uvicorn", "keyring", "alembic", "lark", "typer"),
    *("sqlalchemy", "sqlmodel", "drtui.emulator", "drtui.aws", "drtui.sync", "drtui.store"),
)


def test_the_first_frame_waits_for_no_heavy_import() -> None:
    program = (
        "import sys, drtui.app\n"
        f"heavy = {HEAVY!r}\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_the_first_frame_comes_before_the_store_is_open(
    path: Path, database: Database
) -> None:
    del database
    opened = threading.Event()
    engine = RecordingEngine()
    app = console_app(path, opened=opened, engine=engine)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot)
        await pilot.pause()
        assert "finals-2026" in console.text()
        assert "Opening the store" in console.text()
        for keys in (("p", "u"), ("m",)):
            console.hush()
            await pilot.press(*keys)
            assert console.message == "Not now: the store is not open yet."
        assert engine.started == 0
        opened.set()
        await console.until(lambda: bool(console.table.keys))
        await console.until(lambda: engine.started == 1)
    assert engine.stopped == 1


async def test_a_store_that_cannot_be_opened_is_told_and_can_be_tried_again(path: Path) -> None:
    tries = []

    def workspace() -> Workspace:
        tries.append(1)
        if len(tries) == 1:
            raise StoreProblemError("The store is on a full disk: free some space.")
        filled_store(path).close()
        return Workspace(open_database(path, frozen_clock), "ada")

    app = DrtuiApp(workspace, account="finals-2026")
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot)
        await console.dialog(StoreProblem)
        assert "The store is on a full disk: free some space." in console.text()
        await pilot.press("escape")
        assert isinstance(app.screen, StoreProblem)
        await pilot.press("r")
        await console.until(lambda: bool(console.table.keys))
        await console.back()


async def test_damage_that_is_met_with_later_is_told_whole(path: Path) -> None:
    filled_store(path).close()
    spoil(path, "sync_state")
    app = console_app(path, engine=RecordingEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot)
        await console.dialog(StoreProblem)
        told = console.prose()
        assert "damaged in part" in told
        assert "run “drtui mend”, which sets a copy aside" in told
        await pilot.press("5", "J")
        assert isinstance(app.screen, StoreProblem)
        await pilot.press("r")
        await console.until(lambda: not isinstance(app.screen, StoreProblem))
        await console.until(lambda: header(console).endswith("! the store cannot be read"))
        await pilot.press("q")
        await console.until(lambda: not app.is_running)


async def test_a_table_that_cannot_be_read_does_not_say_that_it_is_being_read(path: Path) -> None:
    filled_store(path).close()
    spoil(path, "operation")
    app = console_app(path)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot)
        await console.dialog(StoreProblem)
        await pilot.press("r")
        await console.until(lambda: not isinstance(app.screen, StoreProblem))
        await pilot.press("5")
        await console.until(lambda: "It could not be read." in console.text())


async def test_a_change_by_another_process_is_shown_pending_then_confirmed(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "bo")

    def row(console: Console) -> str:
        return next(line for line in console.lines() if "racer-00101 " in line)

    async with running(console_app(path)) as console:
        assert "4.3 / 5   " in row(console)
        whom = selection.select_by_name(workspace, ["racer-00101"])
        number = submitted(database, quotas.plan_set_quotas(workspace, whom, "+2", None), who="bo")
        await console.until(lambda: "5 → 7" in row(console), "a pending value")
        await console.until(lambda: "1 pending" in header(console))
        delivered(database, number)
        await console.until(lambda: "4.3 / 7   " in row(console), "a confirmed value")
        assert "pending" not in header(console)


async def test_what_is_on_its_way_is_told_and_what_needs_a_hand(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    number = submitted(database, sponsorship.plan_pause(workspace, whom))
    async with running(console_app(path)) as console:
        await console.until(lambda: "delivering: 0 of 10 done" in progress(console))
        delivered(database, number, first=4)
        await console.until(lambda: "delivering: 4 of 10 done" in progress(console))
        delivered(database, number, state=ItemState.FAILED)
        await console.until(lambda: "4 of 10 done · 6 failed" in progress(console))
        assert "delivering" not in progress(console)


async def test_online_offline_and_halted_are_told(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        assert "● online" in header(console)
        assert "as of 14:05:12 CEST (12 s)" in header(console)
        write_connectivity(database, Connectivity.OFFLINE)
        await console.until(lambda: "○ offline since 14:05" in header(console))
        write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again: the session expired.")
        await console.until(lambda: "! not signed in" in header(console))
        assert "Sign in again: the session expired." in console.text()
        write_halt(database, None)
        await console.until(lambda: "Sign in again" not in console.text())


async def test_the_help_tells_every_key_that_the_screen_has(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (120, 120)) as console:
        own = [*console.usage.BINDINGS, *console.table.BINDINGS, *console.app.BINDINGS]
        await console.press("question_mark")
        await console.dialog(HelpScreen)
        text = console.text()
        for binding in own:
            assert not isinstance(binding, tuple)
            assert (binding.tooltip or binding.description) in text
        assert "not now: nothing is done yet" in text
        assert "hours>4" in text
        await console.press("escape")
        assert console.app.screen is console.usage


async def test_the_palette_does_what_keys_do(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        for key in ("colon", "ctrl+p"):
            await console.pilot.press(key)
            await console.pilot.pause()
            await console.write("usage quotas")
            await console.sees("Set usage quotas")
            await console.pilot.press("enter")
            await console.dialog(QuotaDialog)
            await console.press("escape")
            await console.back()


async def test_r_reads_again_and_capital_r_wakes_the_engine(path: Path, database: Database) -> None:
    del database
    engine = RecordingEngine()
    async with running(console_app(path, engine=engine)) as console:
        await console.press("r")
        assert engine.woken == 0
        await console.press("R")
        assert engine.woken == 1


async def test_without_colours_none_is_sent(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    monkeypatch.setenv("NO_COLOR", "1")
    app = console_app(path)
    async with running(app) as console:
        await console.press("space")
        styles = {
            segment.style
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        }
        colours = {style.color for style in styles} | {style.bgcolor for style in styles}
        assert {colour.name for colour in colours if colour is not None} <= {"default"}
        assert "▌" in console.text()
