"""The journal: who did what, when, with what result; looked through, never changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.filters import Expression, parse
from drtui.domain.journal_fields import JOURNAL
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, iso
from drtui.store import journal_table
from drtui.store.journal import JournalEntry

JOURNAL_COLUMNS: Final = ("at", "who", "account_user", "what", "result", "operation")
_AGO: Final = re.compile(r"([0-9]{1,5})\s*([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART: Final = 1_000


@dataclass(frozen=True, slots=True)
class JournalView:
    """What a filter finds in the journal.

    Attributes:
        numbers: Of the lines, the newest first.
        rows: Those of them that were asked for.
        total: How many lines there are, found or not.
    """

    numbers: Sequence[int]
    rows: dict[int, JournalEntry]
    total: int


def read_journal(
    workspace: Workspace, expression: Expression, visible: Sequence[int] = ()
) -> JournalView:
    """Return what a filter finds, and the lines that are visible now.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        return JournalView(
            journal_table.journal_numbers(connection, expression),
            journal_table.journal_entries(connection, visible),
            journal_table.journal_count(connection),
        )


def entries(workspace: Workspace, numbers: Sequence[int]) -> dict[int, JournalEntry]:
    """Return lines by number; those that are not there are left out."""
    with workspace.database.read() as connection:
        return journal_table.journal_entries(connection, numbers)


def find(
    workspace: Workspace, filter_text: str = "", since: datetime | None = None
) -> Iterator[JournalEntry]:
    """Yield what a filter finds, the newest first, as the journal is at one moment.

    Args:
        workspace: Whose journal.
        filter_text: In the language of the journal; empty is everything.
        since: Only that time and later.

    Raises:
        FilterError: The filter cannot be read.
        StoreProblemError: The store cannot be read.
    """
    expression = parse(filter_text, JOURNAL)
    with workspace.database.read() as connection:
        after = None if since is None else since.timestamp()
        numbers = journal_table.journal_numbers(connection, expression, after)
        for first in range(0, len(numbers), _PART):
            part = numbers[first : first + _PART]
            found = journal_table.journal_entries(connection, part)
            yield from (found[number] for number in part)


def read_since(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read from when on: a date, a date with a time, or how long ago (`30m`, `2h`, `3d`).

    Args:
        text: As it was typed.
        now: The present.
        zone: Of a time that says no offset itself.

    Raises:
        InvalidInputError: It is none of these.
    """
    typed = text.strip()
    if ago := _AGO.fullmatch(typed):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        raise InvalidInputError(
            f"“{clean(typed, 40)}” is no time: write 2026-05-01, 2026-05-01T18:00, or how long "
            "ago, such as 30m, 2h or 3d."
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def entry_as_json(entry: JournalEntry) -> dict[str, object]:
    """Return a line by column."""
    return {
        "at": iso(entry.at),
        "who": entry.who,
        "account_user": entry.account_user,
        "what": entry.what,
        "result": entry.result,
        "operation": entry.operation_id,
    }


def entry_text(entry: JournalEntry) -> str:
    """Return a line as it is copied and printed, safe to show."""
    who = f"{entry.who} ({entry.account_user})" if entry.account_user else entry.who
    about = "" if entry.operation_id is None else f"  operation {entry.operation_id}"
    return clean(f"{iso(entry.at)}  {who}  {entry.what}: {entry.result}{about}", 2_000)
