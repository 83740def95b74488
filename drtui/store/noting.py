"""Noting in the journal what needs no other change of the store."""

import os

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.sharing import user_name


def note(database: Database, what: str, result: str, author: Author | None = None) -> None:
    """Add a line to the journal.

    Args:
        database: The open store.
        what: What was done.
        result: What became of it.
        author: Who did it; None is the system user whose process this is.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    by = author or Author(user_name(os.getuid()))
    with database.write(RecordKind.JOURNAL) as connection:
        write_journal(connection, database.clock(), by, what, result)


def note_sign_in(database: Database, user: str, *, outlives: bool) -> None:
    """Note who has just signed in, and whether that outlives the process; never a secret."""
    kept = "kept in the keyring" if outlives else "kept for as long as this process lasts"
    note(database, "Sign in", f"as {user}, {kept}", Author(user_name(os.getuid()), user))


def note_sign_out(database: Database, user: str) -> None:
    """Note whose sign-in was ended."""
    note(database, "Sign out", f"of {user or 'nobody'}")
