"""Downloads and the disk: what cannot be written is told, and gone on from where it can be."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from drtui.domain.file_troubles import file_trouble
from drtui.domain.model_calls import Fetcher
from drtui.domain.problems import LocalFileError
from tests.aws.fetching import DATA, fetcher, file, into, link, part
from tests.aws.scripted import ScriptedServer

__all__ = ["fetcher", "into"]


def test_a_folder_that_is_gone_is_told(fetcher: Fetcher, tmp_path: Path) -> None:
    with pytest.raises(LocalFileError, match="is not there: put it back"):
        fetcher.fetch("http://127.0.0.1:1/file", tmp_path / "gone" / "car.part")


def test_a_link_in_the_folder_is_not_written_to(fetcher: Fetcher, into: Path) -> None:
    target = into.with_name("target")
    target.write_bytes(b"mine")
    into.symlink_to(target)
    with pytest.raises(LocalFileError, match="is a link"):
        fetcher.fetch("http://127.0.0.1:1/file", into)
    assert target.read_bytes() == b"mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_is_read_only_is_told(fetcher: Fetcher, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LocalFileError, match="check the permissions"):
            fetcher.fetch("http://127.0.0.1:1/file", tmp_path / "car.part")
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_is_told_and_gone_on_from(
    fetcher: Fetcher, server: ScriptedServer, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(file(), part(100))

    class Full:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def write(self, data: memoryview) -> int:
            if self._inner.tell() >= 100:
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(self._inner.write(data[:100]))

    real = os.fdopen

    def opened(handle: int, mode: str = "r", **more: Any) -> Any:
        found = real(handle, mode, **more)
        return Full(found) if mode == "r+b" else found

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", opened)
        with pytest.raises(LocalFileError, match=r"There is no room left .* make room"):
            fetcher.fetch(link(server), into)
    assert into.read_bytes() == DATA[:100]
    assert fetcher.fetch(link(server), into) == len(DATA)
    assert into.read_bytes() == DATA


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EROFS, "check the permissions"),
        (errno.EACCES, "check the permissions"),
        (errno.ENOENT, "put it back"),
        (errno.EFBIG, "choose another folder"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EISDIR, "is a folder"),
        (errno.EIO, "check the disk"),
    ],
)
def test_each_error_of_a_file_says_what_to_do(number: int, said: str) -> None:
    told = str(file_trouble(OSError(number, os.strerror(number)), Path("/a/b\x1b[31m.part")))
    assert said in told
    assert told.isprintable()
