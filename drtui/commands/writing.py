"""New files with what only their owner is to read; nothing that is there is written over."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_UNSHOWN: Final = "\N{REPLACEMENT CHARACTER}"  # what `clean` puts in the place of a character
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def typed_path(text: str) -> Path:
    """Return a path as it was typed; `~` is the home folder.

    Raises:
        InvalidInputError: It is none, or has characters that nobody could see in it.
    """
    typed = text.strip()
    if "\0" not in typed and _UNSHOWN in clean(typed, len(typed) + 1):
        raise InvalidInputError(
            f"“{clean(typed)}” has characters that cannot be shown, such as a line break: type "
            "another path."
        )
    try:
        if typed and "\0" not in typed:
            return Path(typed).expanduser()
    except RuntimeError:  # a user without a home
        pass
    raise InvalidInputError(f"“{clean(typed)}” is no path: type that of a new file.")


def typed_file(text: str) -> Path:
    """Return the path of a new file as it was typed; `~` is the home folder.

    Raises:
        InvalidInputError: As of `typed_path`, or it is that of a folder.
    """
    path = typed_path(text)
    if text.strip().endswith(os.sep) or path.name in ("", ".."):
        raise InvalidInputError(
            f"“{clean(text.strip())}” is the path of a folder: type that of a new file."
        )
    return path


def check_new(path: Path) -> None:
    """See that a file can be made at a path, as far as that can be told beforehand.

    Raises:
        InvalidInputError: There is something at the path, or no folder that may be written.
    """
    shown, folder = clean(str(path)), clean(str(path.parent))
    try:
        path.lstat()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _not_written(path, error) from error
    else:
        raise InvalidInputError(f"There is a file {shown} already: name another one.")
    if not path.parent.is_dir():
        raise InvalidInputError(f"There is no folder {folder}.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InvalidInputError(f"The folder {folder} may not be written: name another one.")


class NewFile:
    """A new file that is open, and empty until it is written; made by `reserved`.

    Attributes:
        path: Where it is.
        written: Whether it has its text.
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.written = False
        self._handle = handle

    def write(self, text: str) -> None:
        """Write all of the file, once, so that it survives a power loss.

        Raises:
            InvalidInputError: It cannot be written.
        """
        data = text.encode()
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.ftruncate(self._handle, len(data))
            os.fsync(self._handle)
        except OSError as error:
            raise _not_written(self.path, error) from error
        self.written = True


@contextmanager
def reserved(path: Path, room: int = 0) -> Iterator[NewFile]:
    """Make a new file that only its owner can read; a link is not followed.

    Where it was not written in the block, nothing of it is left.

    Args:
        path: Of the file.
        room: How many bytes there has to be room for; a file system that cannot promise that is
            taken as it is.

    Raises:
        InvalidInputError: There is something at the path already, it cannot be made, or there is
            no room.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        shown = clean(str(path))
        raise InvalidInputError(f"There is a file {shown} already: name another one.") from error
    except OSError as error:
        raise _not_written(path, error) from error
    file = NewFile(path, handle)
    try:
        try:
            os.fchmod(handle, 0o600)
            _make_room(handle, room)
        except OSError as error:
            raise _not_written(path, error) from error
        yield file
    finally:
        with suppress(OSError):
            os.close(handle)
        if not file.written:
            with suppress(OSError):
                path.unlink()


def write_new(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; a link is not followed.

    Raises:
        InvalidInputError: There is something at the path already, or it cannot be written;
            nothing of it is left then.
    """
    with reserved(path) as file:
        file.write(text)


def _make_room(handle: int, room: int) -> None:
    if room and hasattr(os, "posix_fallocate"):  # not everywhere
        try:
            os.posix_fallocate(handle, 0, room)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise


def _not_written(path: Path, error: OSError) -> InvalidInputError:
    return InvalidInputError(f"{clean(str(path))} cannot be written ({error.strerror}).")
