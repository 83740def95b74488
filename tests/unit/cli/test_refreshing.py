"""What only reads goes on with the copy there is where the store cannot be written."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drtui.cli import exits, run
from drtui.cli.context import Desk
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths, load_settings
from drtui.domain.problems import UnwritableStoreError
from drtui.domain.text import iso
from drtui.store import sqlite
from drtui.store.database import open_database
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log
from tests.unit.cli.conftest import Say

ACCOUNT = Account("finals", "https://one.example/prod", "eu-west-1")


@pytest.fixture
def held(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store that was read once, and that another program is writing to."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = paths.store("finals")
    Log(path, racers(3)).database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield path


def desk_of(paths: Paths, path: Path, *, reading: bool) -> Desk:
    workspace = Workspace(open_database(path, reading=reading), "ada")
    return Desk(ACCOUNT, paths, load_settings(paths, {}), workspace, reading)


@pytest.mark.parametrize("sync", [True, None])
def test_what_only_reads_says_why_and_how_old_the_copy_is(
    held: Path, paths: Paths, said: Say, sync: bool | None
) -> None:
    desk = desk_of(paths, held, reading=True)
    desk.refresh(sync)
    assert said() == (
        f"The store {held} is locked by another program: try again when it is done. What follows "
        f"is as of {iso(desk.sync_state().swept_at)}.\n"
    )
    desk.workspace.database.close()


def test_what_is_to_change_something_ends_with_it(held: Path, paths: Paths, said: Say) -> None:
    desk = desk_of(paths, held, reading=False)
    with pytest.raises(UnwritableStoreError, match="locked by another program"):
        desk.refresh(None)
    assert said() == ""
    desk.workspace.database.close()


def configured(paths: Paths) -> None:
    """Have the account in the settings."""
    paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(
        f'[accounts.finals]\napi_url = "{ACCOUNT.api_url}"\nregion = "{ACCOUNT.region}"\n'
        'credentials = "aws"\n'
    )


def test_a_racers_page_is_shown_too(
    held: Path, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(paths)
    assert run(["users", "show", racer_id(0), "--sync"]) == exits.OK
    told = capsys.readouterr()
    assert racer_id(0) in told.out
    assert told.err.startswith(f"The store {held} is locked by another program: ")
    assert told.err.count("What follows is as of") == 1


@pytest.mark.parametrize(
    "command",
    [
        ["models", "list"],
        ["models", "list", "--sync"],
        ["races", "list"],
        ["races", "list", "--sync"],
        ["users", "list"],
    ],
)
def test_lists_are_shown_too_and_it_is_said_once(
    held: Path, paths: Paths, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    configured(paths)
    assert run(command) == exits.OK
    told = capsys.readouterr().err
    assert told.startswith(f"The store {held} is locked by another program: ")
    assert told.count("What follows is as of") == 1


def test_a_store_on_a_full_disk_is_told_with_its_age(
    paths: Paths, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = paths.store("finals")
    Log(path, racers(3)).database.close()
    path.with_name("finals.sqlite-shm").symlink_to("nowhere")
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    desk = desk_of(paths, path, reading=True)
    desk.refresh(None)
    as_of = iso(desk.sync_state().swept_at)
    assert said() == f"The store is on a full disk; what follows is as of {as_of}.\n"
    desk.workspace.database.close()


def test_without_a_copy_there_is_nothing_to_go_on_with(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = paths.store("finals")
    desk = desk_of(paths, path, reading=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnwritableStoreError):
            desk.refresh(None)
    desk.workspace.database.close()
