"""Setting a copy of a damaged store aside, while nobody may write to what is copied."""

import errno
import fcntl
import itertools
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from drtui.domain.problems import StoreProblemError
from drtui.store.sharing import make_file, open_file, refuse_links

# What SQLite locks of a database's file: who reads or writes locks some of these bytes, and who
# has one in WAL mode open always does (SQLite: "The Lock-Byte Page").
_LOCK_BYTE: Final = 0x40000000
_LOCK_BYTES: Final = 512
_BLOCK: Final = 1 << 20
_SECTOR: Final = 4096
# How a file begins whose copy was made, and which is about to be replaced; its copy's name follows.
_MARK: Final = b"drtui set aside as "
_MARKED: Final = 512


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Keep everybody else from a store for as long as the block lasts, whatever its state.

    Yields:
        The open file.

    Raises:
        StoreProblemError: Somebody else has it open, and would go on writing to it; or it is a
            link in a shared folder.
        OSError: It cannot be opened for writing.
    """
    refuse_links(path)
    handle = open_file(path, os.O_RDWR)
    try:
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError) as error:
            raise StoreProblemError(
                f"The store {path} is open in another program: end every drtui of this "
                "account first."
            ) from error
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "linux":
        # The file's, not the process's: it holds against connections of this process too, and
        # outlasts the closing of others on the same file.
        wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _LOCK_BYTE, _LOCK_BYTES, 0)
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)
    else:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCK_BYTE)


def set_aside(path: Path, handle: int, at: datetime) -> Path:
    """Copy a store byte by byte, its log included, for whom the store is; return where to.

    The copy has its name only when it is whole and on the disk. What the disk cannot read of it is
    zeros.

    Args:
        path: The store.
        handle: Its open file.
        at: The moment that the copy is named after.

    Raises:
        OSError: There is no room for it, or the folder may not be written; nothing is left of it.
    """
    aside = _free_name(path, at)
    # Always the same, so that what is left of one that was cut short takes no room for long.
    half = path.with_name(f"{path.name}.aside")
    half_log = path.with_name(f"{path.name}.aside-wal")
    log = path.with_name(f"{path.name}-wal")
    try:
        if half.exists():
            _clear_orphans(path)
        half_log.unlink(missing_ok=True)
        _copy(handle, half)
        if log.exists():
            source = open_file(log, os.O_RDONLY)
            try:
                _copy(source, half_log)
            finally:
                os.close(source)
            # The log first: without the store's own copy it is nobody's.
            half_log.replace(aside.with_name(f"{aside.name}-wal"))
        half.replace(aside)
        sync_folder(path.parent)
    except BaseException:
        for each in (half, half_log, aside.with_name(f"{aside.name}-wal"), aside):
            each.unlink(missing_ok=True)
        raise
    return aside


def _clear_orphans(path: Path) -> None:
    """Remove the copies of logs whose store's own copy never had its name.

    One that was ended between the two leaves such a copy, and the store's under the name of a half.
    """
    for log in path.parent.glob(f"{path.stem}.damaged-*{path.suffix}-wal"):
        if not os.path.lexists(str(log).removesuffix("-wal")):
            log.unlink(missing_ok=True)


def mark(handle: int, aside: Path) -> None:
    """Have a store tell that all of it is in a copy, so that nobody takes it for a store any more.

    From here on its log may go: neither who was about to open it, nor who finds it when this ends
    half-way, works on what is left of it.
    """
    os.pwrite(handle, (_MARK + os.fsencode(aside.name) + b"\n").ljust(_MARKED), 0)
    os.fsync(handle)


def marked(path: Path) -> Path | None:
    """Return the copy that a store tells of whose mending was cut short; None where it tells none.

    Raises:
        StoreProblemError: That copy is not there, or is a link in a shared folder.
        OSError: It cannot be read.
    """
    with os.fdopen(open_file(path, os.O_RDONLY), "rb") as file:
        beginning = file.read(_MARKED)
    if not beginning.startswith(_MARK):
        return None
    name = os.fsdecode(beginning[len(_MARK) :].split(b"\n")[0])
    aside = path.with_name(Path(name).name)
    refuse_links(aside)
    if not aside.is_file():
        raise StoreProblemError(
            f"The mending of the store {path} was cut short, and the copy that all of it is in, "
            f"{aside}, is not there: put it back, and mend again."
        )
    return aside


def sync_file(path: Path) -> None:
    """Have a file outlive a power loss.

    Raises:
        OSError: It could not be written.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Have a folder's names outlive a power loss, where its file system can be asked for it."""
    with suppress(OSError):
        sync_file(folder)


def _free_name(path: Path, at: datetime) -> Path:
    """Where a copy goes that takes nobody's place."""
    name = f"{path.stem}.damaged-{at.strftime('%Y%m%d-%H%M%S')}"
    numbers = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{name}{number}{path.suffix}") for number in numbers)
    return next(
        one for one in names if not one.exists() and not one.with_name(f"{one.name}-wal").exists()
    )


def _copy(source: int, target: Path) -> None:
    target.unlink(missing_ok=True)
    make_file(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL)
    size = os.fstat(source).st_size
    with target.open("r+b") as file:
        for start in range(0, size, _BLOCK):
            file.write(_read(source, start, min(_BLOCK, size - start)))
        file.flush()
        os.fsync(file.fileno())


def _read(source: int, start: int, length: int) -> bytes:
    """Read some bytes of a file; those of a sector that the disk cannot read are zeros."""
    try:
        return os.pread(source, length, start)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
    if length <= _SECTOR:
        return bytes(length)
    parts = range(start, start + length, _SECTOR)
    return b"".join(_read(source, each, min(_SECTOR, start + length - each)) for each in parts)
