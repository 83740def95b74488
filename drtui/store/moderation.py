"""Aliases that no audience is shown: those an admin has hidden, and those that were changed."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from drtui.domain.authors import Author
from drtui.domain.changes import RecordKind
from drtui.domain.operations import ALIAS, ON_THE_WAY, Values, text_in
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.text import clean, fold
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.store.sqlite import one_of, upsert
from drtui.store.tables import table
from drtui.store.users import ITEMS, USERS, is_open

_HIDDEN: Final = table("hidden_alias")


def hide_alias(database: Database, alias: str, author: Author) -> None:
    """Hide an alias from now on, in whatever case it is written, and note it in the journal."""
    at = database.clock()
    row = {"folded": fold(alias), "alias": alias, "who": author.who, "at": at, "by_change": False}
    with database.write(RecordKind.RACE) as connection:
        names = [name for name in row if name != "folded"]
        upsert(connection, _HIDDEN, [row], key=["folded"], update=names)
        write_journal(connection, at, author, f"Hide alias  {clean(alias)}", "hidden")


def hide_changed(
    connection: Connection, changes: Iterable[tuple[Values, Values]], who: str, now: float
) -> None:
    """Hide the aliases that an operation changes; they stay hidden, whatever becomes of it.

    Leaderboards and queues bear an alias for long after it was changed. One that an operation
    gives to somebody is shown, unless it was hidden by hand.

    Args:
        connection: In the transaction that submits the operation.
        changes: The values before and after, one pair a racer; others' are passed over.
        who: The system user who confirmed it.
        now: Seconds since the epoch.
    """
    taken: dict[str, str] = {}
    given: set[str] = set()
    for before, after in changes:
        old, new = text_in(before, ALIAS) or "", text_in(after, ALIAS) or ""
        if new and fold(old) != fold(new):
            given.add(fold(new))
            taken[fold(old)] = old
    for shown in ("", fold(FIRST_ALIAS), *given):
        taken.pop(shown, None)
    freed = delete(_HIDDEN).where(one_of(_HIDDEN.c.folded, given), _HIDDEN.c.by_change)
    found = one_of(_HIDDEN.c.folded, taken)
    there = set(connection.scalars(select(_HIDDEN.c.folded).where(found)))
    rows = [
        {"folded": folded, "alias": alias, "who": who, "at": now, "by_change": True}
        for folded, alias in taken.items()
        if folded not in there
    ]
    if rows:
        connection.execute(insert(_HIDDEN), rows)
    if (given and connection.execute(freed).rowcount) or rows:
        changed(connection, RecordKind.RACE)


def show_alias(database: Database, alias: str, author: Author) -> bool:
    """Show an alias again that was hidden, and note it; one that was not stays as it is.

    Returns:
        Whether no audience is shown it all the same: it is being changed, see `hidden_aliases`.
    """
    with database.write(RecordKind.RACE) as connection:
        found = connection.execute(delete(_HIDDEN).where(_HIDDEN.c.folded == fold(alias)))
        if found.rowcount:
            what = f"Show alias  {clean(alias)}"
            write_journal(connection, database.clock(), author, what, "shown again")
        return fold(alias) in hidden_aliases(connection)


def hidden_aliases(connection: Connection) -> frozenset[str]:
    """Return the aliases that are not to be shown to an audience, folded (`text.fold`).

    Also the present ones of racers whose alias an operation on its way changes, where somebody
    else has changed them since it was submitted.
    """
    hidden = connection.scalars(select(_HIDDEN.c.folded))
    changing = connection.scalars(
        select(USERS.c.alias)
        .join(ITEMS, ITEMS.c.target == USERS.c.profile_id)
        .where(
            is_open(),
            ITEMS.c.state.in_(sorted(ON_THE_WAY)),
            ITEMS.c.service.is_(None),
            ITEMS.c.after[ALIAS].as_string().is_not(None),
            ITEMS.c.after[ALIAS].as_string() != USERS.c.alias,
        )
    )
    return frozenset(hidden) | frozenset(fold(alias) for alias in changing)
