"""Files that are named by their path: lists of users, and labels from a spreadsheet."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

LARGEST: Final = 20 * 2**20  # bytes; a hundred thousand users with many columns have room
_SHOWN: Final = 60
_WINDOWS: Final = "cp1252"  # what Excel's plain CSV is written in


@dataclass(frozen=True, slots=True)
class ListText:
    """What a file says.

    Attributes:
        text: All of it.
        note: What there is to say of how it was read, safe to show; empty for nothing.
    """

    text: str
    note: str = ""

    @property
    def lines(self) -> list[str]:
        """Its lines without their ends."""
        return self.text.splitlines()


def read_list_file(path: str) -> ListText:
    """Return what a file says; `~` is the home folder.

    Raises:
        InvalidInputError: It is no file that can be read, or is larger than 20 MB.
    """
    shown = clean(path.strip(), _SHOWN)
    if not shown:
        raise InvalidInputError("Type the path of a file.")
    try:
        file = Path(path.strip()).expanduser()
        if file.is_dir():
            raise InvalidInputError(f"{shown} is a folder: type the path of a file.")
        if not file.is_file():
            raise InvalidInputError(f"There is no file {shown}.")
        with file.open("rb") as opened:
            return read_list(opened, shown)
    except OSError as error:
        raise InvalidInputError(f"{shown} cannot be read ({error.strerror}).") from error
    except (RuntimeError, ValueError) as error:  # a user without a home, or a NUL in the path
        raise InvalidInputError(f"{shown} is no path.") from error


def read_list(source: BinaryIO, shown: str) -> ListText:
    """Return text as spreadsheets write it: UTF-8, UTF-16 where it says so, or Windows-1252.

    Args:
        source: What is read, to its end or to where it is too long.
        shown: What it is called, safe to show.

    Raises:
        InvalidInputError: It is larger than 20 MB, or no text.
        OSError: It cannot be read.
    """
    data = source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InvalidInputError(f"{shown} is larger than {LARGEST // 2**20} MB: no list is.")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in data and not is_wide:
        raise InvalidInputError(f"{shown} is no text: save it as CSV, or as one name a line.")
    if is_wide:
        return ListText(data.decode("utf-16", errors="replace"))
    try:
        return ListText(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        text = data.removeprefix(codecs.BOM_UTF8).decode(_WINDOWS, errors="replace")
        return ListText(text, f"{shown} is no UTF-8: read as Windows-1252, check the names.")
