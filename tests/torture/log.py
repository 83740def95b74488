"""The operation log and the journal as they lie in the store, read past drtui."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

OPEN: Final = ("pending", "sending", "doubtful")


@dataclass(frozen=True, slots=True)
class Logged:
    """An operation of the log, and how many of its items are in which state."""

    number: int
    kind: str
    states: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many targets it has."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class LoggedTime:
    """An operation for a set time, as the store has it; times are in seconds since the epoch.

    Attributes:
        created_at: When the operation that it became was written; None where it became none.
        told: What the journal says of it.
    """

    number: int
    at: float
    state: str
    operation: int | None
    created_at: float | None
    told: tuple[str, ...]


class StoreLog:
    """The log of one store.

    Attributes:
        path: The store's file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal: list[tuple[Any, ...]] = []

    def newest(self) -> int:
        """The newest operation's number; 0 where there is none, or no store."""
        if not self.path.exists():
            return 0
        return int(self._rows("SELECT coalesce(max(id), 0) FROM operation")[0][0])

    def operations(self) -> list[Logged]:
        """All operations, the oldest first."""
        counts: dict[int, Counter[str]] = {}
        for number, state, count in self._rows(
            "SELECT operation_id, state, count(*) FROM operation_item GROUP BY 1, 2"
        ):
            counts.setdefault(number, Counter())[state] = count
        return [
            Logged(number, kind, counts.get(number, Counter()))
            for number, kind in self._rows("SELECT id, kind FROM operation ORDER BY id")
        ]

    def timed(self) -> list[LoggedTime]:
        """What was asked for set times, the oldest first."""
        told: dict[str, list[str]] = {}
        for what, result in self._rows(
            "SELECT what, result FROM journal WHERE what LIKE 'Scheduled %:%' ORDER BY id"
        ):
            told.setdefault(what.partition(":")[0], []).append(result)
        rows = self._rows(
            "SELECT s.id, s.scheduled_for, s.state, s.operation_id, o.created_at "
            "FROM scheduled_operation s LEFT JOIN operation o ON o.id = s.operation_id ORDER BY 1"
        )
        return [
            LoggedTime(
                number, at, state, operation, created, tuple(told.get(f"Scheduled S{number}", ()))
            )
            for number, at, state, operation, created in rows
        ]

    def states(self, number: int) -> dict[str, str]:
        """In which state each target of an operation is."""
        query = "SELECT target, state FROM operation_item WHERE operation_id = ?"
        return dict(self._rows(query, (number,)))

    def undelivered(self) -> int:
        """How many items are on their way."""
        marks = ", ".join("?" * len(OPEN))
        query = f"SELECT count(*) FROM operation_item WHERE state IN ({marks})"
        return int(self._rows(query, OPEN)[0][0])

    def afters(self, target: str) -> list[tuple[str, dict[str, Any]]]:
        """What each item of a target asks for, with its state, the oldest first."""
        query = "SELECT state, after FROM operation_item WHERE target = ? ORDER BY operation_id"
        return [(state, json.loads(after)) for state, after in self._rows(query, (target,))]

    def invites_in_jobs(self) -> bool:
        """Whether it is known that the deployment has invitations in bulk."""
        query = "SELECT value FROM deployment_fact WHERE name = 'feature: bulk invite'"
        return any(json.loads(row[0])["has"] for row in self._rows(query))

    def targets(self, state: str) -> set[str]:
        """The targets of items in a state."""
        query = "SELECT target FROM operation_item WHERE state = ?"
        return {row[0] for row in self._rows(query, (state,))}

    def reasons(self, number: int, state: str) -> set[str]:
        """Why items of an operation are in a state."""
        query = "SELECT reason FROM operation_item WHERE operation_id = ? AND state = ?"
        return {row[0] for row in self._rows(query, (number, state))}

    def copied_limits(self) -> dict[str, tuple[int | None, int | None]]:
        """Both limits of everybody, as the store has them."""
        query = "SELECT profile_id, minutes_limit, models_limit FROM sponsored_user"
        return {row[0]: (row[1], row[2]) for row in self._rows(query)}

    def journal_flaws(self) -> list[str]:
        """Hold the journal against the log, and against what it was the last time."""
        flaws = []
        rows = self._rows(
            "SELECT id, at, who, account_user, what, result, operation_id FROM journal ORDER BY id"
        )
        if rows[: len(self._journal)] != self._journal:
            flaws.append("a line of the journal has changed or gone")
        self._journal = rows
        confirmed = Counter(
            (row[6], row[5]) for row in rows if str(row[5]).startswith("confirmed for ")
        )
        for one in self.operations():
            word = "target" if one.total == 1 else "targets"
            lines = confirmed[one.number, f"confirmed for {one.total:,} {word}"]
            if lines != 1:
                flaws.append(f"operation {one.number} has {lines} lines in the journal")
        if len(confirmed) != len(self.operations()):
            flaws.append("the journal tells of operations that are not in the log")
        return flaws

    def standing(self) -> list[tuple[Any, ...]]:
        """What is open and why, and how the engine stands, for whoever looks for a mistake."""
        items = self._rows(
            "SELECT operation_id, state, reason, attempts, count(*), min(due_at), max(due_at), "
            "max(look_up_after), max(unknown_at) FROM operation_item WHERE settled_at IS NULL "
            "GROUP BY 1, 2, 3, 4"
        )
        return [*items, *self._rows("SELECT * FROM sync_state")]

    def integrity(self) -> list[str]:
        """What SQLite's check finds wrong."""
        found = [row[0] for row in self._rows("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=15)) as connection:
            return connection.execute(query, values).fetchall()
