"""Signing in, in tests: an account that nobody is signed in to, and the dialog."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drtui.domain.signing_in import SignInState
from drtui.screens.dialogs.sign_in import SignInDialog
from drtui.store.database import Database, open_database
from drtui.store.sign_in import write_sign_in
from tests.support.driving import Console, RecordingEngine
from tests.support.stores import filled_store

PASSWORD = "korrekt-Pferd-9"
EXPIRED = "The sign-in has ended."


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def signed_out(path: Path) -> Iterator[Database]:
    """The store of an account that nobody is signed in to, with a clock that goes on."""
    filled_store(path).close()
    with closing(open_database(path, time.time)) as database:
        write_sign_in(database, SignInState.NEEDED, "ada@example.com", detail=EXPIRED)
        yield database


async def opened(console: Console) -> SignInDialog:
    await console.press("W")
    return await console.dialog(SignInDialog)


async def handed_over(console: Console) -> None:
    """Open the dialog, and hand the password over."""
    await opened(console)
    await console.write(PASSWORD)
    await console.press("enter")
    assert "signing in …" in console.text()
