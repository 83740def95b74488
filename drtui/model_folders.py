"""Folders with downloaded models: their manifest, and their files as they are on the disk.

All files lie in the folder itself. It is taken as it was when it was named, with links resolved;
one that leads elsewhere since is not written to, nor is a link in it ever followed.
"""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive, read_archive
from drtui.domain.file_troubles import file_trouble, folder_trouble
from drtui.domain.manifests import (
    MANIFEST_CSV,
    MANIFEST_JSON,
    ManifestEntry,
    manifest_csv,
    manifest_json,
    read_manifest,
)
from drtui.domain.model_calls import FetchStoppedError
from drtui.domain.model_names import PART, TAG
from drtui.domain.problems import InvalidInputError, LocalFileError, OneFileError
from drtui.domain.text import clean
from drtui.files import write_privately

_CHUNK: Final = 262_144
_MOST_OF_A_MANIFEST: Final = 256 * 2**20
_SHOWN: Final = 300


def chosen_folder(typed: str) -> Path:
    """Return the folder that the admin named, with all links resolved; it need not be there yet.

    Args:
        typed: A path; `~` is the home folder.

    Raises:
        InvalidInputError: It is none, or the folder above it is not there.
    """
    shown = clean(typed.strip(), _SHOWN)
    named = typed.strip()
    if clean(named, len(named) + 1) != named.replace("\N{ZERO WIDTH JOINER}", ""):
        raise InvalidInputError(
            f"“{shown}” has characters that cannot be shown: name a folder without them."
        )
    if not named:
        raise InvalidInputError("Name the folder that the models are to be saved to.")
    try:
        folder = Path(typed.strip()).expanduser().resolve()
        there, above = folder.exists(), folder.parent.is_dir()
        is_folder = folder.is_dir()
    except (OSError, RuntimeError) as error:  # links in a circle; a user without a home
        raise InvalidInputError(f"{shown} is no folder that can be used.") from error
    if there and not is_folder:
        raise InvalidInputError(f"{shown} is a file: name a folder.")
    if not there and not above:
        raise InvalidInputError(
            f"{clean(str(folder.parent), _SHOWN)} is not there: make it first, or name another "
            "folder."
        )
    if not os.access(folder if there else folder.parent, os.W_OK | os.X_OK):
        raise InvalidInputError(
            f"{shown} may not be written to: mind its permissions, or name another folder."
        )
    return folder


def saving_folder(store: Path) -> Path:
    """Return the folder, beside a store, that archives pass on their way to a bucket."""
    return store.resolve().parent / f"{store.stem}.saving"


def clear_saving(store: Path) -> list[str]:
    """Remove the archives that were on their way to a bucket; the manifests stay with the store.

    Args:
        store: Whose; nobody may work on it now.

    Returns:
        What could not be removed, as sentences.
    """
    told = []
    for each in sorted(saving_folder(store).glob("*/*")):
        try:
            if each.name not in (MANIFEST_JSON, MANIFEST_CSV):
                each.unlink()
        except OSError as error:
            told.append(f"{clean(str(each), _SHOWN)} cannot be removed ({error.strerror}).")
    return told


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, in chunks; what is no file, or a link, is not read.

    Raises:
        LocalFileError: It cannot be read.
    """
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OneFileError(f"{clean(str(path), _SHOWN)} is no file.")
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise file_trouble(error, path) from error


def inspect(path: Path) -> Archive:
    """Read an archive whole; see `archives.read_archive`.

    Raises:
        LocalFileError: It cannot be read.
        ArchiveError: It is no sound archive.
    """
    return read_archive(read_chunks(path))


def never() -> bool:
    """Say that nobody wants it to stop."""
    return False


def seems_whole(path: Path, size: int | None) -> bool:
    """Whether a file, and no link, is there with a size."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def is_whole(
    path: Path, size: int | None, sha256: str, stopped: Callable[[], bool] = never
) -> bool:
    """Whether a file is there with a size and a SHA-256; it is read to its end for that.

    Args:
        path: The file.
        size: In bytes; None is none.
        sha256: In hexadecimal.
        stopped: Asked between two parts.

    Raises:
        LocalFileError: It is there, and cannot be read.
        FetchStoppedError: It was told to stop.
    """
    if not seems_whole(path, size):
        return False
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        if stopped():
            raise FetchStoppedError
        digest.update(chunk)
    return digest.hexdigest() == sha256


class ModelFolder:
    """One folder with models; for one thread at a time.

    Args:
        path: As `chosen_folder` returned it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder where there is none yet, and see that it is the one that was named.

        Raises:
            LocalFileError: It cannot be used now.
        """
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            if self.path.resolve(strict=True) != self.path:
                raise LocalFileError(
                    f"{clean(str(self.path), _SHOWN)} leads to another folder than when it was "
                    "named: nothing is written there."
                )
        except FileExistsError as error:
            raise LocalFileError(f"{clean(str(self.path), _SHOWN)} is no folder.") from error
        except (OSError, RuntimeError) as error:
            found = error if isinstance(error, OSError) else OSError(errno.ELOOP, str(error))
            if found.errno == errno.ENOENT and self.path.parent.is_dir():
                raise LocalFileError(
                    f"{clean(str(self.path), _SHOWN)} cannot be made: no folder can be where it "
                    "was named. Cancel, and name another one."
                ) from error
            raise folder_trouble(found, self.path) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            closed = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            raise folder_trouble(closed, self.path)

    def entries(self) -> dict[tuple[str, str], ManifestEntry]:
        """Return the manifest by profile id and model id; empty where there is none yet.

        Raises:
            LocalFileError: It cannot be read, or is none of drtui's.
        """
        path = self.path / MANIFEST_JSON
        try:
            if not os.path.lexists(path):
                return {}
            if path.stat().st_size > _MOST_OF_A_MANIFEST:
                raise LocalFileError(f"{clean(str(path), _SHOWN)} is too large to be a manifest.")
            text = b"".join(read_chunks(path)).decode("utf-8", "replace")
        except OSError as error:
            raise folder_trouble(error, path) from error
        except OneFileError as error:  # it stands for all files of the folder
            raise LocalFileError(str(error)) from error
        try:
            return {one.key: one for one in read_manifest(text, clean(str(path), _SHOWN))}
        except InvalidInputError as error:
            raise LocalFileError(str(error)) from error

    def write(self, entries: Mapping[tuple[str, str], ManifestEntry]) -> None:
        """Replace the manifest, as JSON and as CSV, each as a whole.

        Raises:
            LocalFileError: It cannot be written; what was there is there still.
        """
        for name, text in (
            (MANIFEST_JSON, manifest_json(entries.values())),
            (MANIFEST_CSV, manifest_csv(entries.values())),
        ):
            path = self.path / name
            try:
                if path.is_symlink():  # it would be written to where it points
                    path.unlink()
                write_privately(path, text)
            except OSError as error:
                raise folder_trouble(error, path) from error

    def note(self, entry: ManifestEntry) -> None:
        """Put one entry into the manifest as it is now, whoever else writes to it.

        Raises:
            LocalFileError: It cannot be read or written; what was there is there still.
        """
        with self._alone():
            entries = self.entries()
            entries[entry.key] = entry
            self.write(entries)

    def file(self, name: str) -> Path:
        """Return the path of a file in it."""
        return self.path / name

    def part(self, name: str) -> Path:
        """Return the path of a file that is not whole yet."""
        return self.path / f"{name}{PART}"

    def holds(self, entry: ManifestEntry, stopped: Callable[[], bool] = never) -> bool:
        """Whether the file of an entry is there with the size and the SHA-256 it had.

        Raises:
            LocalFileError: It is there, and cannot be read.
            FetchStoppedError: It was told to stop.
        """
        return self.seems_to_hold(entry) and is_whole(
            self.file(entry.file), entry.size, entry.sha256, stopped
        )

    def seems_to_hold(self, entry: ManifestEntry) -> bool:
        """Whether the file of an entry is there with the size that it had."""
        if not entry.downloaded or not entry.file:
            return False
        return seems_whole(self.file(entry.file), entry.size)

    def accept(self, name: str) -> None:
        """Give a part that was found whole and sound its final name, for good.

        What says of what it was a part goes last: a process killed before has it whole still.

        Raises:
            LocalFileError: It cannot be renamed.
        """
        try:
            self.part(name).replace(self.file(name))
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise file_trouble(error, self.file(name)) from error
        self.discard(self.part(name))

    def discard(self, path: Path) -> None:
        """Remove a file of the folder, and its tag; one that is not there is none to remove."""
        for each in (path, path.with_name(path.name + TAG)):
            with suppress(OSError):
                each.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other processes that write to the manifest waiting.

        The folder itself is locked, so that nothing is left in it. A file system that knows no
        locks is written to all the same.
        """
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise folder_trouble(error, self.path) from error
        try:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
