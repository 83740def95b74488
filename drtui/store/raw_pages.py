"""A store's file read page by page, without SQLite: for what SQLite cannot find any more.

(SQLite: "Database File Format" and "WAL-mode File Format".) Damage raises nothing here: what makes
no sense is left out.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

PAGE: Final = 4096
LEAF: Final = 0x0D
INNER: Final = 0x05
_BEGINNING: Final = b"SQLite format 3\0"
_HEADER: Final = 100  # of the file: on its first page a tree's own comes behind it
# How much of a row is on its own page at most, and at least where the rest is on pages of its own.
_WHOLE: Final = PAGE - 35
_LEAST: Final = (PAGE - 12) * 32 // 255 - 23
_FURTHER: Final = PAGE - 4
_NULL, _REAL, _ZERO, _ONE, _BLOB = 0, 7, 8, 9, 12
# How long a value is, by its kind; other kinds are texts and bytes.
_SIZES: Final = {_NULL: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, _REAL: 8, _ZERO: 0, _ONE: 0}
_LOG_HEADER, _FRAME_HEADER = 32, 24
_MAGIC: Final = 0x377F0682  # and one more where the sums are of big-endian numbers
_WORD: Final = 0xFFFFFFFF
_GREATEST: Final = 2**63 - 1  # what is more stands for a negative number, which no row has


class Pages:
    """The pages of a closed store, as its log has them; numbered from 1.

    Attributes:
        count: How many there are.
        free: Those of the list of free ones, on which rows of before may be left; None where not
            all of that list can be read.

    Raises:
        OSError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._open = ExitStack()
        self._file = self._open.enter_context(path.open("rb"))
        self._frames: dict[int, bytes] = {}
        log = path.with_name(f"{path.name}-wal")
        size = path.stat().st_size // PAGE
        self._frames, in_log = _committed(log) if log.exists() else ({}, 0)
        self.count = in_log or size
        self.free = self._free()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def page(self, number: int) -> bytes:
        """Return a page; zeros where there is none."""
        if not 0 < number <= self.count:
            return bytes(PAGE)
        if number in self._frames:
            return self._frames[number]
        self._file.seek((number - 1) * PAGE)
        return self._file.read(PAGE).ljust(PAGE, b"\0")

    def leaves(self, root: int) -> Iterator[int]:
        """The leaves of a table that are found from its root."""
        seen: set[int] = set()
        todo = [root]
        while todo:
            number = todo.pop()
            if number in seen:
                continue
            seen.add(number)
            page, at = self.page(number), _HEADER if number == 1 else 0
            if page[at] == LEAF:
                yield number
            elif page[at] == INNER:
                todo += _children(page, at)

    def rows(self, number: int) -> Iterator[tuple[int, list[Any]]]:
        """The rows of a leaf: the number of each, and its values; none of a page of another kind.

        Of a text bytes that are none are replaced. A row of which something is damaged is left out.
        """
        page = self.page(number)
        if page[0] != LEAF:
            return
        for start in cells(page):
            if (found := self._row(page, start)) is not None:
                yield found

    def _row(self, page: bytes, start: int) -> tuple[int, list[Any]] | None:
        numbers = varints(page[start : start + 18])
        try:
            (length, _), (row, at) = next(numbers), next(numbers)
        except StopIteration:
            return None
        data = self._payload(page, start + at, length) if row <= _GREATEST else None
        values = None if data is None else _values(data)
        return None if values is None else (row, values)

    def _payload(self, page: bytes, at: int, length: int) -> bytes | None:
        """Return a row's bytes, wherever they are; None where some are lost."""
        if length <= _WHOLE:
            return page[at : at + length] if at + length <= PAGE else None
        here = _LEAST + (length - _LEAST) % _FURTHER
        here = here if here <= _WHOLE else _LEAST
        if at + here + 4 > PAGE or length > self.count * PAGE:
            return None
        parts = [page[at : at + here]]
        further = page[at + here : at + here + 4]
        for left in range(length - here, 0, -_FURTHER):
            number = int.from_bytes(further)
            beyond = self.page(number)
            part = beyond[4 : 4 + left]
            if not any(part) or number in (self.free or ()):
                return None
            parts.append(part)
            further = beyond[:4]
        return None if any(further) else b"".join(parts)

    def _free(self) -> frozenset[int] | None:
        first = self.page(1)
        if not first.startswith(_BEGINNING):
            return None
        trunk, wanted = struct.unpack_from(">II", first, 32)
        found: set[int] = set()
        while trunk:
            following, count = struct.unpack_from(">II", page := self.page(trunk))
            if trunk in found or trunk > self.count or count > PAGE // 4 - 2:
                return None
            found |= {trunk, *struct.unpack_from(f">{count}I", page, 8)}
            trunk = following
        return frozenset(found) if len(found) == wanted else None


def cells(page: bytes) -> tuple[int, ...]:
    """Return where the rows of a leaf begin, which is not the first page; none where it is none."""
    if page[0] != LEAF:
        return ()
    (count,) = struct.unpack_from(">H", page, 3)
    if count > (PAGE - 8) // 2:
        return ()
    return struct.unpack_from(f">{count}H", page, 8)


def varints(data: bytes) -> Iterator[tuple[int, int]]:
    """The numbers that some bytes begin with, and where each ends; none of them is negative."""
    value = length = 0
    for index, byte in enumerate(data):
        length += 1
        value = value << 8 | byte if length == 9 else value << 7 | byte & 0x7F
        if byte < 0x80 or length == 9:
            yield value, index + 1
            value = length = 0


def _children(page: bytes, at: int) -> list[int]:
    (count,) = struct.unpack_from(">H", page, at + 3)
    (last,) = struct.unpack_from(">I", page, at + 8)
    count = min(count, (PAGE - at - 12) // 2)
    starts = struct.unpack_from(f">{count}H", page, at + 12)
    return [int.from_bytes(page[start : start + 4]) for start in starts] + [last]


def _values(data: bytes) -> list[Any] | None:
    """Return the values of a row; None where they do not fit its length."""
    numbers = varints(data)
    try:
        length, at = next(numbers)
        kinds = []
        while at < length:
            kind, at = next(numbers)
            kinds.append(kind)
    except StopIteration:
        return None
    values = []
    for kind in kinds:
        size = (kind - _BLOB) // 2 if kind >= _BLOB else _SIZES.get(kind)
        if size is None or at + size > len(data):
            return None
        values.append(_value(kind, data[at : at + size]))
        at += size
    return values if at == len(data) else None


def _value(kind: int, data: bytes) -> Any:
    if kind >= _BLOB:
        return data.decode("utf-8", "replace") if kind % 2 else data
    if kind == _REAL:
        return struct.unpack(">d", data)[0]
    if kind == _NULL:
        return None
    return 1 if kind == _ONE else int.from_bytes(data, signed=True)


def _committed(log: Path) -> tuple[dict[int, bytes], int]:
    """Return the newest committed pages of a log, and how many the store has with it; 0 is none."""
    found: dict[int, bytes] = {}
    since: dict[int, bytes] = {}
    pages = 0
    with log.open("rb") as file:
        head = file.read(_LOG_HEADER)
        if len(head) < _LOG_HEADER:
            return found, pages
        magic, _, size, _, *salts, first, second = struct.unpack(">8I", head)
        order = ">" if magic & 1 else "<"
        sums = _sums(order, head[:24], (0, 0))
        if magic & ~1 != _MAGIC or size != PAGE or sums != (first, second):
            return found, pages
        while len(frame := file.read(_FRAME_HEADER + PAGE)) == _FRAME_HEADER + PAGE:
            number, commits, *here, first, second = struct.unpack_from(">6I", frame)
            page = frame[_FRAME_HEADER:]
            sums = _sums(order, page, _sums(order, frame[:8], sums))
            if here != salts or sums != (first, second):
                break  # of before the log was begun anew, or torn
            since[number] = page
            if commits:
                found |= since
                since, pages = {}, commits
    return found, pages


def _sums(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for one, other in zip(words, words, strict=True):
        first = first + one + second & _WORD
        second = second + other + first & _WORD
    return first, second
