"""Writing files that are for their owner alone, as a whole or not at all; folders for a while."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from drtui.store.sharing import planted_link

_PASSING: Final[set[str]] = set()  # folders that are there now


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """Give a folder that goes again in the end; see `remove_passing_folders`.

    Raises:
        OSError: It cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix=prefix) as name:
        _PASSING.add(name)
        try:
            yield Path(name)
        finally:
            _PASSING.discard(name)


def remove_passing_folders() -> None:
    """Remove those of threads that the end of the process does not wait for."""
    for name in list(_PASSING):  # a thread may be leaving one just now
        shutil.rmtree(name, ignore_errors=True)


def write_privately(path: Path, text: str) -> None:
    """Replace a file by a new one that only its owner can read; what is no file is written to.

    A link goes on pointing where it did; in a folder that a group shares none is followed. When it
    fails, what was there is there still.

    Raises:
        OSError: It cannot be written.
    """
    _refuse_planted(path)
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    _make_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def make_private(path: Path) -> None:
    """Make sure that a file is there and is its owner's alone; the folders too where they are new.

    Raises:
        OSError: It cannot be created, or is a link in a folder that a group shares.
    """
    _refuse_planted(path)
    _make_folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def settle(folder: Path) -> None:
    """Have a folder's names outlive a power loss.

    Raises:
        OSError: It cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system can be asked for it
            os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    """Create a folder and whatever is missing above it, for this user alone."""
    for each in reversed([folder, *folder.parents]):  # `parents=True` goes by the umask above it
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def _refuse_planted(path: Path) -> None:
    link = planted_link(path)
    if link is not None:
        why = "it is a link in a shared folder, which is not followed"
        raise OSError(errno.ELOOP, why, str(link))
