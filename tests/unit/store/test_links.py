"""Links: in a folder that a group shares none is followed, whoever put it there."""

import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.doctor.store import examine_access
from drtui.domain.doctoring import Verdict
from drtui.domain.problems import StoreProblemError
from drtui.files import make_private, write_privately
from drtui.store import set_aside, sqlite
from drtui.store.database import open_database
from drtui.store.salvage import damage, salvage
from drtui.store.sharing import make_file, make_folders, make_new_file, open_file
from tests.support.logs import ADA

_PRIVATE = "a key that is nobody else's\n"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "srv" / "state"
    folder.mkdir(parents=True)
    folder.chmod(0o2770)
    return folder


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A file of somebody of the group that is theirs alone."""
    path = tmp_path / "credentials"
    path.write_text(_PRIVATE)
    path.chmod(0o600)
    return path


def untouched(path: Path) -> bool:
    return path.read_text() == _PRIVATE and stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "-wal", "-shm", "-journal", ".engine"])
def test_a_store_is_refused_where_it_or_what_lies_beside_it_is_a_link(
    shared: Path, private: Path, name: str
) -> None:
    store, link = shared / "event.sqlite", shared / f"event.sqlite{name}"
    link.symlink_to(private)
    with pytest.raises(StoreProblemError) as caught:
        open_database(store)
    assert f"{link} is a link in a shared folder, of “" in str(caught.value)
    assert f"Remove it with “rm {link}”" in str(caught.value)
    assert examine_access(store).verdict is Verdict.FAILED
    assert untouched(private)


def test_a_folder_of_a_shared_one_is_no_link_either(shared: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (shared / "accounts").symlink_to(elsewhere)
    with pytest.raises(StoreProblemError, match=f"{shared / 'accounts'} is a link"):
        open_database(shared / "accounts" / "event.sqlite")
    assert not any(elsewhere.iterdir())


def test_it_is_refused_for_reading_alone_too(shared: Path, private: Path) -> None:
    private.chmod(0o400)
    (shared / "event.sqlite").symlink_to(private)
    with pytest.raises(StoreProblemError, match="is a link in a shared folder"):
        open_database(shared / "event.sqlite", reading=True)


@pytest.mark.parametrize("ends", ["", "-wal"])
def test_to_look_for_damage_and_to_mend_follows_none_either(
    shared: Path, tmp_path: Path, ends: str
) -> None:
    """Not even to a store that is well, which only its owner may read."""
    elsewhere = tmp_path / "elsewhere.sqlite"
    open_database(elsewhere).close()
    store, link = shared / "event.sqlite", shared / f"event.sqlite{ends}"
    if ends:
        open_database(store).close()
    link.symlink_to(elsewhere)
    for look in (damage, lambda path: salvage(path, time.time, ADA)):
        with pytest.raises(StoreProblemError, match=f"{link} is a link in a shared folder"):
            look(store)
    assert [each.name for each in shared.iterdir() if "damaged" in each.name] == []


def test_a_mending_that_was_cut_short_goes_on_with_no_link(shared: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    open_database(elsewhere).close()
    store, aside = shared / "event.sqlite", shared / "event.damaged-1.sqlite"
    open_database(store).close()
    aside.symlink_to(elsewhere)
    with set_aside.held(store) as handle:
        set_aside.mark(handle, aside)
    for look in (damage, lambda path: salvage(path, time.time, ADA)):
        with pytest.raises(StoreProblemError, match=f"{aside} is a link in a shared folder"):
            look(store)


@pytest.mark.parametrize("folder", ["shared", "own"])
def test_a_copy_goes_by_no_link(shared: Path, private: Path, tmp_path: Path, folder: str) -> None:
    place = shared if folder == "shared" else tmp_path
    open_database(place / "event.sqlite").close()
    copy = place / "event.before.sqlite"
    for name in (copy.name, f"{copy.name}.half"):
        (place / name).symlink_to(private)
    sqlite.copy(place / "event.sqlite", copy)
    assert untouched(private)
    assert not copy.is_symlink()
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone()


def test_a_copy_is_given_up_where_something_takes_its_place_as_it_is_made(
    shared: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shared / "event.sqlite"
    open_database(store).close()
    empty = private.with_name("empty")
    empty.touch()

    def swapped(path: Path) -> int:
        handle = make_new_file(path)
        path.unlink()
        path.symlink_to(empty)
        return handle

    monkeypatch.setattr("drtui.store.sharing.make_new_file", swapped)
    with pytest.raises(StoreProblemError, match="something else was put in its place"):
        sqlite.copy(store, shared / "event.before.sqlite")
    assert empty.stat().st_size == 0
    assert [each.name for each in shared.iterdir() if each.is_symlink()] == []


def test_a_file_that_is_made_follows_none(shared: Path, private: Path) -> None:
    (shared / "file").symlink_to(private)
    for make in (
        make_file,
        make_private,
        lambda path: write_privately(path, "mine"),
        lambda path: open_file(path, os.O_RDONLY),
    ):
        with pytest.raises(OSError, match=r"link"):
            make(shared / "file")
    assert untouched(private)


def test_in_a_folder_of_one_s_own_a_link_goes_on_pointing_where_it_did(
    private: Path, tmp_path: Path
) -> None:
    for name in ("event.sqlite", "config.toml"):
        (tmp_path / name).symlink_to(tmp_path / f"real-{name}")
    open_database(tmp_path / "event.sqlite").close()
    write_privately(tmp_path / "config.toml", "mine")
    assert (tmp_path / "real-event.sqlite").stat().st_size > 0
    assert (tmp_path / "real-config.toml").read_text() == "mine"
    assert (tmp_path / "config.toml").is_symlink()


def test_a_folder_that_is_swapped_as_it_is_made_is_not_opened_to_the_group(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    made = os.mkdir

    def swapped(path: Path, *arguments: Any, **named: Any) -> None:
        made(path, *arguments, **named)
        path.rmdir()
        path.symlink_to(elsewhere)

    monkeypatch.setattr(os, "mkdir", swapped)
    with pytest.raises(OSError, match=r"directory|link"):
        make_folders(shared / "accounts")
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
