"""Rows of a damaged store that no way leads to any more, though their own pages are whole.

A table's rows are found from page to page, beginning with what the schema tells. Where one of those
pages is lost, the leaves behind it are told by their rows: which table's these fit.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drtui.domain.operations import ItemState
from drtui.domain.scheduling import ScheduleState
from drtui.store.past_damage import TYPES, UNREADABLE, makes_sense
from drtui.store.raw_pages import Pages

_TOLD_EACH: Final = 1_000  # pages
_ITEMS: Final = "operation_item"
_SCHEDULED: Final = "scheduled_operation"
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the rows of a table are like; the columns are in the order in which they are kept.

    Attributes:
        types: What a value of each is, where it is one.
        optional: Which of them may be without a value.
        number: Which one is the row's number, and has no value; None is none.
        least: How many every row has; those that came later may be lacking.
    """

    columns: tuple[str, ...]
    types: tuple[tuple[type, ...], ...]
    optional: tuple[bool, ...]
    number: int | None
    least: int

    def row(self, number: int, values: Sequence[Any]) -> _Row | None:
        """Return a row by its columns; None where it cannot be one of this table."""
        if not self.least <= len(values) <= len(self.columns):
            return None
        given = list(values)
        for index, value in enumerate(values):
            if index == self.number:
                if value is not None:
                    return None
                given[index] = number
            elif value is None:
                if not self.optional[index]:
                    return None
            elif not isinstance(value, self.types[index]):
                return None
        columns = self.columns[: len(given)]
        return dict(zip(columns, given, strict=True)) if makes_sense(columns, given) else None


def save_strays(
    aside: Path,
    old: sqlite3.Connection,
    new: sqlite3.Connection,
    names: Collection[str],
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, tuple[int, bool]]:
    """Save what is on pages that no way leads to, of some tables.

    A row that is there already stays. Of one that is there twice nobody can tell which is newer, so
    that neither is taken. Rows on free pages are of before. Where not all of those pages are known,
    any may be of before: a target that was to be sent then counts as one whose sending was cut
    short, and an operation that waited for its time is not taken.

    Args:
        aside: The damaged store, or a copy of it.
        old: The same; its schema may be lost in part.
        new: The one that is made of it, with its schema, in a writing transaction.
        names: The tables.
        tell: Told now and then how far it is.

    Returns:
        By the name of each table of which there is something: how many rows of it were saved here,
        and whether an index tells that none is lacking any more.

    Raises:
        OSError: The damaged store cannot be read.
    """
    shapes = {name: shape for name in _tables(new) if (shape := _shape(new, name)) is not None}
    found = {name: _Found(new, name) for name in shapes.keys() & set(names)}
    with Pages(aside) as pages:
        certain = pages.free is not None
        for name, number, row in _strays(pages, _owners(pages, old), shapes, found.keys(), tell):
            if name in found and (certain or not _waits(name, row)):
                found[name].save(number, row if certain else _perhaps_sent(name, row))
    return {
        name: (one.saved, certain and _is_whole(old, new, name))
        for name, one in found.items()
        if one.saved
    }


class _Found:
    """Rows of a table that are found one by one, and saved unless they are there already.

    Attributes:
        saved: How many of them are.
    """

    def __init__(self, new: sqlite3.Connection, name: str) -> None:
        self.saved = 0
        self._new = new
        self._name = name
        # What is in each by its number, for comparing, and where it is now; None is nowhere.
        self._seen: dict[int, tuple[int, int | None]] = {}

    def save(self, number: int, row: _Row) -> None:
        """Save a row, or take back another one of its number."""
        content = hash(tuple(row.items()))
        if number in self._seen:
            before, at = self._seen[number]
            if before != content and at is not None:
                self._new.execute(f'DELETE FROM "{self._name}" WHERE rowid = ?', (at,))  # noqa: S608  # names of our schema
                self.saved -= 1
                self._seen[number] = before, None
            return
        columns = ", ".join(f'"{one}"' for one in row)
        marks = ", ".join("?" * len(row))
        done = self._new.execute(
            f'INSERT OR IGNORE INTO "{self._name}" ({columns}) VALUES ({marks})',  # noqa: S608  # names of our schema
            tuple(row.values()),
        )
        self.saved += done.rowcount
        self._seen[number] = content, done.lastrowid if done.rowcount else None


def _strays(
    pages: Pages,
    owners: Mapping[int, str],
    shapes: Mapping[str, _Shape],
    names: Collection[str],
    tell: Callable[[str], None],
) -> Iterator[tuple[str, int, _Row]]:
    """The rows on pages that are nobody's, or of some tables, with their table and number."""
    for number in range(2, pages.count + 1):
        if number % _TOLD_EACH == 0:
            tell(f"looking at what nothing leads to: {number:,} of {pages.count:,} pages")
        owner = owners.get(number)
        if number in (pages.free or ()) or (owner is not None and owner not in names):
            continue
        of_it = shapes if owner is None else {owner: shapes[owner]}
        yield from _of_one(pages.rows(number), of_it)


def _of_one(
    rows: Iterator[tuple[int, list[Any]]], shapes: Mapping[str, _Shape]
) -> Iterator[tuple[str, int, _Row]]:
    """The rows of a page with the name of the table that all of them are of; none if in doubt."""
    might: set[str] = set(shapes)
    fits: list[tuple[int, dict[str, _Row]]] = []
    for number, values in rows:
        by_table = {
            name: row for name in might if (row := shapes[name].row(number, values)) is not None
        }
        if by_table:
            might &= set(by_table)
            fits.append((number, by_table))
    if len(might) == 1:
        (name,) = might
        for number, by_table in fits:
            yield name, number, by_table[name]


def _owners(pages: Pages, old: sqlite3.Connection) -> dict[int, str]:
    """Return the leaves that are found as they should be, with the name of their table."""
    owners: dict[int, str] = {}
    with suppress(*UNREADABLE):
        roots = old.execute(
            "SELECT name, rootpage FROM sqlite_master "
            "WHERE type = 'table' AND typeof(rootpage) = 'integer'"
        )
        for name, root in roots:
            owners |= dict.fromkeys(pages.leaves(root), name)
    return owners


def _tables(new: sqlite3.Connection) -> list[str]:
    rows = new.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in rows]


def _shape(new: sqlite3.Connection, name: str) -> _Shape | None:
    """Return what the rows of a table are like; None where it has columns of another type."""
    rows = new.execute(f'PRAGMA table_info("{name}")').fetchall()
    kinds = [kind for _, _, kind, *_ in rows]
    if not set(kinds) <= set(TYPES):
        return None
    keys = [index for index, row in enumerate(rows) if row[5]]
    needed = [index for index, row in enumerate(rows) if row[3] and row[4] is None]
    return _Shape(
        columns=tuple(row[1] for row in rows),
        types=tuple(TYPES[kind] for kind in kinds),
        optional=tuple(not row[3] for row in rows),
        number=keys[0] if len(keys) == 1 and kinds[keys[0]] == "INTEGER" else None,
        least=max(needed, default=0) + 1,
    )


def _waits(name: str, row: _Row) -> bool:
    return name == _SCHEDULED and row["state"] == ScheduleState.WAITING


def _perhaps_sent(name: str, row: _Row) -> _Row:
    if name == _ITEMS and row["state"] == ItemState.PENDING:
        return {**row, "state": ItemState.SENDING.value}
    return row


def _is_whole(old: sqlite3.Connection, new: sqlite3.Connection, name: str) -> bool:
    """Whether an index of all rows has as many as were saved."""
    count = f'SELECT count(*) FROM "{name}"'  # noqa: S608  # names of our schema
    with suppress(*UNREADABLE):
        for _, index, _, _, is_partial in old.execute(f'PRAGMA index_list("{name}")').fetchall():
            if not is_partial:
                wanted = old.execute(f'{count} INDEXED BY "{index}"').fetchone()
                return bool(wanted == new.execute(count).fetchone())
    return False
