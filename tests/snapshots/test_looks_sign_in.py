"""How signing in, the accounts and the first run look."""

from contextlib import closing
from pathlib import Path

import pytest

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.screens.dialogs.accounts import AccountsDialog
from drtui.screens.dialogs.add_account import AddAccountDialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.sign_in import SignInDialog
from drtui.screens.first_run import Greeting
from drtui.store.database import Database
from drtui.store.sign_in import write_sign_in
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.snapshots.looking import EVERY, Look, both, picture
from tests.support.account_books import FINALS, TRAINING, Book, app_of
from tests.support.driving import Console, RecordingEngine, console_app
from tests.support.stores import NOW, filled_store, submitted

Size = tuple[int, int]
EXPIRED = "The sign-in has ended."
HOURS = 3600.0


@pytest.fixture
def signed_out(database: Database) -> Database:
    write_sign_in(database, SignInState.NEEDED, "ada@example.com", detail=EXPIRED)
    return database


async def asked(console: Console) -> None:
    """Wait for a filled table, and open the dialog."""
    await console.until(lambda: bool(console.table.keys))
    await console.press("W")
    await console.dialog(SignInDialog)


async def test_a_sign_in_is_needed_and_changes_wait(look: Look, signed_out: Database) -> None:
    everybody = selection.select_all(Workspace(signed_out, "ada"))
    submitted(signed_out, sponsorship.plan_pause(Workspace(signed_out, "ada"), everybody))
    write_halt(signed_out, FailureKind.NOT_SIGNED_IN, EXPIRED)
    async with look(colours=EVERY):
        pass


async def test_the_second_morning(look: Look, path: Path) -> None:
    with closing(filled_store(path, clock=lambda: NOW)) as database:
        write_sign_in(database, SignInState.NEEDED, "ada@example.com", detail=EXPIRED)
        write_connectivity(database, Connectivity.OFFLINE)
    app = console_app(path, clock=lambda: NOW + 19 * HOURS)
    async with look(app) as console:
        await console.until(lambda: bool(console.table.keys))


async def test_the_dialog(look: Look, path: Path, signed_out: Database) -> None:
    del signed_out
    async with look(console_app(path, engine=RecordingEngine()), EVERY) as console:
        await asked(console)
        await console.write("geheim")


async def test_a_password_that_is_wrong(look: Look, path: Path, signed_out: Database) -> None:
    async with look(console_app(path, engine=RecordingEngine())) as console:
        await asked(console)
        await console.write("geheim")
        await console.press("enter")
        write_sign_in(
            signed_out, SignInState.NEEDED, detail="The user or the password is wrong: try again."
        )
        await console.until(lambda: "is wrong" in console.text())


async def test_while_it_signs_in(look: Look, path: Path, signed_out: Database) -> None:
    del signed_out
    async with look(console_app(path, engine=RecordingEngine())) as console:
        await asked(console)
        await console.write("geheim")
        await console.press("enter")


async def test_a_new_password_is_asked_for(look: Look, path: Path, signed_out: Database) -> None:
    write_sign_in(signed_out, SignInState.NEW_PASSWORD, "ada@example.com")
    async with look(console_app(path, engine=RecordingEngine())) as console:
        await asked(console)


async def test_a_code_is_asked_for(look: Look, path: Path, signed_out: Database) -> None:
    write_sign_in(signed_out, SignInState.CODE, "ada@example.com")
    async with look(console_app(path, engine=RecordingEngine())) as console:
        await asked(console)


async def test_signing_out(look: Look, path: Path, signed_out: Database) -> None:
    write_sign_in(signed_out, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
    async with look(console_app(path, engine=RecordingEngine())) as console:
        await console.until(lambda: bool(console.table.keys))
        console.app.action_sign_out()
        await console.dialog(ConfirmDialog)


async def test_the_switcher(look: Look, path: Path, signed_out: Database) -> None:
    everybody = selection.select_all(Workspace(signed_out, "ada"))
    submitted(signed_out, sponsorship.plan_pause(Workspace(signed_out, "ada"), everybody))
    async with look(app_of(path, Book(TRAINING, FINALS)), EVERY) as console:
        await console.until(lambda: "pending" in console.text())
        await console.press("A")
        await console.dialog(AccountsDialog)


async def test_a_site_that_is_none(look: Look, path: Path, signed_out: Database) -> None:
    del signed_out
    book = Book(FINALS)
    book.problem = InvalidInputError("The site's address must look like https://HOST.")
    async with look(app_of(path, book)) as console:
        await console.until(lambda: bool(console.table.keys))
        await console.press("A")
        await console.dialog(AccountsDialog)
        await console.press("down", "enter")
        await console.dialog(AddAccountDialog)
        await console.write("regional")
        await console.press("enter", "a", "enter")
        await console.until(lambda: "must look like" in console.text())


async def test_a_stack(look: Look, path: Path, signed_out: Database) -> None:
    del signed_out
    async with look(app_of(path, Book(FINALS))) as console:
        await console.until(lambda: bool(console.table.keys))
        await console.press("A")
        await console.dialog(AccountsDialog)
        await console.press("end", "enter")
        await console.dialog(AddAccountDialog)


@both
async def test_the_first_run(look: Look, size: Size) -> None:
    app = Greeting(Book())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        taken = picture(app)
    assert look.snapshot(name="first-run") == taken
