"""A file that is being fetched, and what says of what it is a part."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, NoReturn, Self

from drtui.domain.downloads import size_text
from drtui.domain.file_troubles import file_trouble, shown
from drtui.domain.model_names import TAG
from drtui.domain.problems import LocalFileError

# Another kind of tag stands for what is alike, not for the same bytes (RFC 9110, If-Range).
_STRONG_TAG: Final = re.compile(r'"[!#-~]{1,200}"', re.ASCII)


class PartialFile:
    """A file and, beside it, the tag of what it is a part of; a context that closes it.

    Args:
        path: The file; what it points to, where it is a link, is not written to.

    Raises:
        LocalFileError: As every method.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(path.name + TAG)
        self._file: IO[bytes] | None = None
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(handle, "r+b", buffering=0)
            self.size = os.fstat(self._file.fileno()).st_size
            self.tag = self._read_tag()
        except OSError as error:
            self._fail(error)
        if not self.tag and self.size:
            self.begin("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close it; what cannot be written any more is not worth a word by then."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def begin(self, tag: str) -> None:
        """Empty the file, and note what it will be a part of.

        Args:
            tag: As the storage names it; one that does not stand for the same bytes is none.
        """
        assert self._file is not None, "it has been opened"
        self.tag = tag if _STRONG_TAG.fullmatch(tag) else ""
        try:
            # The former tag goes first: it must never stand beside the bytes of another file.
            self._beside.unlink(missing_ok=True)
            self._file.truncate(0)
            self.size = 0
            if self.tag:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                with os.fdopen(os.open(self._beside, flags, 0o600), "w", encoding="ascii") as file:
                    file.write(self.tag)
        except OSError as error:
            self._fail(error)

    def check_room(self, total: int) -> None:
        """See that there is room for what is still to come.

        A disk that does not say how much room it has is taken to have enough.

        Args:
            total: How long the file is announced to be.
        """
        assert self._file is not None, "it has been opened"
        with suppress(OSError):
            disk = os.fstatvfs(self._file.fileno())
            left, free = total - self.size, disk.f_bavail * disk.f_frsize
            if disk.f_blocks and left > free:
                name, folder = shown(self._path)
                raise LocalFileError(
                    f"There is no room for “{name}” in {folder}: {size_text(left)} are to come, "
                    f"and {size_text(free)} are free. Make room, then go on."
                )

    def add(self, data: bytes) -> None:
        """Write behind what the file holds."""
        assert self._file is not None, "it has been opened"
        view = memoryview(data)
        try:
            self._file.seek(self.size)
            while view:
                written = self._file.write(view)
                self.size += written
                view = view[written:]
        except OSError as error:
            self._fail(error)

    def finish(self) -> None:
        """Bring the whole file to the disk; its tag stays until somebody takes it."""
        assert self._file is not None, "it has been opened"
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._fail(error)

    def _read_tag(self) -> str:
        try:
            handle = os.open(self._beside, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return ""
        with os.fdopen(handle, encoding="ascii", errors="replace") as file:
            tag = file.read(256)
        return tag if _STRONG_TAG.fullmatch(tag) else ""

    def _fail(self, error: OSError) -> NoReturn:
        self.__exit__()
        raise file_trouble(error, self._path) from error
