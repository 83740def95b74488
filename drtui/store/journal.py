"""The journal: who did what, when, with what result. Rows are only ever added."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select

from drtui.domain.authors import Author
from drtui.store.tables import table

_JOURNAL: Final = table("journal")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal."""

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
    """Add a line, in the transaction of what it tells about."""
    connection.execute(
        insert(_JOURNAL),
        {
            "at": now,
            "who": author.who,
            "account_user": author.account_user,
            "what": what,
            "result": result,
            "operation_id": operation_id,
        },
    )


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
