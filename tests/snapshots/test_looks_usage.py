"""How Monitor usage looks; `make snapshots` takes the pictures anew."""

from pathlib import Path

import pytest

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.problems import StoreProblemError
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.store_problem import StoreProblem
from drtui.screens.themes import ANSI, DARK, LIGHT
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.snapshots.looking import EVERY, NO_COLOR, Look, picture, wear
from tests.snapshots.scenes import filtered, on_the_way, paste
from tests.support.driving import console_app, running
from tests.support.stores import filled_store, frozen_clock


async def test_monitor_usage(look: Look, database: Database) -> None:
    del database
    async with look():
        pass


async def test_marks_and_pending_changes(look: Look, database: Database) -> None:
    on_the_way(database)
    async with look(colours=EVERY) as console:
        await console.press("space", "j", "space", "space", "j", "v", "j", "j")


async def test_a_filter_that_hides_marked_racers(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("space", "space")
        await filtered(console, "used>80%")
        await console.press("s", "h", "space")


async def test_what_a_filter_can_be_completed_with(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("slash")
        await console.write("racer sta")
        await console.press("tab")


async def test_a_filter_that_cannot_be_read(look: Look, database: Database) -> None:
    del database
    async with look(colours=EVERY) as console:
        await console.press("slash")
        await paste(console, "racer and (status:asleep)")


async def test_a_filter_that_matches_nobody(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await filtered(console, "nobody-at-all")


async def test_offline_with_changes_waiting(look: Look, database: Database) -> None:
    on_the_way(database)
    write_connectivity(database, Connectivity.OFFLINE)
    async with look():
        pass


async def test_halted(look: Look, database: Database) -> None:
    reason = "The session of the profile “events” has expired: run “aws sso login”, then press R."
    write_halt(database, FailureKind.NOT_SIGNED_IN, reason)
    async with look(colours=EVERY):
        pass


async def test_an_account_that_was_never_read(look: Look, path: Path) -> None:
    open_database(path, frozen_clock).close()
    async with look(console_app(path, simulated=True)) as console:
        await console.until(lambda: "not read yet" in console.text())


async def test_a_store_that_cannot_be_opened(look: Look) -> None:
    def workspace() -> Workspace:
        raise StoreProblemError(
            "The store /home/ada/.local/state/drtui/finals-2026.db is of a newer drtui (its "
            "schema is 0007, this one's 0001): install that drtui, or set DRTUI_HOME to another "
            "folder."
        )

    async with look(DrtuiApp(workspace, account="finals-2026")) as console:
        await console.dialog(StoreProblem)


async def test_what_was_confirmed_is_said(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("space", "space", "p")
        await console.until(lambda: console.app.screen is not console.usage)
        await console.press("enter")
        await console.back()
        await console.until(
            lambda: "confirmed" in console.message and "2 pending" in console.text()
        )


async def test_a_refusal(look: Look, database: Database) -> None:
    del database
    async with look() as console:
        await console.press("u")
        assert console.message


async def test_a_terminal_that_is_too_small(look: Look, database: Database) -> None:
    del database
    async with look(size=(40, 10)):
        pass


async def test_thousands_that_are_marked(look: Look, path: Path) -> None:
    filled_store(path, racers=3_000).close()
    async with look() as console:
        await console.press("a", "p")
        await console.dialog(PlanDialog)


async def test_without_colours_a_switched_console_looks_like_one_that_was_begun_so(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_way(database)
    taken = []
    for begun_so in (False, True):
        if begun_so:
            monkeypatch.setenv("NO_COLOR", "1")
        async with running(console_app(path)) as console:
            await console.press("space", "space", "j")
            if not begun_so:
                coloured = picture(console.app)
                await wear(console, NO_COLOR)
            taken.append(picture(console.app))
    assert taken[0] == taken[1]
    assert taken[0] != coloured


async def test_colours_can_be_put_on_again(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await wear(console, DARK.name)
        before = picture(console.app)
        for colours in (LIGHT.name, NO_COLOR, ANSI.name, DARK.name):
            await wear(console, colours)
        assert picture(console.app) == before
