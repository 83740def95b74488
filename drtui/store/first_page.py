"""The first page of a store, made anew: without it SQLite cannot tell which table is where.

It has the file's header and the root of the schema's table, whose leaves are found by what is in
them. (SQLite: "Database File Format".)
"""

import os
import shutil
import struct
from pathlib import Path
from typing import Final

from drtui.store.raw_pages import INNER, PAGE, Pages
from drtui.store.sharing import make_file

_KINDS: Final = ("table", "index", "trigger", "view")
# The versions of the format that read and write it: without a log, and with one beside it.
_ALONE, _LOGGED = 1, 2


def find_schema(path: Path) -> list[tuple[int, int]]:
    """Return the leaves of the schema's table: the highest row number of each, and its page's.

    Empty where the file has none, or where some are there twice, so that nobody knows which hold.

    Raises:
        OSError: It cannot be read.
    """
    leaves: list[tuple[int, int]] = []
    seen: set[int] = set()
    with Pages(path) as pages:
        for page in range(2, pages.count + 1):
            rows = [] if page in (pages.free or ()) else _schema_rows(pages, page)
            if seen.intersection(rows):
                return []
            seen.update(rows)
            if rows:
                leaves.append((max(rows), page))
    return sorted(leaves)


def put_first_page(path: Path, target: Path) -> None:
    """Copy a store, its log included, with a first page made anew; see `find_schema`.

    Raises:
        OSError: There is no room for it, or the folder may not be written.
    """
    for name in ("", "-wal"):
        source = path.with_name(path.name + name)
        if source.exists():
            copy = target.with_name(target.name + name)
            copy.unlink(missing_ok=True)
            make_file(copy, os.O_CREAT | os.O_WRONLY | os.O_EXCL)
            shutil.copyfile(source, copy)
    leaves = find_schema(path)
    logged = target.with_name(f"{target.name}-wal").exists()
    with target.open("r+b") as file:
        file.write(_first_page(leaves, path.stat().st_size // PAGE, logged=logged))


def _first_page(leaves: list[tuple[int, int]], pages: int, *, logged: bool) -> bytes:
    version = _LOGGED if logged else _ALONE
    header = struct.pack(
        ">16sHBBBBBB12I20xII",
        b"SQLite format 3\0",
        PAGE,
        *(version, version, 0, 64, 32, 32),
        *(1, pages, 0, 0),  # changes so far, pages, free ones: those are lost, and nobody writes
        *(1, 4, 0, 0),  # the schema's changes and format, the cache, the largest root
        *(1, 0, 0, 0),  # UTF-8, and what is not used
        *(1, 0),  # the change that the number of pages is of
    )
    *inner, (_, last) = leaves
    cells = [struct.pack(">I", page) + _varint(row) for row, page in inner]
    starts, end = [], PAGE
    for cell in cells:
        end -= len(cell)
        starts.append(end)
    root = struct.pack(">BHHHBI", INNER, 0, len(cells), end, 0, last)
    root += struct.pack(f">{len(starts)}H", *starts)
    body = b"".join(reversed(cells))
    return (header + root).ljust(PAGE - len(body), b"\0") + body


def _schema_rows(pages: Pages, page: int) -> list[int]:
    """Return the row numbers of a leaf of the schema's table; empty where it is none."""
    numbers = []
    for number, row in pages.rows(page):
        match row:
            case [kind, str(), str(), int(), str() | None] if kind in _KINDS:
                numbers.append(number)
            case _:
                return []
    return numbers


def _varint(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
