"""Signing in and out from the console: the dialogs, and the engine that does it."""

from typing import Final, Protocol

from textual.app import App
from textual.signal import Signal

from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Say
from drtui.screens.desk import Desk
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.sign_in import SignInDialog, signed_in_text
from drtui.store.sign_in import SignIn

_NOTICE_SECONDS: Final = 12.0


class SigningEngine(Protocol):
    """What signs in; every method returns at once, and the store tells what came of it."""

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> None:
        """Sign in."""

    def answer(self, reply: str) -> None:
        """Answer what the sign-in asked for."""

    def sign_out(self) -> None:
        """Sign out, and forget what was kept for the next time."""


class EngineSigning:
    """Signs in by the engine; what is known of it is in the store.

    Args:
        engine: Is told what was typed.
        desk: Reads what came of it.
    """

    def __init__(self, engine: SigningEngine, desk: Desk) -> None:
        self._engine = engine
        self._desk = desk

    def read(self) -> SignIn:
        """See `Desk.sign_in`."""
        return self._desk.sign_in()

    def begin(self, user: str, password: str, *, keep_password: bool) -> None:
        """Hand a user and a password over."""
        self._engine.sign_in(user, password, keep_password=keep_password)

    def answer(self, reply: str) -> None:
        """Hand over what was asked for."""
        self._engine.answer(reply)


def ask_to_sign_in(
    app: App[None], as_whom: tuple[str, str], signing: EngineSigning, news: Signal[SignIn], say: Say
) -> None:
    """Open the dialog, and say in the end who is signed in.

    Args:
        app: Where it opens.
        as_whom: The account, and who signed in there last; empty when nobody is known.
        signing: Signs in.
        news: Tells what became of it.
        say: Where it is said.
    """

    def said(record: SignIn | None) -> None:
        if record is not None:
            say(f"{signed_in_text(record)}.")
            if record.detail:  # longer than the line that this is said in
                app.notify(clean(record.detail), timeout=_NOTICE_SECONDS, markup=False)

    app.push_screen(SignInDialog(*as_whom, signing, news), said)


def ask_to_sign_out(app: App[None], engine: SigningEngine, waiting: int, say: Say) -> None:
    """Ask, and sign out.

    Args:
        app: Where the question opens.
        engine: Signs out.
        waiting: How many changes are not delivered yet.
        say: Where it is said.
    """
    paragraphs = ["What is kept for the next sign-in is forgotten, what is in the keyring too."]
    if waiting:
        changes = counted(waiting, "change waits", "changes wait")
        paragraphs.append(f"{changes} to be delivered, and will until somebody signs in again.")

    def answered(goes_on: bool | None) -> None:
        if goes_on:
            engine.sign_out()
            say("Signing out; the header tells when it is done.")

    app.push_screen(ConfirmDialog("Sign out", paragraphs, confirm="Sign out"), answered)
