"""Operations whose own row could not be read: put together from their targets and the journal."""

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from drtui.domain.operations import ON_THE_WAY, OPEN, ItemState, OperationKind
from drtui.store.settling import SETTLED

CONFIRMED: Final = "confirmed for "
"""How the result of the line begins that tells of an operation's confirmation."""

# What an operation did is told by how the journal calls it, where its parameters are not needed.
_KINDS: Final = {
    "Pause sponsorship": OperationKind.PAUSE,
    "Resume sponsorship": OperationKind.RESUME,
    "Delete models": OperationKind.DELETE_MODELS,
    "Delete user": OperationKind.DELETE_USERS,
    "Disable multi-user mode": OperationKind.DISABLE_MULTI_USER,
}
_UNNAMED: Final = "An operation whose name is lost"
_UNKNOWN: Final = "unknown"
_REASON: Final = "what it was for was lost with a damaged store: look, and confirm it anew"
_LOST: Final = (
    "SELECT operation_id FROM operation_item WHERE operation_id NOT IN (SELECT id FROM operation) "
    "UNION SELECT operation_id FROM journal WHERE operation_id NOT IN (SELECT id FROM operation) "
    "ORDER BY 1"
)
_LINES: Final = (
    "SELECT at, who, account_user, what, result FROM journal WHERE operation_id = ? ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class PutTogether:
    """What was put together.

    Attributes:
        operations: The operations' numbers.
        given_up: How many of their targets need what was lost, and are told as failed.
    """

    operations: tuple[int, ...]
    given_up: int


def put_together(new: sqlite3.Connection, now: float) -> PutTogether:
    """Write the operations that targets or the journal tell of, and which are not there.

    Their targets are delivered as they were confirmed. An errand needs what its operation was asked
    for, and is told as failed.

    Args:
        new: In a writing transaction, with today's schema.
        now: Seconds since the epoch.
    """
    numbers = tuple(number for (number,) in new.execute(_LOST) if isinstance(number, int))
    given_up = 0
    for number in numbers:
        given_up += _give_up_errands(new, number, now)
        _write(new, number, now)
    return PutTogether(numbers, given_up)


def _give_up_errands(new: sqlite3.Connection, number: int, now: float) -> int:
    return new.execute(
        "UPDATE operation_item SET state = ?, reason = ?, settled_at = ? "  # noqa: S608  # only marks
        f"WHERE operation_id = ? AND service IS NOT NULL AND state IN ({_marks(OPEN)})",
        (ItemState.FAILED.value, _REASON, now, number, *sorted(OPEN)),
    ).rowcount


def _write(new: sqlite3.Connection, number: int, now: float) -> None:
    lines = new.execute(_LINES, (number,)).fetchall()
    confirmed = next((one for one in lines if one[4].startswith(CONFIRMED)), None)
    settled = [one for one in lines if one[4].startswith(SETTLED)]
    # Lines of another kind tell of who did something about it, which may be somebody else.
    at, who, account_user, what, _ = confirmed or next(
        iter(settled), (lines[0][0] if lines else now, _UNKNOWN, "", _UNNAMED, "")
    )
    on_the_way, there = new.execute(
        f"SELECT count(*) FILTER (WHERE state IN ({_marks(ON_THE_WAY)})), count(*) "  # noqa: S608  # only marks
        "FROM operation_item WHERE operation_id = ?",
        (*sorted(ON_THE_WAY), number),
    ).fetchone()
    told = None if on_the_way else settled[-1][0] if settled else None if there else now
    row: dict[str, Any] = {
        "id": number,
        "kind": _kind(what).value,
        "what": what,
        "who": who,
        "account_user": account_user,
        "created_at": at,
        "params": "{}",
        "settled_at": told,
    }
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    new.execute(f"INSERT INTO operation ({names}) VALUES ({values})", row)  # noqa: S608  # names of our schema


def _kind(what: str) -> OperationKind:
    """Return what an operation was; what is not known for certain stands as an undo.

    That has no parameters: planned anew, it asks for the same values again, or conflicts.
    """
    known = (kind for name, kind in _KINDS.items() if what.startswith(name))
    return next(known, OperationKind.UNDO)


def drop_orphans(new: sqlite3.Connection) -> None:
    """Let nothing refer to what is not there: it would be taken for somebody else's later.

    What can be without it stays, such as a line of the journal; other rows are taken out.
    """
    while found := new.execute("PRAGMA foreign_key_check").fetchall():
        for name, number, _, key in found:
            column = next(
                row[3] for row in new.execute(f'PRAGMA foreign_key_list("{name}")') if row[0] == key
            )
            needed = {row[1]: row[3] for row in new.execute(f'PRAGMA table_info("{name}")')}
            statement = (
                f'DELETE FROM "{name}" WHERE rowid = ?'  # noqa: S608  # names of our schema
                if needed[column]
                else f'UPDATE "{name}" SET "{column}" = NULL WHERE rowid = ?'  # noqa: S608  # names of our schema
            )
            new.execute(statement, (number,))


def _marks(states: frozenset[ItemState]) -> str:
    return ", ".join("?" * len(states))
