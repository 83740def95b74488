"""How Monitor usage and its dialogs look; `make snapshots` takes the pictures anew."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from drtui.app import DrtuiApp
from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.problems import StoreProblemError
from drtui.domain.records import AccountSettings
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.screens.help import HelpScreen
from drtui.screens.store_problem import StoreProblem
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from drtui.widgets.message_line import MessageLine
from tests.support.driving import Console, console_app
from tests.support.stores import delivered, filled_store, frozen_clock, submitted

SMALL, LARGE = (80, 24), (120, 40)
both = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
Look = Callable[..., bool]
Steps = Callable[[Console], Awaitable[None]]


@pytest.fixture
def look(snap_compare: Look, path: Path) -> Callable[..., bool]:
    """Compare a console with its picture, after some steps."""

    def compare(
        size: tuple[int, int], steps: Steps | None = None, app: DrtuiApp | None = None
    ) -> bool:
        async def before(pilot: Pilot[None]) -> None:
            running: App[None] = pilot.app
            assert isinstance(running, DrtuiApp)
            console = Console(running, pilot)
            if app is None:
                await console.until(lambda: bool(console.table.keys))
            if steps is not None:
                await steps(console)
            await console.settled()

        return snap_compare(app or console_app(path), terminal_size=size, run_before=before)

    return compare


def on_the_way(database: Database) -> None:
    """Quotas that are pending, and a pause that is half delivered."""
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010 or carlos")
    delivered(database, submitted(database, sponsorship.plan_pause(workspace, whom)), first=4)
    names = ["ada-l", "b0lt", "grace", "racer-00112", "long@example.com"]
    whom = selection.select_by_name(workspace, names)
    submitted(database, quotas.plan_set_quotas(workspace, whom, "+2", "5"))


async def filtered(console: Console, text: str) -> None:
    await console.press("slash")
    await console.write(text)
    await console.press("enter")


@both
def test_monitor_usage(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database
    assert look(size)


@both
def test_monitor_usage_with_marks_and_pending_changes(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    on_the_way(database)

    async def steps(console: Console) -> None:
        await console.press("space", "j", "space", "space", "j", "v", "j", "j")

    assert look(size, steps)


@both
def test_a_filter_that_hides_marked_racers(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("space", "space")
        await filtered(console, "used>80%")
        await console.press("s", "h", "space")

    assert look(size, steps)


@both
def test_a_filter_that_cannot_be_read(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("slash")
        await console.write("racer and (status:asleep)")

    assert look(size, steps)


@both
def test_a_filter_that_matches_nobody(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    del database

    async def steps(console: Console) -> None:
        await filtered(console, "nobody-at-all")

    assert look(size, steps)


@both
def test_offline_with_changes_waiting(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    on_the_way(database)
    write_connectivity(database, Connectivity.OFFLINE)
    assert look(size)


@both
def test_halted(look: Look, database: Database, size: tuple[int, int]) -> None:
    reason = "The session of the profile “events” has expired: run “aws sso login”, then press R."
    write_halt(database, FailureKind.NOT_SIGNED_IN, reason)
    assert look(size)


@both
def test_an_account_that_was_never_read(look: Look, path: Path, size: tuple[int, int]) -> None:
    open_database(path, frozen_clock).close()
    app = console_app(path, simulated=True)

    async def steps(console: Console) -> None:
        await console.until(lambda: "not read yet" in console.text())

    assert look(size, steps, app)


@both
def test_a_store_that_cannot_be_opened(look: Look, size: tuple[int, int]) -> None:
    def workspace() -> Workspace:
        raise StoreProblemError(
            "The store /home/ada/.local/state/drtui/finals-2026.db is of a newer drtui (its "
            "schema is 0007, this one's 0001): install that drtui, or set DRTUI_HOME to another "
            "folder."
        )

    async def steps(console: Console) -> None:
        await console.dialog(StoreProblem)

    assert look(size, steps, DrtuiApp(workspace, account="finals-2026"))


@both
def test_set_usage_quotas(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await console.press("tab", "x")

    assert look(size, steps)


@both
def test_the_plan_of_new_quotas(look: Look, database: Database, size: tuple[int, int]) -> None:
    write_connectivity(database, Connectivity.OFFLINE)

    async def steps(console: Console) -> None:
        await console.press("a", "e")
        await console.dialog(QuotaDialog)
        await console.write("+2")
        await console.press("enter")
        await console.dialog(PlanDialog)

    assert look(size, steps)


@both
def test_the_plan_of_a_pause(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("a", "p")
        await console.dialog(PlanDialog)

    assert look(size, steps)


@both
def test_a_plan_row_by_row(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("a", "p")
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)

    assert look(size, steps)


@both
def test_resuming_where_nothing_is_known(look: Look, path: Path, size: tuple[int, int]) -> None:
    filled_store(path, settings=AccountSettings()).close()

    async def steps(console: Console) -> None:
        await filtered(console, "carlos")
        await console.press("P")
        await console.dialog(QuotaDialog)

    assert look(size, steps)


@both
def test_undo(look: Look, database: Database, size: tuple[int, int]) -> None:
    on_the_way(database)

    async def steps(console: Console) -> None:
        await console.press("u")
        await console.dialog(PlanDialog)

    assert look(size, steps)


@both
def test_quitting_with_changes_waiting(
    look: Look, database: Database, size: tuple[int, int]
) -> None:
    on_the_way(database)

    async def steps(console: Console) -> None:
        await console.pilot.press("q")
        await console.dialog(ConfirmDialog)

    assert look(size, steps)


@both
def test_choosing_what_to_sort_by(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("s")
        await console.dialog(SortDialog)

    assert look(size, steps)


@both
def test_help(look: Look, database: Database, size: tuple[int, int]) -> None:
    del database

    async def steps(console: Console) -> None:
        await console.press("question_mark")
        await console.dialog(HelpScreen)

    assert look(size, steps)


def test_a_refusal(look: Look, database: Database) -> None:
    del database

    async def steps(console: Console) -> None:
        line = console.usage.query_one(MessageLine)
        await console.press("u")
        assert line.message[1]

    assert look(SMALL, steps)


def test_a_terminal_that_is_too_small(look: Look, database: Database) -> None:
    del database
    assert look((40, 10))


@pytest.mark.parametrize("theme", ["drtui-light", "drtui-ansi"])
def test_other_colours(look: Look, database: Database, theme: str) -> None:
    on_the_way(database)

    async def steps(console: Console) -> None:
        console.app.theme = theme
        await console.press("space", "space", "j")

    assert look(LARGE, steps)


def test_no_colours(look: Look, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    on_the_way(database)

    async def steps(console: Console) -> None:
        await console.press("space", "space", "j")

    assert look(SMALL, steps)
