"""Passwords into a file: theirs alone, in invitations, and where it cannot be written."""

import csv
import errno
import os
import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from drtui.commands.event import write_event
from drtui.commands.participants import keep
from drtui.commands.passwords import not_told
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.participants import Participant
from drtui.screens.access_texts import Where
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.passwords import PasswordsDialog
from drtui.screens.dialogs.passwords_shown import PasswordsShownDialog
from drtui.store.database import Database
from tests.support.access import (
    ADDRESS,
    door,
    make_passwords,
    participants,
    shown_text,
    with_users,
)
from tests.support.participants import back
from tests.support.screens import said


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
                await console.until(lambda: "already: name another one" in console.boxed())
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
        await console.until(lambda: "already: name another one" in console.boxed())
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
