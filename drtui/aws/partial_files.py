"""A file that is being fetched, and what says of what it is a part."""

import errno
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, NoReturn, Self

from drtui.domain.problems import LocalFileError
from drtui.domain.text import clean

# Another kind of tag stands for what is alike, not for the same bytes (RFC 9110, If-Range).
_STRONG_TAG: Final = re.compile(r'"[!#-~]{1,200}"', re.ASCII)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


class PartialFile:
    """A file and, beside it, the tag of what it is a part of; a context that closes it.

    Args:
        path: The file; what it points to, where it is a link, is not written to.

    Raises:
        LocalFileError: As every method.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(path.name + ".etag")
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
        """Bring the whole file to the disk; from now on it is a part of nothing."""
        assert self._file is not None, "it has been opened"
        try:
            os.fsync(self._file.fileno())
            self._beside.unlink(missing_ok=True)
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
        raise local_failure(error, self._path) from error


def local_failure(error: OSError, path: Path) -> LocalFileError:
    """Return what an error of a file means, and what to do about it.

    Args:
        error: Of reading or writing.
        path: The file.
    """
    name, folder = clean(path.name, 120), clean(str(path.parent), 300)
    number = error.errno
    if number in _FULL:
        sentence = f"There is no room left for “{name}” in {folder}: make room, then go on."
    elif number in _CLOSED:
        sentence = (
            f"“{name}” in {folder} may not be opened ({error.strerror}): check the permissions, or "
            "choose another folder."
        )
    elif number in _GONE:
        sentence = f"“{name}” or its folder {folder} is not there: put it back, then go on."
    elif number == errno.EFBIG:
        sentence = f"“{name}” is too large for the disk that {folder} is on: choose another folder."
    elif number == errno.ENAMETOOLONG:
        sentence = f"The name “{name}” is too long for the disk that {folder} is on."
    elif number == errno.ELOOP:
        sentence = f"“{name}” in {folder} is a link, which is not written to: move it away."
    elif number == errno.EISDIR:
        sentence = f"“{name}” in {folder} is a folder: move it away."
    else:
        sentence = (
            f"“{name}” in {folder} cannot be used ({error.strerror or type(error).__name__}): "
            "check the disk, then go on."
        )
    return LocalFileError(sentence)
