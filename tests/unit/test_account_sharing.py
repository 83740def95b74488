"""Sharing an account: what is refused leaves everything as it was."""

import grp
import os
import stat
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drtui.account_sharing import share
from drtui.config import Account, Paths
from drtui.config_file import edit_section
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.store.database import open_database
from drtui.store.journal_table import journal_count
from drtui.store.noting import note
from drtui.store.sqlite import as_one_file
from drtui.sync.lock import EngineLock

ACCOUNT = Account("event", "https://x/prod", "us-east-1", user="ada", aws_profile="sponsor")


def own_group() -> str:
    try:
        return grp.getgrgid(os.getegid()).gr_name
    except KeyError:
        pytest.skip("this user's group has no name here")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A store of one's own."""
    paths = Paths(tmp_path / "config", tmp_path / "state", tmp_path / "logs")
    open_database(paths.store("event")).close()
    return paths


def shared(paths: Paths, folder: Path) -> Path:
    lock = EngineLock(paths.store("event"))
    return share(paths, ACCOUNT, own_group(), folder, lock=lock).store


def test_the_folder_says_what_the_account_is_and_nothing_of_who_signs_in(
    paths: Paths, tmp_path: Path
) -> None:
    store = shared(paths, tmp_path / "srv")
    assert store == tmp_path / "srv" / "state" / "accounts" / "event.sqlite"
    assert not paths.store("event").exists()
    assert paths.store("event").with_name("event.sqlite.before-sharing").exists()
    said = tomllib.loads((tmp_path / "srv" / "accounts.toml").read_text())["accounts"]["event"]
    assert said == {"api_url": "https://x/prod", "region": "us-east-1", "credentials": "aws"}


def test_a_folder_with_other_things_in_it_is_left_alone(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "home-of-somebody"
    folder.mkdir(mode=0o755)
    (folder / "thesis.tex").touch()
    before = folder.stat().st_mode
    with pytest.raises(InvalidInputError, match=r"other things, such as “thesis\.tex”"):
        shared(paths, folder)
    assert folder.stat().st_mode == before
    assert paths.store("event").exists()


def test_a_store_that_an_engine_works_on_stays_where_it_is(paths: Paths, tmp_path: Path) -> None:
    held = EngineLock(paths.store("event"))
    assert held.try_acquire()
    with pytest.raises(StoreProblemError, match="in use by another drtui"):
        shared(paths, tmp_path / "srv")
    held.release()
    assert paths.store("event").exists()
    assert not (tmp_path / "srv" / "state" / "accounts" / "event.sqlite").exists()


def test_a_store_that_is_there_already_is_not_replaced(paths: Paths, tmp_path: Path) -> None:
    shared(paths, tmp_path / "srv")
    open_database(paths.store("event")).close()
    with pytest.raises(InvalidInputError, match="is there already: set DRTUI_HOME"):
        shared(paths, tmp_path / "srv")
    assert paths.store("event").exists()


def test_a_folder_that_cannot_be_made_is_told_with_the_command_that_makes_it(
    paths: Paths, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match="sudo install -d -o"):
        shared(paths, tmp_path / "file" / "srv")


class KilledError(BaseException):
    """The process ends here."""


def killed_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """End the process just before one of the steps that give files their names."""
    steps = iter(range(step))

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def step_or_end(*arguments: Any, **named: Any) -> Any:
            if next(steps, None) is None:
                raise KilledError
            return function(*arguments, **named)

        return step_or_end

    patch.setattr(os, "rename", counted(os.rename))
    patch.setattr("drtui.account_sharing.edit_section", counted(edit_section))


@pytest.mark.parametrize("step", [0, 1, 2])
def test_sharing_that_was_killed_goes_on_when_it_is_asked_for_again(
    paths: Paths, tmp_path: Path, step: int
) -> None:
    database = open_database(paths.store("event"))
    note(database, "Sign in", "what must not be lost")
    database.close()
    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, step)
        with pytest.raises(KilledError):
            shared(paths, tmp_path / "srv")
    there = tmp_path / "srv" / "state" / "accounts" / "event.sqlite"
    assert not (paths.store("event").exists() and there.exists())
    assert shared(paths, tmp_path / "srv") == there
    with pytest.raises(InvalidInputError, match="is there already: set DRTUI_HOME"):
        shared(paths, tmp_path / "srv")
    database = open_database(there)
    with database.read() as connection:
        assert journal_count(connection) == 1
    database.close()
    assert "event" in tomllib.loads((tmp_path / "srv" / "accounts.toml").read_text())["accounts"]
    assert {each.name for each in there.parent.iterdir() if "half" in each.name} == set()


def test_a_store_that_was_shared_elsewhere_is_not_shared_as_an_empty_one(
    paths: Paths, tmp_path: Path
) -> None:
    shared(paths, tmp_path / "srv")
    with pytest.raises(StoreProblemError) as caught:
        shared(paths, tmp_path / "other")
    assert "is not there, only" in str(caught.value)
    assert "set DRTUI_HOME to the folder that it was shared in" in str(caught.value)
    assert not (tmp_path / "other" / "accounts.toml").exists()


def test_a_link_where_the_copy_goes_is_not_followed(paths: Paths, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    folder = tmp_path / "srv" / "state" / "accounts"
    folder.mkdir(parents=True)
    (folder / "event.sqlite.half").symlink_to(precious)
    shared(paths, tmp_path / "srv")
    assert precious.read_text() == "precious"
    assert not (folder / "event.sqlite").is_symlink()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_link_in_place_of_the_folder_of_stores_is_not_followed(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Another of the group puts it there, once a first account is shared."""
    shared(paths, tmp_path / "srv")
    folder = tmp_path / "srv" / "state" / "accounts"
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    def plant() -> None:
        folder.rename(folder.with_name("moved"))
        folder.symlink_to(private)

    def late(store: Path) -> bool:
        plant()
        return as_one_file(store)

    open_database(paths.store("second")).close()
    second = replace(ACCOUNT, name="second")
    lock = EngineLock(paths.store("second"))
    if when == "before":
        plant()
        with pytest.raises(StoreProblemError, match=f"{folder} is a link in a shared folder"):
            share(paths, second, own_group(), tmp_path / "srv", lock=lock)
        assert paths.store("second").exists()
    else:
        monkeypatch.setattr("drtui.account_sharing.as_one_file", late)
        share(paths, second, own_group(), tmp_path / "srv", lock=lock)
        assert (folder.with_name("moved") / "second.sqlite").exists()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert not any(private.iterdir())
