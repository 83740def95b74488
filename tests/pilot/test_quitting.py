"""Quitting: what is asked before, what is told then, and where no more is done than that."""

from pathlib import Path

import pytest
from textual.widgets import Static

from drtui.commands import offline, selection, sponsorship, usage
from drtui.commands.downloads import plan_download
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.help import HelpScreen
from drtui.store.database import Database, open_database
from tests.support.archives import model
from tests.support.driving import RecordingEngine, console_app, running
from tests.support.scheduling import scheduled_pause
from tests.support.stores import NOW, submitted


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


async def test_quitting_offline_on_purpose_promises_no_delivery(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    offline.go_offline(workspace)
    whom = selection.select_by_filter(workspace, "racer-0010")
    submitted(database, sponsorship.plan_pause(workspace, whom))
    async with running(console_app(path)) as console:
        await console.pilot.press("q")
        dialog = await console.dialog(ConfirmDialog)
        told = " ".join(f"{each.content}" for each in dialog.query(Static))
        assert "10 changes are not delivered yet." in told
        assert "nothing goes out, now or when drtui runs again" in told
        assert "the engine goes on" not in told


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


async def test_the_help_tells_both_keys_that_quit(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (120, 120)) as console:
        await console.press("question_mark")
        await console.dialog(HelpScreen)
        assert " q ctrl+q " in console.prose()


async def test_the_console_can_be_left_where_it_has_no_room(path: Path, database: Database) -> None:
    del database
    app = console_app(path)
    async with running(app) as console:
        await console.pilot.resize_terminal(40, 10)
        await console.settled()
        await console.pilot.press("q")
        await console.until(lambda: not app.is_running, "the end")
