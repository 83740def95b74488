"""Noticing that some process changed the store, and what kind of record it changed."""

import sqlite3
from pathlib import Path

from drtui.domain.changes import RecordKind
from drtui.store.sqlite import BUSY_SECONDS, explain


class ChangeWatch:
    """Tells which kinds of record have changed since it was last asked.

    Asking costs a few microseconds while nothing has changed: SQLite's own data version is
    looked at first. Use one from one thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = -1
        self._counters: dict[str, int] = {}
        try:
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        except sqlite3.Error as error:
            raise explain(error, path) from error
        try:
            self.changed()
        except BaseException:
            self.close()
            raise

    def changed(self) -> frozenset[RecordKind]:
        """Return the kinds whose counter moved since the last call.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return frozenset()
            counters = dict(self._connection.execute("SELECT kind, value FROM change_counter"))
        except sqlite3.Error as error:
            raise explain(error, self._path) from error
        # Counters read later than the version only make the next look find nothing.
        self._version = version
        before, self._counters = self._counters, counters
        return frozenset(kind for kind in RecordKind if counters.get(kind) != before.get(kind))

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()
