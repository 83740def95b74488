"""Noticing that some process changed the store, and what kind of record it changed."""

import sqlite3
from pathlib import Path

from drtui.domain.changes import RecordKind
from drtui.domain.problems import StoreProblemError


class ChangeWatch:
    """Tells which kinds of record have changed since it was last asked.

    Asking costs a few microseconds while nothing has changed: SQLite's own data version is
    looked at first. Use one from one thread.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, timeout=15.0, check_same_thread=False)
            self._version = -1
            self._counters: dict[str, int] = {}
            self.changed()
        except sqlite3.Error as error:
            raise StoreProblemError(f"The store {path} cannot be watched: {error}.") from error

    def changed(self) -> frozenset[RecordKind]:
        """Return the kinds whose counter moved since the last call."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return frozenset()
        self._version = version
        counters = dict(self._connection.execute("SELECT kind, value FROM change_counter"))
        before, self._counters = self._counters, counters
        return frozenset(
            RecordKind(kind) for kind, value in counters.items() if before.get(kind) != value
        )

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()
