"""The journal as a table: which lines a filter finds, the newest first, and the lines by number."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from drtui.domain.filter_conditions import Amount, Condition, DateMatch, TextMatch
from drtui.domain.filters import Everything, Expression, Word
from drtui.domain.text import fold
from drtui.store.filter_logic import COMPARE, bindable, combined, in_period
from drtui.store.journal import JournalEntry, entry_of
from drtui.store.sqlite import ordered_ids
from drtui.store.tables import table
from drtui.store.users import ITEMS, chunks

_JOURNAL: Final = table("journal")
_COLUMNS: Final = {"who": "who", "user": "account_user", "what": "what", "result": "result"}
_C: Final = _JOURNAL.c
_PLAIN: Final = _C.who + " " + _C.account_user + " " + _C.what + " " + _C.result


def journal_numbers(
    connection: Connection, expression: Expression, since: float | None = None
) -> Sequence[int]:
    """Return the numbers of the lines that a filter finds, the newest first.

    Args:
        connection: In a transaction.
        expression: From `filters.parse` in the language of the journal.
        since: Only those of that time and later, in seconds since the epoch.
    """
    statement = select(_JOURNAL.c.id).order_by(_JOURNAL.c.id.desc())
    if not isinstance(expression, Everything):
        statement = statement.where(combined(expression, partial(_condition, connection)))
    if since is not None:
        statement = statement.where(_JOURNAL.c.at >= since)
    return ordered_ids(connection, statement)


def journal_entries(connection: Connection, numbers: Sequence[int]) -> dict[int, JournalEntry]:
    """Return lines by number; those that are not there are left out."""
    found: dict[int, JournalEntry] = {}
    for chunk in chunks(numbers):
        rows = connection.execute(select(_JOURNAL).where(_JOURNAL.c.id.in_(chunk))).mappings()
        found |= {row["id"]: entry_of(row) for row in rows}
    return found


def journal_count(connection: Connection) -> int:
    """Return how many lines there are."""
    return connection.scalar(select(func.count()).select_from(_JOURNAL)) or 0


def _condition(connection: Connection, condition: Word | Condition) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    match condition:
        case Word():
            # Lines of a drtui that knew of no search, which may still be open on the same store.
            text = func.coalesce(_JOURNAL.c.search_text, func.lower(_PLAIN))
            found = text.contains(fold(condition.text), autoescape=True)
            found |= _about(connection, condition.text, whole=False)
        case TextMatch(field="alias"):
            found = _about(connection, condition.text, whole=condition.whole)
        case TextMatch():
            column = func.lower(_JOURNAL.c[_COLUMNS[condition.field]])
            wanted = func.lower(condition.text)
            found = (
                column == wanted
                if condition.whole
                else column.contains(condition.text.lower(), autoescape=True)
            )
        case Amount():
            number = func.coalesce(_JOURNAL.c.operation_id, -1)
            compared = COMPARE[condition.operator](number, bindable(condition.number))
            found = _JOURNAL.c.operation_id.is_not(None) & compared
        case DateMatch():
            found = in_period(_JOURNAL.c.at, condition)
        case _:
            raise TypeError(f"no condition of a filter of the journal: {condition!r}")
    return found


def _about(connection: Connection, text: str, *, whole: bool) -> ColumnElement[bool]:
    """The condition that a line's operation has a target that is called so.

    Asked for once, since the lines of one operation are many.
    """
    label = func.lower(ITEMS.c.label)
    named = label == func.lower(text) if whole else label.contains(text.lower(), autoescape=True)
    numbers = connection.scalars(select(ITEMS.c.operation_id).where(named).distinct()).all()
    return func.coalesce(_JOURNAL.c.operation_id, -1).in_(numbers)
