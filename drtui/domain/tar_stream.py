"""Reading a tar.gz as it comes, in constant memory: nothing of it is written anywhere.

The standard library's reader keeps every member and takes headers of any length; this one knows
the forms that tar programs write (POSIX ustar and pax, GNU), and refuses all that is not a plain
file or a folder below the archive's own.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean

_BLOCK: Final = 512
_PIECE: Final = 65_536
_GZIP: Final = 31  # zlib's word for gzip with its checksum and its length
_LONGEST_HEADER: Final = 65_536
_LONGEST_NAME: Final = 1_024
_NUMBER: Final = re.compile(rb"[0-7]{1,22}")
_RECORD: Final = re.compile(rb"(\d{1,7}) ")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_FILES: Final = frozenset({b"0", b"\0", b"7"})
_FOLDER: Final = b"5"
_LINKS: Final = frozenset({b"1", b"2"})
_DEVICES: Final = frozenset({b"3", b"4", b"6"})
_LONG_NAME: Final = b"L"
_PAX: Final = b"x"
_PAX_OF_ALL: Final = b"g"


class ArchiveError(ProblemError):
    """It is no archive that may be kept; the message says why."""


class ArchiveLimitError(ArchiveError):
    """It is more than is taken; fetched once more, it would be so again."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may be at the most.

    Attributes:
        members: Files and folders.
        unpacked: Bytes.
        ratio: How many times larger it may be unpacked, once it is larger than `harmless` bytes.
    """

    members: int = 10_000
    unpacked: int = 16 * 2**30
    ratio: int = 200
    harmless: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A file or a folder of an archive.

    Attributes:
        name: Its path, without `./` and slashes at the ends; text from outside.
        size: In bytes.
        folder: Whether it is a folder.
    """

    name: str
    size: int
    folder: bool


def inflate(chunks: Iterable[bytes], limits: ArchiveLimits) -> Iterator[bytes]:
    """Yield what gzip data unpacks to, in pieces of 64 KB at the most.

    Raises:
        ArchiveError: It is no gzip, is damaged or cut short, or unpacks to too much.
    """
    inflater = zlib.decompressobj(wbits=_GZIP)
    packed = unpacked = 0
    for chunk in chunks:
        packed += len(chunk)
        data = chunk
        while data:
            if inflater.eof:  # gzip data may follow gzip data, and zeros that fill a block up
                data = data.lstrip(b"\0")
                if not data:
                    break
                inflater = zlib.decompressobj(wbits=_GZIP)
            more = True
            while more:
                try:
                    piece = inflater.decompress(data, _PIECE)
                except zlib.error:
                    raise ArchiveError("It is no gzip data, or was damaged on its way.") from None
                data = inflater.unconsumed_tail
                unpacked += len(piece)
                _check_amount(packed, unpacked, limits)
                if piece:
                    yield piece
                more = not inflater.eof and (bool(data) or len(piece) == _PIECE)
            data = inflater.unused_data
    if not packed:
        raise ArchiveError("It is empty.")
    if not inflater.eof:
        raise ArchiveError("It is cut short: its gzip data does not end.")


def _check_amount(packed: int, unpacked: int, limits: ArchiveLimits) -> None:
    if unpacked > limits.unpacked:
        most = limits.unpacked / 2**30
        raise ArchiveLimitError(
            f"It unpacks to more than {most:g} GB: it may be made to fill a disk."
        )
    if unpacked > limits.harmless and unpacked > limits.ratio * packed:
        raise ArchiveLimitError(
            f"It unpacks to more than {limits.ratio} times its size: it may be made to fill a disk."
        )


class TarStream:
    """The members of a tar, one after the other.

    for member in stream.members():
        for part in stream.parts(member.size): ...  # all of it, before the next member

    Args:
        pieces: The tar's bytes.
        limits: Of members.
    """

    def __init__(self, pieces: Iterator[bytes], limits: ArchiveLimits) -> None:
        self._pieces = pieces
        self._limits = limits
        self._rest = memoryview(b"")

    def members(self) -> Iterator[Member]:
        """Yield the members; in the end, what is left has to be nothing but zeros.

        Raises:
            ArchiveError: It is no tar, is cut short, or has a member that may not be there.
        """
        count = 0
        name, size = "", None
        while (block := self._take(_BLOCK)).strip(b"\0"):
            count += 1
            if count > self._limits.members:
                raise ArchiveLimitError(f"It has more than {self._limits.members:,} members.")
            _check_sum(block)
            kind, length = block[156:157], _number(block[124:136])
            if kind in (_LONG_NAME, _PAX, _PAX_OF_ALL):
                header = self._header(length)
                if kind == _LONG_NAME:
                    name = _text(header.rstrip(b"\0"))
                elif kind == _PAX:
                    name, size = _pax(header, name)
                continue
            shown = _checked(name or _name_in(block))
            _check_kind(kind, shown)
            told = length if size is None else size
            folder = kind == _FOLDER
            yield Member(shown, 0 if folder else told, folder)
            self._skip(told if folder else 0)
            self._skip(-told % _BLOCK)
            name, size = "", None
        self._end()

    def parts(self, size: int) -> Iterator[memoryview]:
        """Yield the next bytes, so many of them.

        Raises:
            ArchiveError: There are fewer.
        """
        while size:
            if not self._rest:
                piece = next(self._pieces, None)
                if piece is None:
                    raise ArchiveError("It is cut short: its tar does not end.")
                self._rest = memoryview(piece)
            part = self._rest[:size]
            self._rest = self._rest[len(part) :]
            size -= len(part)
            yield part

    def _take(self, size: int) -> bytes:
        return b"".join(self.parts(size))

    def _skip(self, size: int) -> None:
        for _ in self.parts(size):
            pass

    def _header(self, length: int) -> bytes:
        if length > _LONGEST_HEADER:
            raise ArchiveError("It has a header that is too long to be meant.")
        header = self._take(length)
        self._skip(-length % _BLOCK)
        return header

    def _end(self) -> None:
        _check_zeros(bytes(self._rest))
        for piece in self._pieces:
            _check_zeros(piece)


def _check_zeros(piece: bytes) -> None:
    if piece.strip(b"\0"):
        raise ArchiveError("Something follows the end of its tar.")


def _check_sum(block: bytes) -> None:
    told = _number(block[148:156])
    if sum(block[:148]) + 8 * ord(" ") + sum(block[156:]) != told:
        raise ArchiveError("It is no tar, or was damaged on its way.")


def _number(field: bytes) -> int:
    """Return a number of a header: octal digits, or GNU's binary form of large ones."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if not _NUMBER.fullmatch(digits):
        raise ArchiveError("It is no tar, or was damaged on its way.")
    return int(digits, 8)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _name_in(block: bytes) -> str:
    name = _text(block[:100].partition(b"\0")[0])
    prefix = _text(block[345:500].partition(b"\0")[0])
    return f"{prefix}/{name}" if prefix and block[257:263] == b"ustar\0" else name


def _pax(header: bytes, name: str) -> tuple[str, int | None]:
    """Return the name and the size that an extended header gives the next member."""
    size: int | None = None
    while header:
        told = _RECORD.match(header)
        length = int(told[1]) if told else 0
        if told is None or not told.end() < length <= len(header):
            raise ArchiveError("It has a header that cannot be read.")
        key, _, value = header[told.end() : length - 1].partition(b"=")
        header = header[length:]
        if key.startswith(b"GNU.sparse"):
            raise ArchiveError("It has a file with holes, which no model has.")
        if key == b"path":
            name = _text(value)
        elif key == b"size":
            if not value.isdigit() or len(value) > 18:
                raise ArchiveError("It has a header that cannot be read.")
            size = int(value)
    return name, size


def _checked(name: str) -> str:
    """Return a member's path, where it stays below the archive's own folder."""
    shown = clean(name, 80)
    parts = re.split(r"[/\\]", name)
    if not name or len(name) > _LONGEST_NAME or "\0" in name:
        raise ArchiveError("It has a member without a usable name.")
    if parts[0] == "" or _DRIVE.match(name) or ".." in parts:
        raise ArchiveError(f"Its member “{shown}” leads out of the folder.")
    return "/".join(part for part in parts if part not in ("", ".")) or "."


def _check_kind(kind: bytes, name: str) -> None:
    shown = clean(name, 80)
    if kind in _LINKS:
        raise ArchiveError(f"Its member “{shown}” is a link.")
    if kind in _DEVICES:
        raise ArchiveError(f"Its member “{shown}” is a device.")
    if kind not in _FILES and kind != _FOLDER:
        raise ArchiveError(f"Its member “{shown}” is neither a file nor a folder.")
