"""Passwords from the key to whom they are handed over: shown once, copied, and made anew."""

import threading
from pathlib import Path

from drtui.commands.passwords import not_told
from drtui.commands.workspace import Workspace
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.passwords import MakingDialog, PasswordsDialog
from drtui.screens.dialogs.passwords_shown import PasswordsShownDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.access import (
    ADA,
    BOLT,
    WREN,
    door,
    make_passwords,
    participants,
    shown_text,
    with_people,
    with_users,
)
from tests.support.driving import SECONDS
from tests.support.participants import back
from tests.support.screens import said
from tests.support.sponsors import FakeIam


async def test_passwords_are_not_made_offline(path: Path, database: Database) -> None:
    with_users(database)
    write_connectivity(database, Connectivity.OFFLINE)
    async with participants(path, door()) as console:
        await console.press("K")
        assert "you are offline" in said(console)


async def test_passwords_are_shown_once_and_handed_over_when_that_is_closed(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    workspace = Workspace(database, "ada")
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        dialog = await console.dialog(PasswordsShownDialog)
        shown = shown_text(console)
        secrets = list(iam.passwords.values())
        assert len(secrets) == 2
        assert all(one in shown for one in (*secrets, ADA, "b0lt"))
        assert not [one for one in secrets if one in f"{dialog!r}{vars(dialog)}{dialog.tree}"]
        assert not_told(workspace) == [ADA, BOLT]
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        assert "They are not shown again. Close?" in console.prose()
        await console.press("escape")
        await console.dialog(PasswordsShownDialog)
        assert not_told(workspace) == [ADA, BOLT]
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("enter")  # one too many: it goes back
        await console.dialog(PasswordsShownDialog)
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await back(console)
        await console.until(lambda: not_told(workspace) == [], "the hand-over")
        assert "2 passwords" in said(console)
        assert not [one for one in secrets if one in console.text() or one in said(console)]
        assert console.app.clipboard == ""
        stored = b"".join(one.read_bytes() for one in path.parent.iterdir() if one.is_file())
        assert ADA.encode() in stored
        assert not [one for one in secrets if one.encode() in stored]


async def test_what_is_selected_of_them_is_copied_when_that_is_asked_for_and_not_before(
    path: Path, database: Database
) -> None:
    iam = with_users(database, [ADA])
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        (secret,) = iam.passwords.values()
        console.app.screen.text_select_all()
        await console.settled()
        assert console.app.clipboard == ""
        await console.press("ctrl+c")
        assert secret in console.app.clipboard


async def test_all_of_them_are_copied_by_a_key_that_says_what_the_clipboard_holds(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        assert "↑↓ scroll" in console.text()
        await console.press("y")
        await console.until(lambda: "clipboard holds passwords now" in console.text())
        assert all(one in console.app.clipboard for one in iam.passwords.values())
    assert not_told(Workspace(database, "ada")) == [ADA, BOLT]


async def test_a_console_that_ends_before_has_handed_nothing_over(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
    assert not_told(Workspace(database, "ada")) == [ADA, BOLT]


async def test_for_the_chosen_they_are_made_anew_only_when_that_is_confirmed(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    async with participants(path, door(iam), BOLT, WREN) as console:
        await console.press("K")
        await console.dialog(PasswordsDialog)
        assert "2 without one" in console.prose()
        assert "1 chosen, anew" in console.prose()
        await console.press("right", "enter")
        await console.dialog(ConfirmDialog)
        await console.press("escape")
        await console.dialog(PasswordsDialog)
        assert iam.passwords == {}
        await console.press("enter")
        await console.dialog(ConfirmDialog)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
    assert set(iam.passwords) == {"b0lt"}


async def test_who_got_none_is_listed_with_the_reason(path: Path, database: Database) -> None:
    iam = with_users(database)
    iam.failing["renew_password"] = [SponsorError(SponsorFailure.REFUSED, "the policy is strict")]
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        assert "Without one (1)" in console.prose()
        assert "the policy is strict" in console.prose()


async def test_an_error_that_nobody_expected_ends_neither_the_console_nor_the_hand_over(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    iam.failing["names_for"] = [RuntimeError("odd")]
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.until(lambda: "Something went wrong that should not" in console.prose())
        await console.dialog(PasswordsDialog)
        assert iam.passwords == {}
        iam.failing["find"] = [LookupError("odd")]
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        assert iam.passwords["b0lt"] in shown_text(console)
        assert "Without one (1)" in console.prose()
        assert "Something went wrong that should not (LookupError)" in console.prose()


async def test_where_none_could_be_made_the_reason_is_told(path: Path, database: Database) -> None:
    iam = with_users(database)
    iam.failing["names_for"] = [SponsorError(SponsorFailure.DENIED, "AWS refused iam:ListUsers.")]
    iam.failing["renew_password"] = [SponsorError(SponsorFailure.DENIED, "AWS refused it.")]
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.until(lambda: "AWS refused iam:ListUsers." in console.prose())
        await console.dialog(PasswordsDialog)
        await console.press("enter")
        await console.dialog(ReviewDialog)
        assert "AWS refused it." in console.prose()
        await console.press("enter")
        await back(console)
        assert "No password was made." in said(console)


async def test_left_in_the_middle_those_made_so_far_are_still_handed_over(
    path: Path, database: Database
) -> None:
    at_work, let_go = threading.Event(), threading.Event()

    class Iam(FakeIam):
        def renew_password(self, name: str, password: str) -> None:
            at_work.set()
            assert let_go.wait(SECONDS)
            super().renew_password(name, password)

    iam = Iam()
    iam.users = with_users(database).users
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(MakingDialog)
        await console.until(at_work.is_set, "the first call")
        await console.press("escape")
        assert "Stopping after this one" in console.prose()
        let_go.set()
        await console.dialog(PasswordsShownDialog)
        assert "1 password made" in console.prose()
        assert "stopped before it was made" in console.prose()
        await console.press("escape")
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await back(console)
        await console.until(lambda: "1 got none" in said(console))
    assert set(iam.passwords) == {"ada-l"}
    assert not_told(Workspace(database, "ada")) == [BOLT]


async def test_with_nobody_to_make_one_for_the_key_that_helps_is_named(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), WREN) as console:
        await console.press("K")
        await console.until(lambda: "I makes IAM users" in said(console))
