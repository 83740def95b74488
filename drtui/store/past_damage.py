"""Reading the rows of a damaged store past the damage, into a new one."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from drtui.domain.operations import ItemState
from drtui.store import sqlite

_ITSELF: Final = ("alembic_version", "sqlite_sequence")
_JSON: Final = ("params", "before", "after", "theirs", "profiles", "named")
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("INTEGER", "BIGINT", "BOOLEAN", "FLOAT"), (int, float)),
    **dict.fromkeys(("VARCHAR", "JSON"), (str,)),
}
"""What a value is, where it is one, by its column's declared type."""

_FURTHEST: Final = 2**62
_ROWS_A_PAGE: Final = 64  # more than a page has of nearly any table
_TOLD_EACH: Final = 1_000  # rows
# What is raised where something is damaged; its text may have names from the store that are no text
# any more.
UNREADABLE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)


def reading(path: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """Open a store that may be damaged, only to read it.

    Args:
        path: The store.
        mode: With `ro` nothing of it is changed, and its log stays beside it.
    """
    raw = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=sqlite.BUSY_SECONDS,
        isolation_level=None,
    )
    raw.execute("PRAGMA query_only = ON")
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    return raw


def tables(raw: sqlite3.Connection) -> list[str]:
    """Return the names of a store's tables."""
    rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows if name not in _ITSELF]


def columns_of(raw: sqlite3.Connection, name: str) -> list[str]:
    """Return the names of a table's columns; none where there is no such table."""
    return [row[1] for row in raw.execute(f'PRAGMA table_info("{name}")')]


def is_known(raw: sqlite3.Connection) -> bool:
    """Whether the schema can be read, so that it is known which tables there were."""
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UNREADABLE:
        return False
    return True


def take(
    old: sqlite3.Connection,
    new: sqlite3.Connection,
    name: str,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[int, bool]:
    """Save a table; return how many rows of it, and whether those are all.

    Args:
        old: The damaged store.
        new: The one that is made of it, in a writing transaction.
        name: The table's.
        tell: Told now and then how many rows are saved.
    """
    wanted = columns_of(new, name)
    try:
        there = columns_of(old, name)
    except UNREADABLE:
        return 0, False
    columns = [one for one in there if one in wanted]
    if not columns:
        return 0, False  # the new store has the old one's schema, so that there was such a table
    declared = {row[1]: row[2] for row in new.execute(f'PRAGMA table_info("{name}")')}
    types = [TYPES.get(declared[one], (object,)) for one in columns]
    reader = _Rows(old, name, columns)
    marks = ", ".join("?" * len(columns))
    quoted = ", ".join(f'"{one}"' for one in columns)
    insert = f'INSERT OR REPLACE INTO "{name}" ({quoted}) VALUES ({marks})'  # noqa: S608  # names of our schema
    saved = 0
    for row in reader:
        is_one = all(one is None or isinstance(one, of) for one, of in zip(row, types, strict=True))
        if not (is_one and makes_sense(columns, row)):
            reader.whole = False
            continue
        try:
            new.execute(insert, row)
        except sqlite3.IntegrityError:
            reader.whole = False
        else:
            saved += 1
            if saved % _TOLD_EACH == 0:
                tell(saved)
    return saved, reader.whole


def makes_sense(columns: Sequence[str], row: Sequence[Any]) -> bool:
    """Whether a row of the log can be what was written."""
    values = dict(zip(columns, row, strict=True))
    for column in _JSON:
        if column in values:
            try:
                json.loads(values[column])
            except (TypeError, ValueError):
                return False
    if "claim" in values and "state" in values:
        return values["state"] in list(ItemState)
    return True


class _Rows:
    """The rows of a table that can be read, in the order of their numbers.

    Attributes:
        whole: Whether none was passed over so far.
    """

    def __init__(self, raw: sqlite3.Connection, name: str, columns: Sequence[str]) -> None:
        quoted = ", ".join(f'"{one}"' for one in columns)
        self._raw = raw
        self._query = (
            f'SELECT rowid, {quoted} FROM "{name}" NOT INDEXED WHERE rowid >= ? ORDER BY rowid'  # noqa: S608  # names of our schema
        )
        self._next = f"{self._query} LIMIT 1"
        self.whole = True

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        start: int | None = -_FURTHEST
        while start is not None:
            try:
                for number, *row in self._raw.execute(self._query, (start,)):
                    if int(number) < _FURTHEST:  # a number may be damaged
                        start = max(start, int(number) + 1)
                    yield tuple(row)
            except UNREADABLE:
                self.whole = False
                start = self._beyond(max(start, 0))
                # By itself: sqlite3 gives no row whose follower cannot be read.
                one = None if start is None else self._raw.execute(self._next, (start,)).fetchone()
                if start is None or one is None:
                    return
                start = max(start, min(int(one[0]), _FURTHEST)) + 1
                yield tuple(one[1:])
            else:
                start = None

    def _beyond(self, damaged: int) -> int | None:
        """Return the least number from which something can be read again; None is none.

        Each is tried for as long as the table may have rows, whose numbers go up one by one: behind
        any page may be one that can be read. Further on are only tables with gaps.
        """
        end = damaged + self._pages() * _ROWS_A_PAGE
        for number in range(damaged, end):
            if self._readable(number):
                return number
        step = 1
        while end + step < _FURTHEST and not self._readable(end + step):
            step *= 2
        if end + step >= _FURTHEST:
            return None
        low, high = end + step // 2, end + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._readable(middle) else (middle, high)
        return high

    def _pages(self) -> int:
        try:
            return int(self._raw.execute("PRAGMA page_count").fetchone()[0])
        except UNREADABLE:
            return 0

    def _readable(self, number: int) -> bool:
        """Whether the row of a number can be read, or the next one where there is none."""
        try:
            self._raw.execute(self._next, (number,)).fetchone()
        except UNREADABLE:
            return False
        return True
