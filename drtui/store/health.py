"""Whether a store is well, for `doctor`; nothing is created, brought up to date or changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from drtui.domain.problems import StoreProblemError
from drtui.store import file_systems, schema, sqlite
from drtui.store.database import Clock, Database

LEAST_SQLITE: Final = (3, 35)  # RETURNING
_MOST_FLAWS: Final = 3


@dataclass(frozen=True, slots=True)
class Health:
    """How a store is.

    Attributes:
        revision: Of its schema; None where it has none, so that it is not drtui's.
        expected: The revision that this drtui works with.
        journal: The journal mode that SQLite granted, such as `wal`.
        flaws: What SQLite's quick check found; empty when nothing.
        size: Of the file, in bytes.
        log_size: Of the write-ahead log beside it, in bytes.
        read_only: Whether it may not be written.
        full: Whether that is because its disk has no room.
    """

    revision: str | None
    expected: str
    journal: str
    flaws: tuple[str, ...]
    size: int
    log_size: int
    read_only: bool
    full: bool = False


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite that Python brings."""
    return sqlite3.sqlite_version_info


def file_system_of(folder: Path) -> tuple[str, bool]:
    """Return the type of a folder's file system, and whether a store may lie there."""
    kind = file_systems.file_system_of(folder)
    return kind, not file_systems.is_network(kind)


@contextmanager
def opened_as_it_is(path: Path, clock: Clock) -> Iterator[Database]:
    """Open a store that is there, whatever its schema, without bringing it up to date."""
    read_only = not sqlite.may_be_written(path)
    engine = sqlite.connect_reading(path, shared=not read_only)
    full = False
    if not read_only and not _opens(engine):
        without_room = sqlite.connect_without_room(path)
        if without_room is not None:
            engine.dispose()
            engine, read_only, full = without_room, True, True
    database = Database(path, engine, clock, read_only=read_only, full=full)
    try:
        yield database
    finally:
        database.close()


def _opens(engine: Engine) -> bool:
    """Whether a store can be opened; why not is said by the first that reads it."""
    try:
        with engine.connect() as connection:
            schema.revision(connection)
    except DBAPIError:
        return False
    return True


def examine(database: Database) -> Health:
    """Look at a store; its quick check reads all of it.

    Raises:
        StoreProblemError: It cannot be read at all.
    """
    try:
        with database.read() as connection:
            return Health(
                revision=schema.revision(connection),
                expected=schema.HEAD,
                journal=_one(connection, "PRAGMA journal_mode"),
                flaws=_flaws(connection),
                size=database.path.stat().st_size,
                log_size=_size(database.path.with_name(f"{database.path.name}-wal")),
                read_only=database.read_only,
                full=database.full,
            )
    except OSError as error:
        raise StoreProblemError(
            f"The store {database.path} cannot be read ({error.strerror})."
        ) from error


def _flaws(connection: Connection) -> tuple[str, ...]:
    found = connection.scalars(text(f"PRAGMA quick_check({_MOST_FLAWS})"))
    return tuple(str(each) for each in found if each != "ok")


def _one(connection: Connection, statement: str) -> str:
    return str(connection.scalar(text(statement)))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
