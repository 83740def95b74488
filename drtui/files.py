"""Writing files that are for their owner alone, as a whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_privately(path: Path, text: str) -> None:
    """Replace a file by a new one that only its owner can read; what is no file is written to.

    A link goes on pointing where it did. When it fails, what was there is there still.

    Raises:
        OSError: It cannot be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def make_private(path: Path) -> None:
    """Make sure that a file is there and is its owner's alone; the folder too where it is new.

    Raises:
        OSError: It cannot be created.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
