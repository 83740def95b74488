"""The doctor's report in the console: from everywhere, without the network, and to be copied."""

import re
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.doctor import DoctorScreen
from drtui.store.database import Database
from drtui.store.offline import go_offline
from drtui.store.sign_in import write_sign_in
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.driving import Console, console_app, running
from tests.support.logs import ADA

SIZES = [(80, 24), (120, 40), (60, 15)]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TMUX", raising=False)


async def opened(console: Console) -> DoctorScreen:
    await console.press("D")
    screen = await console.dialog(DoctorScreen)
    await console.until(lambda: "Looking" not in console.text(), "the report")
    return screen


async def whole(console: Console) -> str:
    """All of the report, page by page, as one line."""
    await opened(console)
    await console.press("g")
    pages = []
    scroll = console.app.screen.query_one("#doctor")
    while True:
        pages.append(console.prose())
        before = scroll.scroll_y
        await console.press("pagedown")
        if scroll.scroll_y == before:
            return " ".join(pages)


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_everywhere_says_how_many_of_each_and_where_the_network_is_looked_at(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    async with running(console_app(path), size) as console:
        await opened(console)
        assert "Doctor" in console.lines()[0]
        assert " ok, " in console.lines()[0]
        told = re.sub("[▁-▇]", "", console.text())  # without the scroll bar
        assert "“drtui doctor” in a shell looks at the network too" in " ".join(told.split())
        await console.press("escape")
        await console.back()


async def test_it_says_what_the_store_knows(path: Path, database: Database) -> None:
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.FACILITATOR)
    write_connectivity(database, Connectivity.OFFLINE)
    write_halt(database, FailureKind.BLOCKED, "A firewall blocked the call.")
    async with running(console_app(path), (120, 40)) as console:
        text = await whole(console)
    assert "Race facilitator" in text
    assert "The account has not answered its engine" in text
    assert "A firewall blocked the call." in text
    assert "The console leaves the network to its engine" in text
    assert "SQLite's quick check finds nothing" in text


async def test_while_offline_on_purpose_the_account_is_not_said_to_fail(
    path: Path, database: Database
) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    go_offline(database, ADA)
    async with running(console_app(path), (120, 40)) as console:
        text = " ".join((await whole(console)).split())
    assert "so that the account is not asked" in text
    assert "has not answered" not in text


async def test_looking_again_tells_what_has_changed_since(path: Path, database: Database) -> None:
    async with running(console_app(path), (120, 200)) as console:
        await opened(console)
        assert "Nothing stops it." in console.prose()
        write_halt(database, FailureKind.BLOCKED, "A firewall blocked the call.")
        await console.press("r")
        await console.until(lambda: "A firewall blocked the call." in console.prose(), "the news")


async def test_it_is_copied_as_the_command_line_writes_it(path: Path, database: Database) -> None:
    async with running(console_app(path), (120, 40)) as console:
        await opened(console)
        await console.press("y")
        await console.dialog(CopiedDialog)
        copied = console.app.clipboard
    assert copied.startswith("Program\n  ok           drtui")
    assert "\n  not checked  API " in copied
