"""What an error of the file system means for the admin, and whether it is one file's alone."""

import errno
from pathlib import Path
from typing import Final

from drtui.domain.model_calls import TooLargeFileError
from drtui.domain.problems import LocalFileError, OneFileError
from drtui.domain.text import clean

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_CLOSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


def file_trouble(error: OSError, path: Path) -> LocalFileError:
    """Return what an error of a file means, and what to do about it.

    Args:
        error: Of reading or writing.
        path: The file.

    Returns:
        A `OneFileError` where no other file meets the same.
    """
    name, folder = shown(path)
    match error.errno:
        case number if number in _FULL:
            sentence = f"There is no room left for “{name}” in {folder}: make room, then go on."
        case number if number in _CLOSED:
            sentence = (
                f"“{name}” in {folder} may not be opened ({error.strerror}): check the "
                "permissions, or choose another folder."
            )
        case number if number in _GONE:
            sentence = f"“{name}” or its folder {folder} is not there: put it back, then go on."
        case errno.EFBIG:
            return TooLargeFileError(
                f"“{name}” is too large for the disk that {folder} is on: choose another folder."
            )
        case errno.ENAMETOOLONG:
            return OneFileError(f"The name “{name}” is too long for the disk that {folder} is on.")
        case errno.ELOOP:
            return OneFileError(
                f"“{name}” in {folder} is a link, which is not written to: move it away."
            )
        case errno.EISDIR:
            return OneFileError(f"“{name}” in {folder} is a folder: move it away.")
        case _:
            sentence = (
                f"“{name}” in {folder} cannot be used ({error.strerror or type(error).__name__}): "
                "check the disk, then go on."
            )
    return LocalFileError(sentence)


def folder_trouble(error: OSError, path: Path) -> LocalFileError:
    """Return what an error of a folder, or of a file that stands for all of it, means.

    Args:
        error: Of reading or writing.
        path: The folder, or the file.
    """
    return LocalFileError(str(file_trouble(error, path)))


def shown(path: Path) -> tuple[str, str]:
    """Return the name of a file, and its folder, for the admin."""
    return clean(path.name, 120), clean(str(path.parent), 300)
