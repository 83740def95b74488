"""What the dialog makes of the engine's answers, and of none."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.screens.dialogs import sign_in as dialog_module
from drtui.screens.dialogs.sign_in import SignInDialog
from drtui.store.database import Database, open_database
from drtui.store.sign_in import write_sign_in
from tests.support.driving import Console, RecordingEngine, console_app, running
from tests.support.screens import header
from tests.support.sign_ins import PASSWORD, engine, handed_over, opened, signed_out
from tests.support.stores import filled_store

__all__ = ["engine", "signed_out"]


def known(console: Console) -> str:
    """What the console has read of the sign-in."""
    glance = console.app.context.glance
    return "" if glance is None else glance.sign_in.detail


async def test_a_sign_in_ends_with_who_is_signed_in(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        assert engine.orders == [("sign in", "ada@example.com", PASSWORD, "forget")]
        write_sign_in(signed_out, SignInState.UNDER_WAY, "ada@example.com")
        await console.until(lambda: "! signing in" in header(console))
        assert isinstance(console.app.screen, SignInDialog)
        write_sign_in(signed_out, SignInState.SIGNED_IN, "ada@example.com", Role.FACILITATOR)
        await console.back()
        assert console.message == "ada@example.com is signed in as facilitator."
        await console.until(lambda: "not signed in" not in header(console))


async def test_a_wrong_password_is_told_beside_the_field_and_can_be_typed_again(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        write_sign_in(signed_out, SignInState.NEEDED, detail="The password is wrong.")
        await console.until(lambda: "signing in …" not in console.text())
        assert any("│  The password is wrong." in line for line in console.lines())
        await console.write("another-one")
        await console.press("enter")
        assert engine.orders[1:] == [("sign in", "ada@example.com", "another-one", "forget")]


@pytest.fixture
def signed_in(path: Path) -> Iterator[Database]:
    """The store of an account that an admin is signed in to."""
    filled_store(path).close()
    with closing(open_database(path, time.time)) as database:
        write_sign_in(database, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
        yield database


def refused(database: Database) -> None:
    """Have the engine say that the attempt failed, and who is signed in still."""
    write_sign_in(database, SignInState.UNDER_WAY, "ada@example.com")
    write_sign_in(
        database,
        SignInState.SIGNED_IN,
        "ada@example.com",
        Role.ADMIN,
        "The user name or the password is wrong.",
        failed=True,
    )


async def test_a_wrong_password_while_somebody_is_signed_in_is_told_in_the_dialog(
    path: Path, signed_in: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine), (80, 24)) as console:
        await handed_over(console)
        refused(signed_in)
        await console.until(lambda: "signing in …" not in console.text())
        dialog = console.app.screen
        assert isinstance(dialog, SignInDialog)
        assert any("│  The user name or the password is wrong." in one for one in console.lines())
        assert console.message == ""
        assert not list(console.app._notifications)
        await console.write("xd")
        await console.press("enter")
        assert engine.orders[1:] == [("sign in", "ada@example.com", "xd", "forget")]
        assert console.app.screen is dialog
        write_sign_in(signed_in, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
        await console.back()
        assert console.message == "ada@example.com is signed in as admin."


async def test_what_is_typed_while_signing_in_goes_nowhere(
    path: Path, signed_in: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        dialog = console.app.screen
        await console.press("enter", "enter", "space", "a", "p")
        assert console.app.screen is dialog
        assert len(engine.orders) == 1
        write_sign_in(signed_in, SignInState.SIGNED_IN, "bo@example.com", Role.ADMIN)
        await console.until(lambda: "bo@example.com is signed in as admin. esc" in console.prose())
        await console.write("xd")
        assert console.app.screen is dialog
        await console.press("escape")
        await console.back()
        assert "0 marked" in console.counts


async def test_a_second_enter_does_not_leave_a_sign_in_under_way(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        await console.press("enter")
        assert isinstance(console.app.screen, SignInDialog)
        write_sign_in(signed_out, SignInState.SIGNED_IN, "ada@example.com", Role.ADMIN)
        await console.back()


async def test_a_new_password_is_asked_for_twice(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        write_sign_in(signed_out, SignInState.NEW_PASSWORD)
        await console.until(lambda: "asks for a new password before" in console.prose())
        await console.write("Neu-1")
        await console.press("enter")
        await console.write("Neu-2")
        await console.press("enter")
        assert "not the same" in console.prose()
        assert engine.orders[1:] == []
        await console.write("Neu-1")
        await console.press("enter")
        assert engine.orders[1:] == [("answer", "Neu-1")]
        write_sign_in(signed_out, SignInState.NEW_PASSWORD, detail="It is too short.")
        await console.until(lambda: "It is too short." in console.text())
        write_sign_in(signed_out, SignInState.NEEDED, detail="The time for it is over.")
        await console.until(lambda: "Password " in console.text())
        assert "The time for it is over." in console.prose()


async def test_a_code_is_asked_for_and_can_be_typed_again(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        write_sign_in(signed_out, SignInState.CODE, "bo@example.com")
        await console.until(lambda: "authenticator app" in console.text())
        assert "User: bo@example.com" in console.prose()
        await console.write("123 456")
        await console.press("enter")
        assert engine.orders[1:] == [("answer", "123456")]
        write_sign_in(signed_out, SignInState.CODE, detail="That code is wrong.")
        await console.until(lambda: "That code is wrong." in console.text())
        await console.write("654321")
        await console.press("enter")
        write_sign_in(signed_out, SignInState.SIGNED_IN, "ada@example.com")
        await console.back()


async def test_what_was_left_at_the_code_goes_on_there(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        await handed_over(console)
        write_sign_in(signed_out, SignInState.CODE)
        await console.until(lambda: "authenticator app" in console.text())
        await console.press("escape")
        await console.back()
        await console.until(lambda: "! a code is asked for: W" in header(console))
        await opened(console)
        await console.write("123456")
        await console.press("enter")
        assert engine.orders[1:] == [("answer", "123456")]


async def test_what_was_so_before_is_no_answer(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        dialog = await opened(console)
        write_sign_in(signed_out, SignInState.NEEDED, detail="Said before the password was typed.")
        await console.write(PASSWORD)
        await console.press("enter")
        await console.until(lambda: "Said before" in known(console))
        assert "signing in …" in console.text()
        assert console.app.screen is dialog


async def test_a_sign_in_elsewhere_does_not_close_what_is_typed_into(
    path: Path, signed_out: Database, engine: RecordingEngine
) -> None:
    async with running(console_app(path, engine=engine)) as console:
        dialog = await opened(console)
        await console.write("kor")
        write_sign_in(signed_out, SignInState.SIGNED_IN, "bo@example.com", Role.ADMIN)
        await console.until(lambda: "bo@example.com is signed in as admin" in console.prose())
        assert console.app.screen is dialog


async def test_an_engine_that_never_answers_lets_one_try_again(
    path: Path,
    signed_out: Database,
    engine: RecordingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialog_module, "_PATIENCE", 0.01)
    async with running(console_app(path, engine=engine)) as console:
        await opened(console)
        await console.write(PASSWORD)
        await console.press("enter")
        await console.until(lambda: "There was no answer yet." in console.text())
        await console.write("x")
        await console.press("enter")
        assert len(engine.orders) == 2
