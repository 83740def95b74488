"""Files that are their owner's alone, whole or not at all."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.files import make_private, remove_passing_folders, write_privately


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_new_file_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_privately(path, "text")
    assert path.read_text() == "text"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_a_file_is_replaced_and_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_privately(path, "new")
    assert path.read_text() == "new"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("make", [make_private, lambda path: write_privately(path, "text")])
def test_folders_that_were_missing_above_are_private_too(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    open_to_others = tmp_path / "theirs"
    open_to_others.mkdir(mode=0o755)
    path = open_to_others / "state" / "demo" / "logs" / "file"
    make(path)
    new = [folder for folder in path.parents if folder.is_relative_to(open_to_others / "state")]
    assert [mode(folder) for folder in new] == [0o700] * 3
    assert mode(open_to_others) == 0o755


def test_what_was_there_stays_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_privately(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_privately(pipe, "text")
    assert os.read(reading, 100) == b"text"
    os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_file_is_made_private_once(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "drtui.log"
    make_private(path)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    path.write_text("kept")
    make_private(path)
    assert path.read_text() == "kept"


class LeftMeanwhile(set[str]):
    """Folders that a thread leaves just when somebody has asked whether there are any."""

    def __bool__(self) -> bool:
        there = len(self) > 0
        self.clear()
        return there


def test_a_folder_that_a_thread_leaves_meanwhile_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "here", tmp_path / "gone"]
    folders[0].mkdir()
    monkeypatch.setattr("drtui.files._PASSING", LeftMeanwhile(map(str, folders)))
    remove_passing_folders()
    assert not any(folder.exists() for folder in folders)
