"""`drtui access passwords` where the disk is full: no password is lost without a word."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
import typer

from drtui.cli import access_passwords, exits
from drtui.cli.access_passwords import passwords
from drtui.commands.access import plan_iam_users
from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.participants import keep, participants_of
from drtui.commands.passwords import not_told
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import USER_NAME
from drtui.domain.errands import Carried, Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.participants import mark_told
from tests.support.sponsors import FakeCallers, FakeIam, services
from tests.support.stores import filled_store

ADA = "ada@example.com"
EVENT = EventSettings(
    name="Finals",
    dates="May",
    organizer="The Org",
    contact="ask@example.com",
    console_address="https://races.example.com",
    race_links="https://races.example.com/1",
)
OPTIONS: Final = ("--csv", "--invitations")


class Scene:
    """A participant who was told the password of an IAM user, and now gets another."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self.workspace = workspace
        self.path = path
        self.iam = FakeIam()
        self.iam.add("ada", ADA, ours=True)

    def give(self, option: str, path: str = "") -> int:
        """Make the password anew; return the exit code."""
        file = path or str(self.path)
        csv_file, invitations = (file, None) if option == "--csv" else (None, file)
        emails = [ADA.upper(), ADA]
        with pytest.raises(typer.Exit) as ended:
            passwords(csv_file, invitations, emails, anew=True, yes=True)
        return ended.value.exit_code


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    database = filled_store(tmp_path / "account.sqlite", racers=12)
    workspace = Workspace(database, "ada")
    keep(workspace, [Participant(ADA, "Ada", None, 0)])
    submit(workspace, plan_iam_users(workspace, participants_of(workspace), second_door=True))
    (item,) = claim_errands(database, Service.IAM, 100, 1)
    done = Carried(ItemState.DONE, found={USER_NAME: "ada"})
    settle_errands(database, [Settled(item, 1, done)])
    mark_told(database, [ADA], workspace.author())
    write_event(workspace, EVENT)
    scene = Scene(workspace, tmp_path / "new.txt")

    @contextmanager
    def open_desk(*_: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(workspace=workspace)

    monkeypatch.setattr(access_passwords, "open_desk", open_desk)
    monkeypatch.setattr(access_passwords, "chosen_account", lambda: None)
    door = services(iam_users=scene.iam, callers=FakeCallers())
    monkeypatch.setattr(access_passwords, "open_services", lambda _: door)
    yield scene
    database.close()


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("option", OPTIONS)
def test_a_disk_without_room_is_seen_before_a_password_is_made(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(InvalidInputError, match="No space left on device"):
        scene.give(option)
    assert scene.iam.passwords == {}
    assert not_told(scene.workspace) == []
    assert not scene.path.exists()


@pytest.mark.parametrize("option", OPTIONS)
def test_what_could_not_be_written_is_shown_in_a_terminal_instead(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert scene.give(option) == exits.UNSETTLED
    said = capsys.readouterr()
    assert "No space left on device" in said.err
    assert f"{ADA}  ada  {scene.iam.passwords['ada']}" in said.err
    assert said.out == ""
    assert not_told(scene.workspace) == []


@pytest.mark.parametrize("option", OPTIONS)
def test_what_could_be_shown_nowhere_is_said_to_be_lost_and_of_whom(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    assert scene.give(option) == exits.UNSETTLED
    said = capsys.readouterr()
    assert "1 password made and not handed over" in said.err
    assert f"  {ADA}\n" in said.err
    assert f"drtui access passwords --anew --email={ADA} {option}=FILE" in said.err
    assert scene.iam.passwords["ada"] not in said.out + said.err
    assert not_told(scene.workspace) == [ADA]


@pytest.mark.parametrize("typed", ["folder/", "a\nb"])
def test_what_is_no_path_of_a_file_is_refused(scene: Scene, typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"folder|cannot be shown"):
        scene.give("--csv", typed)
    assert scene.iam.passwords == {}
