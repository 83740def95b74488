"""How the doctor's report and a race facilitator's list look."""

from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from drtui.domain.doctoring import Area, Check, Verdict, check
from drtui.domain.records import Profile, Role
from drtui.domain.signing_in import SignInState
from drtui.screens import doctoring
from drtui.screens.doctor import DoctorScreen
from drtui.store.database import Database, open_database
from drtui.store.sign_in import write_sign_in
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.snapshots.looking import EVERY, Look
from tests.support.driving import Console
from tests.support.stores import SWEPT, plain_profiles, special_profiles

# What is found depends on the machine: these are its kinds of lines.
FOUND: Final = [
    check(Area.PROGRAM, "drtui", Verdict.OK, "1.0.0."),
    check(Area.PROGRAM, "Python", Verdict.OK, "3.12.4."),
    check(
        Area.TERMINAL,
        "clipboard",
        Verdict.WARNING,
        "tmux 3.1c does not hand on what is copied.",
        "Install tmux 3.2 or later, or select with the mouse.",
    ),
    check(Area.MACHINE, "keyring", Verdict.OK, "SecretService."),
    check(Area.NETWORK, "API", Verdict.NOT_CHECKED, "The console leaves it to its engine."),
    check(
        Area.ACCOUNT,
        "sign-in",
        Verdict.FAILED,
        "The sign-in has ended.",
        "Run “drtui account sign-in”, or use the console's dialog.",
    ),
    check(Area.STORE, "size", Verdict.OK, "12.4 MB, of 2,003 profiles and 41 operations."),
]


def examined(*_: object) -> list[Check]:
    """What the doctor finds here."""
    return FOUND


async def report(console: Console) -> None:
    """Open the report."""
    await console.press("D")
    await console.dialog(DoctorScreen)
    await console.until(lambda: "To look at first" in console.text(), "the report")


async def test_the_doctor(look: Look, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    del database
    monkeypatch.setattr(doctoring, "examine_here", examined)
    async with look(colours=EVERY) as console:
        await report(console)


def facilitating(database: Database) -> None:
    """Sign a race facilitator in, and read what one is shown: names."""
    write_sign_in(database, SignInState.SIGNED_IN, "fay@example.com", Role.FACILITATOR)
    sweep, began = begin_sweep(database)
    names = [
        Profile(one.profile_id, one.alias, one.email)
        for one in [*special_profiles(), *plain_profiles(40)]
    ]
    write_page(database, names, sweep, began, names_only=True)
    complete_sweep(database, sweep, began, names_only=True)


async def test_a_facilitator_where_no_admin_ever_read(look: Look, path: Path) -> None:
    with closing(open_database(path, lambda: SWEPT)) as database:
        facilitating(database)
        write_connectivity(database, Connectivity.ONLINE)
    async with look():
        pass


async def test_a_facilitator_after_an_admin(look: Look, database: Database) -> None:
    facilitating(database)
    async with look():
        pass


async def test_the_whole_summary_of_a_facilitator(look: Look, path: Path) -> None:
    with closing(open_database(path, lambda: SWEPT)) as database:
        facilitating(database)
        write_connectivity(database, Connectivity.ONLINE)
    async with look() as console:
        await console.press("i")
