"""One account's store: opening it, reading it, writing it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.exc import DBAPIError

from drtui.domain.changes import RecordKind
from drtui.store import schema, sqlite
from drtui.store.tables import table

Transaction: TypeAlias = Connection  # for those who may not know SQLAlchemy
Clock = Callable[[], float]
_COUNTER: Final = "change_counter"


class Database:
    """An open store; safe to use from several threads, each transaction on its own connection.

    Attributes:
        path: The store's file.
        clock: Seconds since the epoch; what every time in the store comes from.
        read_only: Whether it may not be written, so that every `write` fails.
    """

    def __init__(
        self, path: Path, engine: Engine, clock: Clock, *, read_only: bool = False
    ) -> None:
        self.path = path
        self.clock = clock
        self.read_only = read_only
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the store, for as long as the block lasts.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise sqlite.explain(error, self.path) from error

    @contextmanager
    def write(self, *kinds: RecordKind, durable: bool = False) -> Iterator[Connection]:
        """One transaction: all of the block, or nothing.

        Args:
            kinds: The kinds of record that it changes; their counters move with it.
            durable: Whether it has to survive a power loss.

        Raises:
            StoreProblemError: The store cannot be written; nothing of the block happened.
        """
        try:
            with self._engine.connect() as idle:
                connection = sqlite.writing(idle, durable=durable)
                with connection.begin():
                    yield connection
                    changed(connection, *kinds)
        except DBAPIError as error:
            raise sqlite.explain(error, self.path) from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def changed(connection: Connection, *kinds: RecordKind) -> None:
    """Move the counters of kinds of record, in the transaction that changes them.

    `Database.write` does it for the kinds that it is given; this is for those of which only the
    block itself knows whether they change.
    """
    counter = table(_COUNTER)
    rows = [{"changed": kind.value} for kind in kinds]
    if rows:
        connection.execute(
            update(counter)
            .where(counter.c.kind == bindparam("changed"))
            .values(value=counter.c.value + 1),
            rows,
        )


def counters(connection: Connection, *kinds: RecordKind) -> tuple[int, ...]:
    """Return the change counters of kinds of record: while they stay, so do these records."""
    found = {row.kind: row.value for row in connection.execute(select(table(_COUNTER)))}
    return tuple(found.get(kind.value, 0) for kind in kinds)


def open_database(path: Path, clock: Clock = time.time, *, reading: bool = False) -> Database:
    """Open a store, creating it or bringing its schema up to date where needed.

    Args:
        path: The store's file.
        clock: Seconds since the epoch.
        reading: Whether one that is there and may not be written is opened all the same.

    Raises:
        StoreProblemError: It is unreadable, newer than this drtui, or in an unsafe place.
    """
    read_only = reading and path.exists() and not sqlite.may_be_written(path)
    if read_only:
        engine = sqlite.connect_reading(path)
    else:
        sqlite.prepare_file(path)
        engine = sqlite.connect(path)
    try:
        schema.ensure_head(engine, path)
    except DBAPIError as error:
        engine.dispose()
        raise sqlite.explain(error, path) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(path, engine, clock, read_only=read_only)
