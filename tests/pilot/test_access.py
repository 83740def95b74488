"""Participants' access from the key to the operation, and passwords from the key to the file."""

import csv
import errno
import os
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from drtui.commands.event import write_event
from drtui.commands.participants import keep
from drtui.commands.passwords import not_told
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service, service_of
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState, Operation, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.records import Role
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import OpenSponsor
from drtui.screens.access_texts import Where
from drtui.screens.dialogs.access import IdentityCenterDialog
from drtui.screens.dialogs.base import CONFIRM, Choice
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.passwords import MakingDialog, PasswordsDialog
from drtui.screens.dialogs.passwords_shown import PasswordsShownDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.removal import RemovalDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.participants import ParticipantsScreen
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from drtui.store.following import first_items
from drtui.store.operation_log import operations
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.message_line import MessageLine
from tests.support.access import (
    ADA,
    BOLT,
    WREN,
    door,
    in_the_group,
    on_participants,
    with_people,
    with_users,
)
from tests.support.driving import SECONDS, Console, console_app, running
from tests.support.sponsors import FakeIam

ADDRESS = "https://races.example.com"


@asynccontextmanager
async def participants(
    path: Path, open_sponsor: OpenSponsor | None, *emails: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Console]:
    """A console that shows the participants, some of them marked."""
    async with running(console_app(path), size) as console:
        await on_participants(console, open_sponsor, *emails)
        yield console


def said(console: Console) -> str:
    return console.app.screen.query_one(MessageLine).message[0]


def made(database: Database) -> list[Operation]:
    with database.read() as connection:
        return operations(connection)


def targets(database: Database, number: int) -> list[str]:
    with database.read() as connection:
        return [one.target for one in first_items(connection, number, list(ItemState), 1_000)]


async def back(console: Console) -> None:
    await console.dialog(ParticipantsScreen)


async def make_passwords(console: Console, *where: str) -> None:
    """Press the key, and choose where they go; the keys are those in the second field."""
    await console.press("K")
    await console.dialog(PasswordsDialog)
    await console.press("tab", *where)


def shown_text(console: Console) -> str:
    return "\n".join(str(one.render()) for one in console.app.screen.query(Static))


# What refuses


async def test_without_an_aws_profile_each_key_and_the_menu_name_the_way_out(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, None, ADA) as console:
        for key in "ICKOo":
            console.hush()
            await console.press(key)
            assert "drtui account set NAME --aws-profile P” and restart" in said(console), key
        await console.press("m")
        await console.dialog(MenuDialog)
        await console.press("end")
        assert "no AWS profile: “drtui account set" in console.prose()
    assert made(database) == []


async def test_where_nobody_is_on_the_list_the_key_that_reads_one_is_named(
    path: Path, database: Database
) -> None:
    del database
    async with participants(path, door()) as console:
        screen = await console.dialog(ParticipantsScreen)
        screen.search.input.value = "nobody is called so"
        await console.until(lambda: not screen.table.keys, "an empty table")
        await console.press("I")
        assert "l reads a list" in said(console)


async def test_who_has_no_profile_has_no_sign_in(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, door(), WREN) as console:
        await console.press("O")
        assert "nobody of them has a profile" in said(console)


async def test_passwords_are_not_made_offline(path: Path, database: Database) -> None:
    with_users(database)
    write_connectivity(database, Connectivity.OFFLINE)
    async with participants(path, door()) as console:
        await console.press("K")
        assert "you are offline" in said(console)


async def test_the_keys_lead_there_from_setup(path: Path, database: Database) -> None:
    with_people(database)
    async with running(console_app(path)) as console:
        await console.press("1")
        await console.dialog(SetupScreen)
        await console.press("p")
        screen = await console.dialog(ParticipantsScreen)
        await console.until(lambda: bool(screen.table.keys), "the roster")
        await console.press("I")
        assert "no AWS profile: “drtui account set" in said(console)


# Access


async def test_iam_users_are_planned_and_their_passwords_announced(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, WREN) as console:
        await console.press("I")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "2 IAM users will be made" in prose
        assert "does not use this" in prose
        await console.press("enter")
        await back(console)
        await console.until(lambda: "2 participants have no password" in said(console))
        assert "K hands them out" in said(console)
    (operation,) = made(database)
    assert operation.kind is OperationKind.GIVE_ACCESS
    assert targets(database, operation.operation_id) == [f"iam:{ADA}", f"iam:{WREN}"]


async def test_who_is_on_no_list_and_an_event_without_an_address_are_told(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, "eve@example.com") as console:
        await console.press("I")
        await console.dialog(PlanDialog)
        assert "1 IAM user will be made" in console.prose()
        assert "1 of the chosen is on no list" in console.prose()
        await console.press("escape")
        await back(console)
        await console.press("C")
        await console.dialog(IdentityCenterDialog)
        assert "The event has no sign-in address" in console.prose()
        assert "On Setup, n says the address" in console.prose()


async def test_identity_center_tells_where_a_sign_in_leads(path: Path, database: Database) -> None:
    write_event(with_people(database), EventSettings(console_address=ADDRESS))
    async with participants(path, door(), ADA) as console:
        await console.press("C")
        await console.dialog(IdentityCenterDialog)
        assert f"A sign-in leads to {ADDRESS}" in console.prose()
        assert "does not use this" in console.prose()
        await console.press("1", "3")
        assert console.app.screen.query_one(f"#{CONFIRM}", Choice).disabled
        assert "type 1 to 12" in console.prose()
        await console.press("enter")
        await console.dialog(IdentityCenterDialog)
        await console.press("backspace", "backspace", "4", "enter")
        await console.dialog(PlanDialog)
        assert "1 person will be put into the group of Identity Center" in console.prose()
        await console.press("escape")
        await console.dialog(IdentityCenterDialog)
        assert console.app.screen.query_one(Input).value == "4"
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await back(console)
    (operation,) = made(database)
    with database.read() as connection:
        first, second = first_items(connection, operation.operation_id, list(ItemState), 10)
    values = (first.after, second.after)
    assert {"access": "given", "relay_state": ADDRESS, "hours": 4} in values


# Afterwards


async def test_off_boarding_closes_sign_ins_and_says_what_stays(
    path: Path, database: Database
) -> None:
    with_people(database)
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("O")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "They keep alias, profile and models" in prose
        assert "the organisation's own provider" in prose
        assert "1 of the chosen has no profile" in prose
        await console.press("enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
        await console.press("escape")
    (operation,) = made(database)
    assert operation.kind is OperationKind.CLOSE_SIGN_INS
    assert {service_of(one) for one in targets(database, operation.operation_id)} == {
        Service.SIGN_INS
    }


async def test_sign_ins_are_opened_again(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, door(), ADA) as console:
        await console.press("o")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
    assert [one.kind for one in made(database)] == [OperationKind.OPEN_SIGN_INS]


async def test_nothing_is_chosen_before_something_is_removed(
    path: Path, database: Database
) -> None:
    with_users(database)
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert console.app.screen.query_one(OptionList).highlighted is None
        await console.press("enter")
        await console.dialog(RemovalDialog)
        prose = console.prose()
        assert "drtui did not put them into the group" in prose
        assert "IAM users: 2 made from here, of 3 participants to be looked up" in prose
        assert "Profiles: 2" in prose


async def test_a_removal_is_confirmed_by_its_count(path: Path, database: Database) -> None:
    in_the_group(database, [ADA, BOLT])
    before = len(made(database))
    async with participants(path, door(), ADA, BOLT, WREN) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        assert "Type 2 to confirm it" in console.prose()
        await console.press("enter")
        assert "Nothing is typed" in console.prose()
        await console.press("3", "enter")
        assert "That is not 2" in console.prose()
        assert len(made(database)) == before
        await console.press("backspace", "2", "enter")
        await back(console)
        await console.until(lambda: len(made(database)) == before + 1, "the operation")
    newest = max(made(database), key=lambda one: one.operation_id)
    assert newest.kind is OperationKind.REMOVE_ACCESS
    assert targets(database, newest.operation_id) == [
        f"{Service.IDENTITY_CENTER}:{ADA}",
        f"{Service.IDENTITY_CENTER}:{BOLT}",
    ]


async def test_profiles_go_by_the_deployment_alone(path: Path, database: Database) -> None:
    with_people(database)
    async with participants(path, None, ADA) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert console.prose().count("no AWS profile: “drtui account set") == 2
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        assert "It cannot be undone" in console.prose()
        await console.press("escape")
        await console.dialog(RemovalDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        await console.press("1", "enter")
        await back(console)
        await console.until(lambda: len(made(database)) == 1, "the operation")
    assert [one.kind for one in made(database)] == [OperationKind.DELETE_USERS]


async def test_who_may_not_delete_users_is_told_so(path: Path, database: Database) -> None:
    with_people(database)
    write_role(database, Role.FACILITATOR)
    async with participants(path, door(), ADA) as console:
        await console.press("x")
        await console.dialog(RemovalDialog)
        assert "may not delete users" in console.prose()


# Passwords


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


async def test_all_of_them_are_saved_from_there_to_a_private_file_and_handed_over_by_it(
    path: Path, database: Database, tmp_path: Path
) -> None:
    iam = with_users(database)
    there, file = tmp_path / "there.csv", tmp_path / "passwords.csv"
    there.touch()
    async with participants(path, door(iam), size=(80, 24)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        assert "s save to a file" in console.text()
        for typed in (there, file):
            await console.press("s")
            await console.dialog(SaveDialog)
            console.app.screen.query_one(Input).value = str(typed)
            await console.press("enter")
            if typed is there:
                await console.until(lambda: "already: name another one" in console.prose())
                await console.press("escape")
                await console.dialog(PasswordsShownDialog)
        await console.until(lambda: "Saved: " in console.prose(), "the file")
        assert not_told(Workspace(database, "ada")) == []
        await console.press("escape")  # there is nothing to lose any more
        await back(console)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(one in file.read_text() for one in iam.passwords.values())


@pytest.mark.parametrize(("number", "where"), [(10, Where.HERE), (11, Where.CSV)])
async def test_more_than_are_seen_at_once_go_to_a_file_unless_said_otherwise(
    path: Path, database: Database, number: int, where: Where
) -> None:
    emails = [f"racer-{one}@example.com" for one in range(number)]
    keep(Workspace(database, "ada"), [Participant(one, "", None, 0) for one in emails])
    iam = with_users(database, emails)
    async with participants(path, door(iam)) as console:
        await console.press("K")
        await console.dialog(PasswordsDialog)
        assert f"[{where.value}]" in console.prose()
        await console.press("enter")
        if where is Where.CSV:
            assert "Type the path of a new file" in console.prose()
            assert iam.passwords == {}
        else:
            await console.dialog(PasswordsShownDialog)


async def test_a_console_that_ends_before_has_handed_nothing_over(
    path: Path, database: Database
) -> None:
    iam = with_users(database)
    async with participants(path, door(iam)) as console:
        await make_passwords(console)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
    assert not_told(Workspace(database, "ada")) == [ADA, BOLT]


async def test_passwords_are_written_to_a_new_private_file(
    path: Path, database: Database, tmp_path: Path
) -> None:
    iam = with_users(database)
    file = tmp_path / "passwords.csv"
    there = tmp_path / "there.csv"
    there.touch()
    async with participants(path, door(iam)) as console:
        await make_passwords(console, "right", "tab")
        await console.press("enter")
        assert "Type the path of a new file" in console.prose()
        console.app.screen.query_one(Input).value = str(there)
        await console.press("enter")
        await console.dialog(PasswordsDialog)
        await console.until(lambda: "already: name another one" in console.prose())
        assert iam.passwords == {}
        console.app.screen.query_one(Input).value = str(file)
        await console.press("enter")
        await back(console)
        await console.until(lambda: "2 passwords written" in said(console))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.reader(file.read_text().splitlines()))
    assert [row[2] for row in rows[1:]] == [iam.passwords["ada-l"], iam.passwords["b0lt"]]
    assert not_told(Workspace(database, "ada")) == []


async def test_invitations_that_lack_something_of_the_event_cost_no_password(
    path: Path, database: Database, tmp_path: Path
) -> None:
    iam = with_users(database)
    async with participants(path, door(iam)) as console:
        await make_passwords(console, "right", "right", "tab")
        console.app.screen.query_one(Input).value = str(tmp_path / "invitations.txt")
        await console.press("enter")
        await console.until(lambda: "The text asks for" in console.prose(), "what is missing")
        await console.dialog(PasswordsDialog)
        assert "n on Setup" in console.prose()
    assert iam.passwords == {}


async def test_invitations_with_passwords_are_written(
    path: Path, database: Database, tmp_path: Path
) -> None:
    iam = with_users(database)
    write_event(
        Workspace(database, "ada"),
        EventSettings("Finals", "May", "Org", "ask@example.com", ADDRESS, f"{ADDRESS}/1"),
    )
    file = tmp_path / "invitations.txt"
    async with participants(path, door(iam)) as console:
        await make_passwords(console, "right", "right", "tab")
        console.app.screen.query_one(Input).value = str(file)
        await console.press("enter")
        await back(console)
        await console.until(lambda: "2 passwords written" in said(console))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(one in file.read_text() for one in iam.passwords.values())


async def test_what_cannot_be_written_is_shown_instead(
    path: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passwords.csv"
    iam = with_users(database)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with participants(path, door(iam)) as console:
        await make_passwords(console, "right", "tab")
        console.app.screen.query_one(Input).value = str(file)
        monkeypatch.setattr(os, "fsync", full)
        await console.press("enter")
        await console.dialog(PasswordsShownDialog)
        assert "(No space left on device). They are shown here" in shown_text(console)
        assert iam.passwords["ada-l"] in shown_text(console)
    assert not file.exists()


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
