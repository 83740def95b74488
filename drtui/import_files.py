"""A model on this machine that is to be imported: a folder, or a .tar.gz of one."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drtui.domain.file_troubles import file_trouble
from drtui.domain.import_checks import (
    LARGEST_FILE,
    LARGEST_MODEL,
    MOST_FILES,
    REQUIRED,
    check_model,
    is_junk,
    model_root,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.tar_stream import ArchiveError, ArchiveLimits, TarStream, inflate
from drtui.domain.text import clean
from drtui.files import passing_folder
from drtui.model_folders import read_chunks

_LIMITS: Final = ArchiveLimits(members=2 * MOST_FILES, unpacked=2 * LARGEST_MODEL)
_MOST_KEPT: Final = 8 * LARGEST_FILE
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """The files of a model that can be imported.

    Attributes:
        path: The folder or the archive, with all links resolved.
        root: The model's folder within it: empty, or ending in a slash.
        sizes: In bytes, by the path below the model's folder.
        fingerprint: Changes when they do.
    """

    path: Path
    root: str
    sizes: dict[str, int]
    fingerprint: str

    @property
    def size(self) -> int:
        """Of all of them, in bytes."""
        return sum(self.sizes.values())


def find_import(typed: str) -> ImportFiles:
    """Look at a folder or a .tar.gz, and refuse what the deployment would not import.

    Args:
        typed: A path; `~` is the home folder.

    Raises:
        InvalidInputError: It cannot be imported; the message says why.
        LocalFileError: It cannot be read.
    """
    shown = clean(typed.strip(), _SHOWN)
    if not typed.strip() or "\0" in typed:
        raise InvalidInputError("Name the folder, or the .tar.gz, of the model to import.")
    try:
        path = Path(typed.strip()).expanduser().resolve(strict=True)
        folder, file = path.is_dir(), path.is_file()
    except (OSError, RuntimeError) as error:
        raise InvalidInputError(f"{shown} is not there, or may not be looked at.") from error
    if not folder and not file:
        raise InvalidInputError(f"{shown} is neither a folder nor a file.")
    return _in_folder(path) if folder else _in_archive(path)


@contextmanager
def unpacked(files: ImportFiles) -> Iterator[Path]:
    """Give the model's folder; that of an archive goes again in the end.

    Raises:
        LocalFileError: It cannot be read, or there is no room for it.
        InvalidInputError: The archive is not sound.
    """
    with ExitStack() as stack:
        folder = files.path
        if not folder.is_dir():
            folder = stack.enter_context(passing_folder("drtui-import-"))
            _unpack(files, folder)
        yield folder / files.root


def _in_folder(path: Path) -> ImportFiles:
    found = {name: one for name, one in _walk(path) if not is_junk(name)}
    sizes = {name: one.st_size for name, one in found.items()}
    root = model_root(sizes)
    model = _below(root, sizes)
    contents = {
        name: b"".join(read_chunks(path / root / name))
        for name in REQUIRED
        if model.get(name, LARGEST_FILE + 1) <= LARGEST_FILE
    }
    check_model(model, contents)
    digest = hashlib.sha256()
    for name in sorted(model):
        digest.update(f"{model[name]} {found[root + name].st_mtime_ns} {name}\0".encode())
    return ImportFiles(path, root, model, digest.hexdigest())


def _walk(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below a folder by their paths; no link is followed."""

    def refuse(error: OSError) -> None:
        raise file_trouble(error, Path(error.filename or folder)) from error

    count = 0
    for place, folders, names in os.walk(folder, onerror=refuse):
        for name in (*folders, *names):
            path = Path(place, name)
            try:
                found = path.lstat()
            except OSError as error:
                raise file_trouble(error, path) from error
            if stat.S_ISDIR(found.st_mode):
                continue
            shown = clean(str(path.relative_to(folder)), 80)
            if not stat.S_ISREG(found.st_mode):
                raise InvalidInputError(
                    f"“{shown}” is a link, or no file: put the file itself there."
                )
            count += 1
            if count > MOST_FILES:
                raise InvalidInputError(
                    f"There are more than {MOST_FILES:,} files: name the folder of one model."
                )
            yield path.relative_to(folder).as_posix(), found


def _in_archive(path: Path) -> ImportFiles:
    sizes: dict[str, int] = {}
    kept: dict[str, bytes] = {}
    stream = TarStream(inflate(read_chunks(path), _LIMITS), _LIMITS)
    try:
        for member in stream.members():
            if member.folder:
                continue
            keeps = member.name.split("/")[-1] in REQUIRED and member.size <= LARGEST_FILE
            data = bytearray()
            for part in stream.parts(member.size):
                if keeps:
                    data += part
            if sum(map(len, kept.values())) + len(data) > _MOST_KEPT:
                raise InvalidInputError("There are several models in it: name the folder of one.")
            if member.name in sizes:
                raise ArchiveError("It has two files of the same name.")
            if not is_junk(member.name):
                sizes[member.name] = member.size
            if keeps:
                kept[member.name] = bytes(data)
    except ArchiveError as error:
        raise InvalidInputError(f"{clean(path.name, 80)} cannot be imported: {error}") from error
    root = model_root(sizes)
    model = _below(root, sizes)
    check_model(model, {name: kept[root + name] for name in REQUIRED if root + name in kept})
    try:
        found = path.stat()
    except OSError as error:
        raise file_trouble(error, path) from error
    text = f"{found.st_size} {found.st_mtime_ns} {path.name}"
    return ImportFiles(path, root, model, hashlib.sha256(text.encode()).hexdigest())


def _unpack(files: ImportFiles, into: Path) -> None:
    """Write the model's files, each found good before, below a folder that is empty."""
    stream = TarStream(inflate(read_chunks(files.path), _LIMITS), _LIMITS)
    try:
        for member in stream.members():
            wanted = member.name.startswith(files.root)
            if member.folder or not wanted or member.name[len(files.root) :] not in files.sizes:
                for _ in stream.parts(member.size):
                    pass
                continue
            path = into / member.name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    for part in stream.parts(member.size):
                        file.write(part)
            except OSError as error:
                raise file_trouble(error, path) from error
    except ArchiveError as error:
        raise InvalidInputError(f"{clean(files.path.name, 80)} cannot be read: {error}") from error


def _below(root: str, sizes: dict[str, int]) -> dict[str, int]:
    return {name[len(root) :]: size for name, size in sizes.items() if name.startswith(root)}
