"""Folders with downloaded models: their manifest, and their files as they are on the disk.

All files lie in the folder itself. It is taken as it was when it was named, with links resolved;
one that leads elsewhere since is not written to, nor is a link in it ever followed.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive, read_archive
from drtui.domain.manifests import (
    MANIFEST_CSV,
    MANIFEST_JSON,
    ManifestEntry,
    manifest_csv,
    manifest_json,
    read_manifest,
)
from drtui.domain.model_names import PART
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.domain.text import clean
from drtui.files import write_privately

_CHUNK: Final = 262_144
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
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
    if not typed.strip() or "\0" in typed:
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


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, in chunks; what is no file, or a link, is not read.

    Raises:
        LocalFileError: It cannot be read.
    """
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise LocalFileError(f"{clean(str(path), _SHOWN)} is no file.")
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise problem(path, error) from error


def inspect(path: Path) -> Archive:
    """Read an archive whole; see `archives.read_archive`.

    Raises:
        LocalFileError: It cannot be read.
        ArchiveError: It is no sound archive.
    """
    return read_archive(read_chunks(path))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        LocalFileError: It cannot be read.
    """
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def problem(path: Path, error: OSError) -> LocalFileError:
    """Return what an error of the file system means for the admin."""
    shown = clean(str(path), _SHOWN)
    if error.errno in _FULL:
        return LocalFileError(f"The disk of {shown} is full: make room, and it goes on.")
    if error.errno in _CLOSED:
        return LocalFileError(
            f"{shown} may not be read or written ({error.strerror}): mind its permissions, and it "
            "goes on."
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return LocalFileError(f"{shown} is not there any more: bring it back, and it goes on.")
    return LocalFileError(f"{shown} cannot be read or written ({error.strerror}).")


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
            raise problem(self.path, found) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise problem(self.path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))

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
            raise problem(path, error) from error
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
                raise problem(path, error) from error

    def file(self, name: str) -> Path:
        """Return the path of a file in it."""
        return self.path / name

    def part(self, name: str) -> Path:
        """Return the path of a file that is not whole yet."""
        return self.path / f"{name}{PART}"

    def holds(self, entry: ManifestEntry) -> bool:
        """Whether the file of an entry is there with the size and the SHA-256 it had.

        Raises:
            LocalFileError: It is there, and cannot be read.
        """
        if not self.seems_to_hold(entry):
            return False
        return sha256_of(self.file(entry.file)) == entry.sha256

    def seems_to_hold(self, entry: ManifestEntry) -> bool:
        """Whether the file of an entry is there with the size that it had."""
        if not entry.downloaded or not entry.file:
            return False
        try:
            found = self.file(entry.file).lstat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == entry.size

    def accept(self, name: str) -> None:
        """Give a part that was found whole and sound its final name, for good.

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
            raise problem(self.file(name), error) from error

    def discard(self, path: Path) -> None:
        """Remove a file of the folder; one that is not there is none to remove."""
        with suppress(OSError):
            path.unlink()
