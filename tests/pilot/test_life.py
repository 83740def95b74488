"""The console's life: opening, news from other processes, small terminals, quitting."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drtui.app import DrtuiApp
from drtui.commands import quotas, selection, sponsorship, usage
from drtui.commands.downloads import plan_download
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.help import HelpScreen
from drtui.screens.store_problem import StoreProblem
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from drtui.widgets.message_line import MessageLine
from drtui.widgets.sync_status import SyncStatus
from tests.support.archives import model
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.scheduling import scheduled_pause
from tests.support.spoiling import spoil
from tests.support.stores import NOW, delivered, filled_store, frozen_clock, submitted

HEAVY = (
    *("boto3", "botocore", "starlette", "uvicorn", "keyring", "alembic", "lark", "typer"),
    *("sqlalchemy", "sqlmodel", "drtui.emulator", "drtui.aws", "drtui.sync", "drtui.store"),
)


def header(console: Console) -> str:
    return console.usage.query_one(SyncStatus).render().plain


def progress(console: Console) -> str:
    return console.usage.query_one(MessageLine).render().plain


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
        await pilot.press("p", "u")
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


async def test_a_simulated_account_is_called_one_at_any_width(
    path: Path, database: Database
) -> None:
    del database
    app = console_app(path, account="a-name-that-is-rather-long", simulated=True)
    async with running(app, (60, 15)) as console:
        assert "simulated account" in console.text()
        await console.pilot.resize_terminal(200, 50)
        await console.settled()
        assert "a-name-that-is-rather-long · simulated account" in console.text()


async def test_a_terminal_that_is_too_small_is_told_so(path: Path, database: Database) -> None:
    del database
    sizes = ((10, 3), (59, 24), (80, 14))
    async with running(console_app(path), sizes[0]) as console:
        for size in sizes:
            await console.resize(size)
            assert "Too small" in console.prose(), size
            assert "racer-" not in console.text(), size
            await console.resize((80, 24))
            assert "racer-00100" in console.text(), size
            await console.press("e")
            await console.dialog(QuotaDialog)
            await console.resize(size)
            assert "Too small" in console.prose(), size
            await console.resize((80, 24))
            await console.press("escape")
            await console.back()


async def test_a_resize_keeps_the_cursor_on_the_screen(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (120, 40)) as console:
        await console.press("G")
        for size in ((80, 24), (60, 15), (200, 60)):
            await console.pilot.resize_terminal(*size)
            await console.settled()
            assert console.table.cursor_key in console.table.visible_keys


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting_asks_nothing_when_all_is_delivered(
    path: Path, database: Database, key: str
) -> None:
    del database
    engine = RecordingEngine()
    app = console_app(path, engine=engine)
    async with running(app) as console:
        await console.pilot.press(key)
        await console.until(lambda: app._exit)
    assert (app.return_code, engine.stopped) == (0, 1)


async def test_quitting_asks_when_something_is_not_delivered(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    submitted(database, sponsorship.plan_pause(workspace, whom))
    app = console_app(path)
    async with running(app) as console:
        for key in ("q", "ctrl+q"):
            await console.pilot.press(key)
            await console.dialog(ConfirmDialog)
            assert "10 changes are not delivered yet." in console.text(), key
            await console.pilot.press("escape")
            await console.back()
            assert not app._exit, key
        await console.pilot.press("q")
        await console.dialog(ConfirmDialog)
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)


async def test_quitting_says_that_downloads_go_on(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    models = [model(number) for number in range(3)]
    plan = plan_download(workspace, models, str(path.parent.resolve() / "models"))
    submitted(database, plan)
    async with running(console_app(path)) as console:
        await console.pilot.press("q")
        await console.dialog(ConfirmDialog)
        told = console.prose()
        assert "3 changes are not delivered yet." in told
        assert "3 of them save models, which is paced and may take hours." in told
        assert "goes on with it in the background, also when this terminal is lost" in told
        await console.pilot.press("escape")
        await console.back()


@pytest.mark.parametrize("others", [0, 1])
async def test_quitting_says_what_will_not_be_run_unless_some_drtui_is_up(
    path: Path, database: Database, others: int
) -> None:
    workspace = Workspace(database, "ada")
    for later in range(1 + others):
        scheduled_pause(workspace, NOW + 3_600 * (1 + later))
    app = console_app(path)
    async with running(app) as console:
        await console.pilot.press("q")
        await console.dialog(ConfirmDialog)
        told = console.prose()
        assert "Pause sponsorship for everybody: waits until" in told
        assert "in 1 h" in told
        assert ("more waits for a set time." in told) == bool(others)
        assert "It is run by whatever drtui is up then" in told
        assert "not delivered" not in told
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)


async def test_quitting_asks_nothing_of_what_was_missed(path: Path, database: Database) -> None:
    del database
    earlier = open_database(path, lambda: NOW - 3 * 3_600)
    scheduled_pause(Workspace(earlier, "ada"), NOW - 2 * 3_600)
    earlier.close()
    app = console_app(path)
    async with running(app) as console:
        await console.pilot.press("q")
        await console.until(lambda: app._exit)


async def test_quitting_sums_nothing_up(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    app = console_app(path)
    async with running(app) as console:
        monkeypatch.setattr(usage, "summary_of", lambda *_: pytest.fail("nobody looks at it"))
        await console.pilot.press("q")
        await console.until(lambda: app._exit)


async def test_ctrl_q_asks_from_within_a_dialog_too(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    submitted(database, sponsorship.plan_pause(workspace, selection.select_all(workspace)))
    async with running(console_app(path)) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        await console.pilot.press("ctrl+q")
        await console.dialog(ConfirmDialog)
        await console.pilot.press("escape")
        await console.until(lambda: console.app.screen is dialog)


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


async def test_the_help_tells_both_keys_that_quit(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (120, 120)) as console:
        await console.press("question_mark")
        await console.dialog(HelpScreen)
        assert " q ctrl+q " in console.prose()


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


async def test_no_key_acts_on_what_is_not_to_be_seen(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.pilot.resize_terminal(40, 10)
        await console.settled()
        await console.press("p", "space", "a")
        assert console.app.screen is console.usage
        await console.pilot.resize_terminal(80, 24)
        await console.settled()
        assert "0 marked" in console.counts
        await console.press("p")
        await console.dialog(PlanDialog)


async def test_the_console_can_be_left_where_it_has_no_room(path: Path, database: Database) -> None:
    del database
    app = console_app(path)
    async with running(app) as console:
        await console.pilot.resize_terminal(40, 10)
        await console.settled()
        await console.pilot.press("q")
        await console.until(lambda: not app.is_running, "the end")
