"""Where files are written to: paths as they are typed, and what is seen before anything is made."""

import errno
import os
import stat
from pathlib import Path

import pytest

from drtui.commands.writing import check_new, reserved, typed_file, typed_path, write_new
from drtui.domain.problems import InvalidInputError


def test_the_home_folder_may_be_typed() -> None:
    assert typed_path("  ~/list.csv ") == Path.home() / "list.csv"


@pytest.mark.parametrize("typed", ["", "  ", "/tmp/a\0b", "~nobody-of-this-name/list.csv"])
def test_what_is_no_path_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="is no path"):
        typed_path(typed)


@pytest.mark.parametrize("typed", ["a\nb", "a\x1b[2Jb", "a\u202eb.csv", "a\rb/"])
def test_characters_that_nobody_sees_are_refused_in_a_path(typed: str) -> None:
    for read in (typed_path, typed_file):
        with pytest.raises(InvalidInputError, match="cannot be shown") as caught:
            read(typed)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("typed", ["folder/", "a/b/ ", "/", "..", "a/.."])
def test_the_path_of_a_folder_is_not_that_of_a_file(typed: str) -> None:
    typed_path(typed)
    with pytest.raises(InvalidInputError, match="is the path of a folder"):
        typed_file(typed)


def test_what_was_reserved_has_room_is_private_and_as_long_as_its_text(tmp_path: Path) -> None:
    with reserved(tmp_path / "new.csv", 100_000) as file:
        there = file.path.stat()
        assert stat.S_IMODE(there.st_mode) == 0o600
        file.write("Käse")
    assert file.path.read_bytes() == "Käse".encode()


def test_what_was_not_written_leaves_nothing(tmp_path: Path) -> None:
    with reserved(tmp_path / "new.csv", 100):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["posix_fallocate", "fsync", "write"])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    begun = []

    def fill() -> None:
        with reserved(tmp_path / "new.csv", 100) as file:
            begun.append(call)
            file.write("text")

    with pytest.raises(InvalidInputError, match="cannot be written"):
        fill()
    assert begun == ([] if call == "posix_fallocate" else [call])
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_promises_no_room_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unknown)
    with reserved(tmp_path / "new.csv", 100) as file:
        file.write("text")
    assert file.path.read_text() == "text"


def test_a_new_file_may_be_made(tmp_path: Path) -> None:
    check_new(tmp_path / "new.csv")
    write_new(tmp_path / "new.csv", "text")


def test_what_is_there_is_seen_beforehand(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    (tmp_path / "link.csv").symlink_to("nowhere")
    for name in ("there.csv", "link.csv"):
        with pytest.raises(InvalidInputError, match="already: name another one"):
            check_new(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("folder/new.csv", "There is no folder"),
        ("file/new.csv", "cannot be written"),
        (f"{'x' * 300}.csv", "cannot be written"),
    ],
)
def test_where_nothing_can_be_made_is_seen_beforehand(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInputError, match=why):
        check_new(tmp_path / name)


def test_a_folder_that_may_not_be_written_is_seen_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(InvalidInputError, match="may not be written: name another one"):
        check_new(tmp_path / "new.csv")
