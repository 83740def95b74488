"""What is inside downloaded archives, and which of them are the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive
from drtui.domain.manifests import ManifestEntry, identical
from drtui.domain.model_contents import ModelContents, contents_of
from drtui.domain.model_names import ENDING
from drtui.domain.problems import InvalidInputError, LocalFileError
from drtui.domain.tar_stream import ArchiveError
from drtui.domain.text import clean
from drtui.model_folders import ModelFolder, inspect

_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Inside:
    """What is inside one archive.

    Attributes:
        path: The file.
        entry: What the manifest of its folder says of it; None where it says nothing.
        archive: None where it is not sound, or cannot be read.
        contents: None where there is no archive.
        trouble: Why there is none, a sentence; empty where there is.
    """

    path: Path
    entry: ManifestEntry | None
    archive: Archive | None
    contents: ModelContents | None
    trouble: str = ""


def inside(path: Path, entry: ManifestEntry | None = None) -> Inside:
    """Return what is inside an archive; it is read whole, and nothing of it is unpacked."""
    try:
        archive = inspect(path.resolve())
    except (ArchiveError, LocalFileError) as error:
        return Inside(path, entry, None, None, str(error))
    return Inside(path, entry, archive, contents_of(archive))


def look_inside(place: str) -> Iterator[Inside]:
    """Yield what is inside an archive, or inside all of a folder, by their names.

    Args:
        place: A file or a folder, as the admin typed it.

    Raises:
        InvalidInputError: There is no such file or folder, or no archive in it.
    """
    path = _there(place)
    if not path.is_dir():
        yield inside(path, _entry_of(path))
        return
    by_file = {one.file: one for one in manifest_of(path) if one.file}
    files = sorted(one for one in path.iterdir() if one.name.endswith(ENDING))
    if not files:
        raise InvalidInputError(f"There is no *{ENDING} in {clean(str(path), _SHOWN)}.")
    for file in files:
        yield inside(file, by_file.get(file.name))


def duplicates(folder: str) -> list[tuple[ManifestEntry, ...]]:
    """Return the models of a folder that are the same, in groups; see `manifests.identical`.

    Raises:
        InvalidInputError: There is no such folder, or no manifest in it.
    """
    path = _there(folder)
    entries = manifest_of(path) if path.is_dir() else []
    if not entries:
        shown = clean(str(path), _SHOWN)
        raise InvalidInputError(f"{shown} has no manifest: nothing was downloaded there.")
    return identical(entries)


def manifest_of(folder: Path) -> list[ManifestEntry]:
    """Return the manifest of a folder; empty where there is none.

    Raises:
        InvalidInputError: It cannot be read, or is none of drtui's.
    """
    try:
        return list(ModelFolder(folder).entries().values())
    except LocalFileError as error:
        raise InvalidInputError(str(error)) from error


def _there(place: str) -> Path:
    shown = clean(place, _SHOWN)
    try:
        path = Path(place).expanduser()
        there = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInputError(f"{shown} is no file or folder.") from error
    if not there:
        raise InvalidInputError(f"There is no {shown}.")
    return path


def _entry_of(path: Path) -> ManifestEntry | None:
    try:
        entries = ModelFolder(path.parent).entries().values()
    except LocalFileError:
        return None  # the archive tells enough by itself
    return next((one for one in entries if one.file == path.name), None)
