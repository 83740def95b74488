"""What an archive that was downloaded earlier tells of its model, for the model's page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drtui.domain.archives import Archive, read_archive
from drtui.domain.model_contents import ModelContents, contents_of
from drtui.domain.problems import LocalFileError
from drtui.domain.tar_stream import ArchiveError
from drtui.domain.text import clean
from drtui.model_folders import read_chunks
from drtui.store.model_files import ModelFile

_REMOTE: Final = "s3://"
_SHOWN: Final = 300
_AGAIN: Final = "Download the model again to see what is inside."


@dataclass(frozen=True, slots=True)
class ArchiveInside:
    """What downloaded archives tell of a model.

    Attributes:
        file: The newest archive that is there and sound; None where none is.
        contents: What is inside it; None where none is.
        trouble: What became of newer ones, a sentence; empty where there are none.
    """

    file: ModelFile | None = None
    contents: ModelContents | None = None
    trouble: str = ""


def on_this_machine(files: Iterable[ModelFile]) -> list[ModelFile]:
    """Return those archives that were saved to a folder, in their order."""
    return [one for one in files if not one.place.startswith(_REMOTE)]


class ArchiveReader:
    """Reads a model's archives, and again only when one has changed; for one thread at a time.

    An archive is read whole, so that a damaged one is noticed: one of 5 GB takes a minute.

    Args:
        stopped: Asked before each chunk; once it says so, nothing more is read.
    """

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped
        self._state: list[object] = []
        self._found: ArchiveInside | None = None

    def read(self, files: Sequence[ModelFile]) -> ArchiveInside | None:
        """Return what a model's archives tell; None where none was saved to this machine.

        Args:
            files: Where they were saved to, the newest first.
        """
        here = on_this_machine(files)
        state: list[object] = [(one, _state_of(one)) for one in here]
        if state != self._state:
            self._found = self._first_sound(here) if here else None
            # What was given up halfway is begun anew.
            self._state = [] if self._stopped() else state
        return self._found

    def _first_sound(self, files: Sequence[ModelFile]) -> ArchiveInside:
        trouble = ""
        for file in files:
            try:
                archive = self._sound(file)
            except LocalFileError as error:
                trouble = trouble or str(error)
            else:
                return ArchiveInside(file, contents_of(archive), trouble)
        return ArchiveInside(trouble=trouble)

    def _sound(self, file: ModelFile) -> Archive:
        """Read an archive.

        Raises:
            LocalFileError: It is not there, or is not what was downloaded; a sentence says so.
        """
        shown = clean(file.place, _SHOWN)
        state = _state_of(file)
        if state is None:
            raise LocalFileError(f"The downloaded {shown} is not there any more. {_AGAIN}")
        if state[0] != file.size:
            raise LocalFileError(
                f"The downloaded {shown} is damaged: it has {state[0]:,} bytes instead of "
                f"{file.size:,}. {_AGAIN}"
            )
        try:
            archive = read_archive(self._chunks(Path(file.place)))
        except ArchiveError as error:
            raise LocalFileError(f"The downloaded {shown} is damaged. {error} {_AGAIN}") from error
        if archive.sha256 != file.sha256:
            raise LocalFileError(
                f"The downloaded {shown} is not the file that was downloaded any more: its "
                f"SHA-256 is another. {_AGAIN}"
            )
        return archive

    def _chunks(self, path: Path) -> Iterator[bytes]:
        for chunk in read_chunks(path):
            if self._stopped():
                return
            yield chunk


def _state_of(file: ModelFile) -> tuple[int, ...] | None:
    """What tells whether a file has changed, its size first; None where there is none."""
    try:
        found = Path(file.place).lstat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev
