"""New files with what only their owner is to read; nothing that is there is written over."""

import os
from contextlib import suppress
from pathlib import Path

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean


def write_new(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; a link is not followed.

    Raises:
        InvalidInputError: There is something at the path already, or it cannot be written;
            nothing of it is left then.
    """
    shown = clean(str(path))
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise InvalidInputError(f"There is a file {shown} already: name another one.") from error
    except OSError as error:
        raise InvalidInputError(f"{shown} cannot be written ({error.strerror}).") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise InvalidInputError(f"{shown} cannot be written ({error.strerror}).") from error
