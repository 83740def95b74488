"""Making a new store of a damaged one: what can still be read is saved, the operation log first.

What only drtui knows, such as operations, labels and what was used over time, is saved row by row
past the damage. What the account knows as well is saved too, and read anew where some is missing.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from drtui.domain.operations import OPEN, ItemState
from drtui.domain.problems import StoreProblemError
from drtui.store import schema, sqlite
from drtui.store.database import Clock, open_database

_FIRST: Final = ("operation", "operation_item", "journal")
_ITSELF: Final = ("alembic_version", "sqlite_sequence")
# What tells that something was read, so that without it all of that is read anew.
_READINGS: Final = {
    "sponsored_user": "UPDATE sync_state SET swept_from = NULL",
    "model": "DELETE FROM model_listing",
    "race": "DELETE FROM race_listing",
    "ranking": "DELETE FROM ranking_listing",
    "live_queue_item": "DELETE FROM live_race",
}
_JSON: Final = ("params", "before", "after", "theirs")
_FURTHEST: Final = 2**62
_MOST_FLAWS: Final = 5


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged store.

    Attributes:
        aside: The copy of it as it was.
        operations: How many operations were saved, with `items` targets, of which `undelivered`
            are still to be delivered.
        missing: How many targets of which operations the journal tells of, and which were not
            saved; by the operation's number.
        partly: The tables of which some could not be read, and how many rows of each were.
    """

    aside: Path
    operations: int
    items: int
    undelivered: int
    missing: dict[int, int]
    partly: dict[str, int]


def damage(path: Path) -> tuple[str, ...]:
    """Return what SQLite's whole check finds wrong with a store; empty where it is well.

    Raises:
        StoreProblemError: There is none, or it is no SQLite database at all.
    """
    if not path.exists():
        raise StoreProblemError(f"There is no store {path} yet, and so nothing to mend.")
    try:
        with closing(_reading(path)) as raw:
            rows = raw.execute(f"PRAGMA integrity_check({_MOST_FLAWS})").fetchall()
    except sqlite3.DatabaseError as error:
        if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_CORRUPT:
            raise sqlite.explain(error, path) from error
        return (str(error),)
    return tuple(line for (text,) in rows for line in str(text).splitlines() if line != "ok")


def salvage(path: Path, clock: Clock) -> Salvaged:
    """Set a copy of a damaged store aside, and put a new one in its place with all that was read.

    The caller holds the engine's lock.

    Raises:
        StoreProblemError: Somebody else has it open, or there is no room for the new one; the
            damaged one is then as it was.
    """
    _refuse_open(path)
    at = datetime.fromtimestamp(clock(), UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{at}{path.suffix}")
    fresh = path.with_name(f"{path.stem}.mended{path.suffix}")
    try:
        _copy(path, aside)
        _remove(fresh)
        found = _fill(fresh, aside, clock)
        sqlite.as_one_file(fresh)
        # A log that stayed would be taken for the new store's; it is in the copy.
        for name in ("-wal", "-shm"):
            path.with_name(path.name + name).unlink(missing_ok=True)
        fresh.replace(path)
    except OSError as error:
        raise StoreProblemError(
            f"The store {path} cannot be mended ({error.strerror}): free some space, or check the "
            "folder's permissions."
        ) from error
    finally:
        _remove(fresh)
    return found


def _refuse_open(path: Path) -> None:
    """Refuse a store that somebody else has open, and would go on writing to."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as raw:
        try:
            raw.execute("PRAGMA locking_mode = EXCLUSIVE")
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY:
                raise StoreProblemError(
                    f"The store {path} is open in another program: end every drtui of this "
                    "account first."
                ) from error


def _copy(path: Path, aside: Path) -> None:
    """Copy a store byte by byte, its log included, for this user alone."""
    for name in ("", "-wal"):
        source = path.with_name(path.name + name)
        if source.exists():
            target = aside.with_name(aside.name + name)
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
            shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def _reading(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=sqlite.BUSY_SECONDS, isolation_level=None)
    raw.execute("PRAGMA query_only = ON")
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    return raw


def _fill(fresh: Path, aside: Path, clock: Clock) -> Salvaged:
    """Make the new store of what can be read of the copy."""
    open_database(fresh, clock).close()
    partly: dict[str, int] = {}
    with (
        closing(_reading(aside)) as old,
        closing(sqlite3.connect(fresh, isolation_level=None)) as new,
    ):
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        tables = _tables(new)
        _refuse_newer(old, aside)
        for name in [*_FIRST, *(one for one in tables if one not in _FIRST)]:
            saved, whole = _take(old, new, name)
            if not whole:
                partly[name] = saved
        for name in partly:
            _forget_reading(new, name, tables)
        _drop_orphans(new)
        new.execute("COMMIT")
        return _told(new, aside, partly)


def _refuse_newer(old: sqlite3.Connection, aside: Path) -> None:
    with suppress(sqlite3.DatabaseError):
        row = old.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is not None and row[0] > schema.HEAD:
            raise StoreProblemError(
                f"The store is of a newer drtui (its schema is {row[0]}, this one's "
                f"{schema.HEAD}): mend it with that drtui. {aside} is a copy of it."
            )


def _tables(raw: sqlite3.Connection) -> list[str]:
    rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows if name not in _ITSELF]


def _take(old: sqlite3.Connection, new: sqlite3.Connection, name: str) -> tuple[int, bool]:
    """Save a table; return how many rows of it, and whether those are all."""
    wanted = {row[1]: row for row in new.execute(f'PRAGMA table_info("{name}")')}
    try:
        there = [row[1] for row in old.execute(f'PRAGMA table_info("{name}")')]
    except sqlite3.DatabaseError:
        return 0, False
    columns = [one for one in there if one in wanted]
    if not columns:
        return 0, not _is_known(old)  # a schema of before this table was made has lost nothing
    reader = _Rows(old, name, columns)
    marks = ", ".join("?" * len(columns))
    quoted = ", ".join(f'"{one}"' for one in columns)
    insert = f'INSERT OR REPLACE INTO "{name}" ({quoted}) VALUES ({marks})'  # noqa: S608  # names of our schema
    saved = 0
    for row in reader:
        if not _makes_sense(columns, row):
            reader.whole = False
            continue
        try:
            new.execute(insert, row)
        except sqlite3.IntegrityError:
            reader.whole = False
        else:
            saved += 1
    return saved, reader.whole


def _is_known(old: sqlite3.Connection) -> bool:
    """Whether the schema cannot be read, so that nobody knows which tables there were."""
    try:
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return True
    return False


def _makes_sense(columns: Sequence[str], row: Sequence[Any]) -> bool:
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
            f'SELECT rowid, {quoted} FROM "{name}" NOT INDEXED WHERE rowid > ? ORDER BY rowid'  # noqa: S608  # names of our schema
        )
        self.whole = True

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        after: int | None = -_FURTHEST
        while after is not None:
            try:
                for number, *row in self._raw.execute(self._query, (after,)):
                    after = int(number)
                    yield tuple(row)
            except sqlite3.DatabaseError:
                self.whole = False
                after = self._beyond(after)
            else:
                after = None

    def _beyond(self, damaged: int) -> int | None:
        """Return the least number beyond which something can be read again; None is none."""
        start = max(damaged, 0)
        step = 1
        while start + step < _FURTHEST and not self._readable(start + step):
            step *= 2
        if start + step >= _FURTHEST:
            return None
        low, high = start + step // 2, start + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._readable(middle) else (middle, high)
        return high

    def _readable(self, after: int) -> bool:
        try:
            self._raw.execute(f"{self._query} LIMIT 1", (after,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True


def _forget_reading(new: sqlite3.Connection, name: str, tables: Sequence[str]) -> None:
    statement = _READINGS.get(name)
    if statement is not None and (statement.split()[-1] in tables or "UPDATE" in statement):
        new.execute(statement)


def _drop_orphans(new: sqlite3.Connection) -> None:
    """Take out rows of what is not there: they would be taken for somebody else's later."""
    while found := new.execute("PRAGMA foreign_key_check").fetchall():
        for name, number, *_ in found:
            new.execute(f'DELETE FROM "{name}" WHERE rowid = ?', (number,))  # noqa: S608  # names of our schema


def _told(new: sqlite3.Connection, aside: Path, partly: dict[str, int]) -> Salvaged:
    counts = dict(
        new.execute("SELECT operation_id, count(*) FROM operation_item GROUP BY 1").fetchall()
    )
    lines = new.execute(
        "SELECT operation_id, result FROM journal WHERE result LIKE 'confirmed for %'"
    )
    missing = {
        number: least
        for number, result in lines
        if (least := _confirmed(result) - counts.get(number, 0)) > 0
    }
    marks = ", ".join("?" * len(OPEN))
    undelivered = f"SELECT count(*) FROM operation_item WHERE state IN ({marks})"  # noqa: S608  # only marks
    return Salvaged(
        aside=aside,
        operations=new.execute("SELECT count(*) FROM operation").fetchone()[0],
        items=sum(counts.values()),
        undelivered=new.execute(undelivered, sorted(OPEN)).fetchone()[0],
        missing=missing,
        partly=partly,
    )


def _confirmed(result: str) -> int:
    """How many targets a line of the journal tells of."""
    number = result.removeprefix("confirmed for ").split(" ")[0].replace(",", "")
    return int(number) if number.isdigit() else 0
