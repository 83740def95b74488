"""The journal: who did what, when, with what result. Rows are only ever added.

The store itself refuses to change or remove one, by triggers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.text import clean, fold
from drtui.store.counting import changed
from drtui.store.tables import table

_JOURNAL: Final = table("journal")
_OPERATIONS: Final = table("operation")
EXPORT: Final = "Export"
"""What an export is called; exports leave these lines out, so that the next one is the same."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal.

    Attributes:
        who: The system user.
        account_user: The alias that was signed in to the account; empty where it is not known.
        operation_id: The operation that it is about; None where it is about none.
    """

    at: datetime
    who: str
    account_user: str
    what: str
    result: str
    operation_id: int | None


def write_journal(
    connection: Connection,
    now: float,
    author: Author,
    what: str,
    result: str,
    *,
    operation_id: int | None = None,
) -> None:
    """Add a line, in the transaction of what it tells about.

    Where it is about somebody else's operation, it says so.
    """
    if operation_id is not None:
        whose = connection.scalar(select(_OPERATIONS.c.who).where(_OPERATIONS.c.id == operation_id))
        if whose not in (None, author.who):
            result = f"{result} ({clean(whose)}'s operation)"
    row = journal_row(now, author, what, result, operation_id=operation_id)
    connection.execute(insert(_JOURNAL), row)
    changed(connection, RecordKind.JOURNAL)


def journal_row(
    now: float, author: Author, what: str, result: str, *, operation_id: int | None
) -> dict[str, Any]:
    """Return a line as it is stored, with the text that words are looked for in."""
    return {
        "at": now,
        "who": author.who,
        "account_user": author.account_user,
        "what": what,
        "result": result,
        "operation_id": operation_id,
        "search_text": fold(" ".join((author.who, author.account_user, what, result))),
    }


def journal(connection: Connection, operation_id: int) -> list[JournalEntry]:
    """Return the lines about one operation, oldest first."""
    rows = connection.execute(
        select(_JOURNAL).where(_JOURNAL.c.operation_id == operation_id).order_by(_JOURNAL.c.id)
    ).mappings()
    return [entry_of(row) for row in rows]


def entry_of(row: RowMapping) -> JournalEntry:
    """Return a stored line as a record."""
    return JournalEntry(
        at=datetime.fromtimestamp(row["at"], UTC),
        who=row["who"],
        account_user=row["account_user"],
        what=row["what"],
        result=row["result"],
        operation_id=row["operation_id"],
    )
