"""What is SQLite's own: connecting, durability, upserts, copies, and what its errors mean."""

import errno
import functools
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from drtui.domain.problems import (
    DamagedStoreError,
    FullDiskError,
    StoreProblemError,
    UnwritableStoreError,
)
from drtui.store import file_systems, sharing

BUSY_SECONDS: Final = 15.0
_WRITE_OPTION: Final = "drtui_write"
_FILE: Final = "drtui_file"
_LEAST_ROOM: Final = 65_536  # in bytes: what SQLite makes beside a store begins with 32,768
# What SQLite says of a full disk where it was not a write that met with it.
_FOR_WANT_OF_ROOM: Final = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_KINDS: Final = {
    sqlite3.SQLITE_FULL: FullDiskError,
    sqlite3.SQLITE_READONLY: UnwritableStoreError,
    sqlite3.SQLITE_BUSY: UnwritableStoreError,
}


def prepare_file(path: Path) -> None:
    """Create the store's file, for this user alone or for the group whose folder it is.

    Raises:
        StoreProblemError: It is on a network file system, everybody could write it, it is a link
            in a shared folder, or it cannot be created.
    """
    try:
        sharing.refuse_links(path)
        sharing.make_folders(path.parent)
        file_systems.refuse_network(path)
        sharing.refuse_open(path)
        # One that was copied here by other means may be readable by others.
        sharing.make_file(path)
    except OSError as error:
        raise refused(path, error) from error


def refused(path: Path, error: OSError) -> StoreProblemError:
    """Say what to do about a store that the operating system does not let this user open."""
    why = sharing.why_refused(path) if isinstance(error, PermissionError) else ""
    return StoreProblemError(
        why
        or f"The store {path} cannot be opened ({error.strerror}): check the folder's "
        "permissions and free space, or set DRTUI_HOME to another folder."
    )


def may_be_written(path: Path) -> bool:
    """Whether a store that is there, and its folder, may be written to."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def connect_reading(path: Path, *, shared: bool = False) -> Engine:
    """Return an engine on a store that may not be written, whose connections only read.

    Of a store that nobody has open SQLite then needs no files beside it.

    Args:
        path: The store's file.
        shared: Whether it may be written, so that others may do so meanwhile; then SQLite needs
            those files, and takes them away in the end.
    """
    mode = "rw" if shared else "ro" if _has_log(path) else "ro&immutable=1"
    address = f"{path.resolve().as_uri()}?mode={mode}"

    def opened() -> sqlite3.Connection:
        raw = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
        raw.isolation_level = None
        raw.execute("PRAGMA query_only = ON")
        raw.execute("PRAGMA temp_store = MEMORY")
        return raw

    engine = create_engine("sqlite://", creator=opened, poolclass=QueuePool)
    event.listen(engine, "begin", _on_begin)
    return engine


def connect_without_room(path: Path) -> Engine | None:
    """Return an engine that only reads a store whose disk has no room for the files beside it.

    To be asked for where it could not be opened otherwise: then nobody has it open, nor can
    anybody begin to write to it.

    Returns:
        None where there is room, or a log without which what is read would be out of date.
    """
    return connect_reading(path) if _is_full(path) and not _has_log(path) else None


def _has_log(path: Path) -> bool:
    """Whether there is something in the write-ahead log beside a store."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _is_full(path: Path) -> bool:
    """Whether the disk of a store has no room."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def connect(path: Path) -> Engine:
    """Return an engine whose connections are in WAL mode, with foreign keys on.

    Transactions are begun explicitly: the driver's own begin would come too late to be
    IMMEDIATE, and would leave schema changes outside.
    """
    engine = create_engine(
        # Not as a text: of a path with `?` or `%` in it that would be another file.
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    def before(_dialect: object, entry: ConnectionPoolEntry, *_: object) -> None:
        entry.info[_FILE] = _file_of(path)

    def after(raw: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        _on_connect(raw, entry)
        if entry.info[_FILE] != _file_of(path):
            # It waited for a lock on a file that is nobody's store any more.
            raw.close()
            raise StoreProblemError(f"The store {path} was mended just now: try again.")

    event.listen(engine, "do_connect", before)
    event.listen(engine, "connect", after)
    event.listen(engine, "begin", _on_begin)
    return engine


def _file_of(path: Path) -> tuple[int, int] | None:
    """Which file has a store's name; None is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    raw = connection
    assert isinstance(raw, sqlite3.Connection)
    raw.isolation_level = None
    with closing(raw.cursor()) as cursor:
        mode = _enter_wal(cursor)
        if mode != "wal":
            raise StoreProblemError(
                f"The store could not be put into WAL mode (it is in “{mode}” mode), which is "
                "needed for several programs on it: set DRTUI_HOME to a folder on a local disk."
            )
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA temp_store = MEMORY")


def _enter_wal(cursor: sqlite3.Cursor) -> str:
    """Put a database into WAL mode; return the mode it is in then.

    The first time this takes the whole file, and where another process does the same at that
    moment SQLite answers at once that it is busy, whatever the timeout.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return str(cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def writing(connection: Connection, *, durable: bool) -> Connection:
    """Make a connection's next transaction a writing one.

    Args:
        connection: One that is not in a transaction.
        durable: Whether its commit has to survive a power loss, not only a crash of drtui.
    """
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    return connection.execution_options(**{_WRITE_OPTION: True})


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    update: Sequence[str],
    *,
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert rows, and where the key is there already, update the named columns.

    Args:
        connection: In a writing transaction.
        table: Where to.
        rows: By column.
        key: The columns that are unique together.
        update: The columns to update.
        where: On the row that is there; where it is not true, that row stays as it is.
    """
    if not rows:
        return
    statement = insert(table)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(key),
            set_={name: statement.excluded[name] for name in update},
            where=where,
        ),
        list(rows),
    )


def ordered_ids(connection: Connection, statement: Select[tuple[int | None]]) -> Sequence[int]:
    """Return the ids that a statement selects, in its order; the same object where they are alike.

    They come as one text: a row each would take two to three times as long for a hundred
    thousand, and with Python's lock held for most of it.
    """
    ids = statement.subquery()
    texts = connection.scalars(select(func.json_group_array(ids.c[0])))
    return _ids_in(texts.one())


@functools.lru_cache(maxsize=4)  # read again and again while others change what is not in them
def _ids_in(text: str) -> Sequence[int]:
    ids: list[int] = json.loads(text)
    return ids


def grouped_ids(
    connection: Connection, statement: Select[tuple[str, int | None]]
) -> dict[str, list[int]]:
    """Return the ids that a statement selects, by the text that comes before each, in its order.

    The statement is in the order of the texts. As with `ordered_ids` they come as texts.
    """
    rows = statement.subquery()
    grouped = select(rows.c[0], func.json_group_array(rows.c[1])).group_by(rows.c[0])
    return {name: json.loads(ids) for name, ids in connection.execute(grouped)}


def one_of(column: ColumnElement[Any], values: Iterable[str | int]) -> ColumnElement[bool]:
    """The condition that a column has one of some values, however many there are.

    They come as one text, since SQLite limits how many variables a statement has.
    """
    given = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(given.c.value))


def copy(source: Path, target: Path) -> None:
    """Copy a store while it may be in use, its write-ahead log included.

    The copy has its name only when it is whole, so that one made earlier is never half replaced.

    Raises:
        StoreProblemError: It cannot be made, for want of space or permission.
    """
    half = target.with_name(f"{target.name}.half")
    try:
        handle = sharing.make_new_file(half)
        try:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(half)) as new:
                if not sharing.is_still(handle, half):
                    raise OSError(errno.EEXIST, "something else was put in its place")
                old.backup(new)
        finally:
            os.close(handle)
        half.replace(target)
    except (OSError, sqlite3.Error) as error:
        half.unlink(missing_ok=True)
        raise StoreProblemError(
            f"The store {source} has to be brought up to date, and no copy of it could be made "
            f"first ({error}): free some space, or check the folder's permissions."
        ) from error


def as_one_file(path: Path) -> bool:
    """Put all that a store holds into its one file, without a log beside it.

    The next that opens it puts it into WAL mode again.

    Returns:
        False when somebody has it open, so that it was left as it was.

    Raises:
        StoreProblemError: It cannot be read or written.
    """
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as raw:
            raw.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise explain(error, path) from error
    return True


def is_of_statement(error: DBAPIError) -> bool:
    """Whether it is the statement that SQLite refused, such as for a column that is not there."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF == sqlite3.SQLITE_ERROR


def explain(error: DBAPIError | sqlite3.Error, path: Path) -> StoreProblemError:
    """Turn a database error into one sentence that says what to do."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    sentences = {
        sqlite3.SQLITE_FULL: "is on a full disk: free some space; nothing that was confirmed is "
        "lost",
        sqlite3.SQLITE_READONLY: "cannot be written: check the permissions of the file and its "
        "folder",
        sqlite3.SQLITE_NOTADB: "does not begin as a drtui store does: if it is one, run “drtui "
        "mend”; if it is another program's file, set DRTUI_HOME to another folder",
        sqlite3.SQLITE_BUSY: "is locked by another program: try again when it is done",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: check the permissions of the file and its "
        "folder",
        sqlite3.SQLITE_IOERR: "cannot be read or written (disk error): check the disk and its "
        "free space",
    }
    if primary in _FOR_WANT_OF_ROOM and _is_full(path):
        primary = sqlite3.SQLITE_FULL
    what = sentences.get(primary or -1, f"could not be used: {origin}")
    if primary == sqlite3.SQLITE_CORRUPT:  # its path last: the line it is said in may cut it
        return DamagedStoreError(
            "The store is damaged: run “drtui mend”, which sets a copy aside, saves the "
            f"operations, and lets the rest be read anew from the account ({path})."
        )
    kind = _KINDS.get(primary or -1, StoreProblemError)
    return kind(f"The store {path} {what}.")
