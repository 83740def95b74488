"""One account's store: opening it, reading it, writing it."""

import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from drtui.domain.changes import RecordKind
from drtui.domain.problems import DamagedStoreError, StoreProblemError
from drtui.store import schema, sharing, sqlite
from drtui.store.counting import changed
from drtui.store.settling import tell_settled

Transaction: TypeAlias = Connection  # for those who may not know SQLAlchemy
Clock = Callable[[], float]


class Database:
    """An open store; safe to use from several threads, each transaction on its own connection.

    Attributes:
        path: The store's file.
        clock: Seconds since the epoch; what every time in the store comes from.
        read_only: Whether it may not be written, so that every `write` fails.
        full: Whether that is because its disk has no room.
        damage: What was said of damage that reading or writing has met with; empty while none has.
    """

    def __init__(
        self,
        path: Path,
        engine: Engine,
        clock: Clock,
        *,
        read_only: bool = False,
        full: bool = False,
    ) -> None:
        self.path = path
        self.clock = clock
        self.read_only = read_only
        self.full = full
        self.damage = ""
        self._engine = engine
        # One that nobody holds any more leaves no file open; in the end of a process SQLite does.
        weakref.finalize(self, engine.dispose).atexit = False

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
            self._refuse_unknown(error)
            raise self._explained(error) from error

    @contextmanager
    def write(self, *kinds: RecordKind, durable: bool = False) -> Iterator[Connection]:
        """One transaction: all of the block, or nothing.

        Args:
            kinds: The kinds of record that it changes; their counters move with it.
            durable: Whether it has to survive a power loss.

        Raises:
            StoreProblemError: The store cannot be written, or a newer drtui has changed its schema
                since it was opened; nothing of the block happened.
        """
        try:
            with self._engine.connect() as idle:
                connection = sqlite.writing(idle, durable=durable)
                with connection.begin():
                    schema.refuse_moved_on(connection, self.path)
                    yield connection
                    if RecordKind.OPERATION in kinds:
                        tell_settled(connection, self.clock())
                    changed(connection, *kinds)
        except DBAPIError as error:
            raise self._explained(error) from error

    def _explained(self, error: DBAPIError) -> StoreProblemError:
        problem = sqlite.explain(error, self.path)
        if isinstance(problem, DamagedStoreError):
            self.damage = str(problem)
        return problem

    def _refuse_unknown(self, error: DBAPIError) -> None:
        """Say that the schema is another one by now, where that is why a statement failed."""
        if sqlite.is_of_statement(error):
            with suppress(DBAPIError), self._engine.connect() as connection, connection.begin():
                schema.refuse_moved_on(connection, self.path)

    def close(self) -> None:
        """Close every connection; one that is in use when its transaction ends."""
        event.listen(self._engine.pool, "checkin", _close)
        self._engine.dispose()


def _close(_connection: object, record: ConnectionPoolEntry) -> None:
    record.invalidate()


def open_database(path: Path, clock: Clock = time.time, *, reading: bool = False) -> Database:
    """Open a store, creating it or bringing its schema up to date where needed.

    Args:
        path: The store's file.
        clock: Seconds since the epoch.
        reading: Whether one that is there and cannot be written, since that is not allowed or the
            disk is full, is opened all the same.

    Raises:
        StoreProblemError: It is unreadable, newer than this drtui, in an unsafe place, or a link
            in a shared folder.
    """
    sharing.refuse_links(path)
    try:
        read_only = reading and path.exists() and not sqlite.may_be_written(path)
    except OSError as error:
        raise sqlite.refused(path, error) from error
    if read_only:
        engine = sqlite.connect_reading(path)
    else:
        sqlite.prepare_file(path)
        engine = sqlite.connect(path)
    full = False
    try:
        try:
            schema.ensure_head(engine, path)
        except DBAPIError:
            without_room = sqlite.connect_without_room(path) if reading else None
            if without_room is None:
                raise
            engine.dispose()
            engine, read_only, full = without_room, True, True
            schema.ensure_head(engine, path)
    except DBAPIError as error:
        engine.dispose()
        raise sqlite.explain(error, path) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(path, engine, clock, read_only=read_only, full=full)
