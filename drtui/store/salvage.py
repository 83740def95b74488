"""Making a new store of a damaged one: what can still be read is saved, the operation log first.

What only drtui knows, such as operations, labels and what was used over time, is saved row by row
past the damage. What the account knows as well is saved too, and read anew where some is missing.
"""

import errno
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from drtui.domain.authors import Author
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.store_parts import OURS, part_named, parts_named
from drtui.domain.wording import counted
from drtui.store import schema, sqlite
from drtui.store.database import Clock
from drtui.store.first_page import find_schema, put_first_page
from drtui.store.journal import journal_row
from drtui.store.lost_operations import CONFIRMED, PutTogether, drop_orphans, put_together
from drtui.store.past_damage import UNREADABLE, columns_of, is_known, reading, tables, take
from drtui.store.putting_back import put_back_users
from drtui.store.set_aside import held, mark, marked, set_aside, sync_file, sync_folder
from drtui.store.sharing import refuse_links
from drtui.store.stray_rows import save_strays

_FIRST: Final = ("operation", "operation_item", "journal")
_MATTERS: Final = frozenset({*_FIRST, "scheduled_operation"})
_STATE: Final = "sync_state"
# Of which rows are looked for that no way leads to any more.
_SOUGHT: Final = frozenset({*OURS, "sponsored_user"})
# What tells that something was read, so that without it all of that is read anew.
_READINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "sponsored_user": ("UPDATE sync_state SET swept_from = NULL, swept_at = NULL",),
    "model": (
        "DELETE FROM model_listing",
        "UPDATE model_sweep SET began_at = NULL, ended_at = NULL, all_read_at = NULL, "
        "files_read_at = NULL",
    ),
    "race": ("UPDATE race_listing SET read_at = NULL, tried_at = NULL",),
    "ranking": ("DELETE FROM ranking_listing",),
    "live_queue_item": ("DELETE FROM live_race",),
    "pool_user": ("DELETE FROM deployment_fact WHERE name = 'user_pool_listed'",),
}
_MOST_FLAWS: Final = 5
_NO_FLAW: Final = frozenset({"ok", "*** in database main ***"})
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR})
_WHAT: Final = "Mend the store"

# Told how far a mending is, in a line: it takes a while where the store is large.
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged store.

    Attributes:
        aside: The copy of it as it was.
        operations: How many operations were saved, with `items` targets, of which `undelivered`
            are still to be delivered, and `conflicts` wait for somebody's word.
        missing: How many targets of which operations the journal tells of, and which were not
            saved; by the operation's number.
        partly: The tables of which some could not be read, and how many rows of each were.
        put_together: The operations whose own row could not be read.
        offline: Whether it is offline on purpose now, since whether it was could not be read.
    """

    aside: Path
    operations: int
    items: int
    undelivered: int
    conflicts: int
    missing: dict[int, int]
    partly: dict[str, int]
    put_together: PutTogether
    offline: bool

    @property
    def whole(self) -> bool:
        """Whether all was saved that nobody else knows, and that something may depend on."""
        lost = _MATTERS & set(self.partly)
        return not (lost or self.missing or self.put_together.operations or self.offline)


def damage(path: Path) -> tuple[str, ...]:
    """Return what is wrong with a store, and who says so, in lines; empty where it is well.

    Raises:
        StoreProblemError: There is none, or it is no SQLite database at all, or a link in a shared
            folder.
    """
    refuse_links(path)
    if not path.exists():
        raise StoreProblemError(f"There is no store {path} yet, and so nothing to mend.")
    try:
        if (aside := marked(path)) is not None:
            return (f"its mending was cut short; all of it is in {aside}",)
        with closing(reading(path)) as raw:
            rows = raw.execute(f"PRAGMA integrity_check({_MOST_FLAWS})").fetchall()
    except sqlite3.DatabaseError as error:
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_NOTADB and find_schema(path):
            return ("its first page is damaged",)
        if code == sqlite3.SQLITE_NOTADB:
            raise StoreProblemError(
                f"{path} is no drtui store, or too little of it is left to tell what is where: "
                "keep it where it is safe, and set DRTUI_HOME to another folder."
            ) from error
        if code not in _DAMAGED:
            raise sqlite.explain(error, path) from error
        return (f"SQLite's check: {error}",)
    except UnicodeDecodeError:  # of what SQLite says, which names what is damaged
        return ("what its tables are called is damaged",)
    except OSError as error:
        raise sqlite.refused(path, error) from error
    return tuple(
        f"SQLite's check: {line}"
        for (text,) in rows
        for line in str(text).splitlines()
        if line not in _NO_FLAW
    )


def salvage(path: Path, clock: Clock, author: Author, tell: Tell = lambda _: None) -> Salvaged:
    """Set a copy of a damaged store aside, and put a new one in its place with all that was read.

    The caller holds the engine's lock. Where this ends half-way, the store is as it was, or tells
    of the copy that all of it is in, and the next mending goes on with that.

    Args:
        path: The store.
        clock: Seconds since the epoch.
        author: Who mends it, for the journal.
        tell: See `Tell`.

    Raises:
        StoreProblemError: Somebody else has it open, or there is no room for the new one.
    """
    refuse_links(path)
    # No account's store can have this name, whatever accounts are called.
    fresh = path.with_name(f"{path.name}.mended")
    try:
        with held(path) as handle:
            at = datetime.fromtimestamp(clock(), UTC)
            aside = marked(path)
            if aside is None:
                tell("setting a copy aside")
                aside = set_aside(path, handle, at)
            try:
                _remove(fresh)
                found = _fill(fresh, aside, clock, author, tell)
                sqlite.as_one_file(fresh)
                sync_file(fresh)
                # Its log would be taken for the new store's, and without it the old one lacks what
                # was confirmed last.
                mark(handle, aside)
                for name in ("-wal", "-shm"):
                    path.with_name(path.name + name).unlink(missing_ok=True)
                fresh.replace(path)
                sync_folder(path.parent)
            finally:
                _remove(fresh)
    except (sqlite3.Error, DBAPIError) as error:  # of the new one
        raise sqlite.explain(error, path) from error
    except OSError as error:
        raise StoreProblemError(
            f"The store {path} cannot be mended ({error.strerror}): {_advice(error)}."
        ) from error
    return found


def _advice(error: OSError) -> str:
    if error.errno == errno.EIO:
        return (
            "the disk fails; copy its folder to another disk, set DRTUI_HOME to that copy, and "
            "mend it there"
        )
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "free some space; nothing that was confirmed is lost"
    return "check the permissions of the folder and of the files in it"


def _remove(path: Path) -> None:
    for name in ("", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def _fill(fresh: Path, aside: Path, clock: Clock, author: Author, tell: Tell) -> Salvaged:
    """Make the new store of what can be read of the copy.

    It is made with the copy's schema, and brought up to date as any other: only its revisions know
    what belongs into a column that was not there.
    """
    partly: dict[str, int] = {}
    with _readable(aside, fresh) as old:
        found = _make(fresh, old, aside)
        with _writing(fresh) as new:
            could_be_offline = "offline_since" in columns_of(new, _STATE)
            names = tables(new)
            for name in [*_FIRST, *(one for one in names if one not in _FIRST)]:
                saved, is_whole = _take(old, new, name, tell)
                if not is_whole:
                    partly[name] = saved
            if sought := _SOUGHT & set(partly):
                strays = save_strays(aside, old, new, sought, tell)
                for name, (saved, is_whole) in strays.items():
                    partly[name] += saved
                    if is_whole:
                        del partly[name]
        tell("putting together what was saved")
        if found != schema.HEAD:
            schema.bring_to(fresh, schema.HEAD)
        with _writing(fresh) as new:
            if "sponsored_user" in partly:
                partly["sponsored_user"] += put_back_users(old, new, clock())
            for statement in chain.from_iterable(_READINGS.get(name, ()) for name in partly):
                new.execute(statement)
            # What was found by itself may be of before there were ranks; see `save_strays`.
            new.execute("UPDATE operation_item SET rank = operation_id WHERE rank = 0")
            together = put_together(new, clock())
            drop_orphans(new)
            offline = could_be_offline and _STATE in partly
            if offline:
                _stay_offline(new, clock(), author)
            salvaged = _told(new, aside, partly, together, offline=offline)
            _note(new, salvaged, clock(), author)
    return salvaged


def _take(
    old: sqlite3.Connection, new: sqlite3.Connection, name: str, tell: Tell
) -> tuple[int, bool]:
    """Save a table, as `take` does, and tell how far that is."""

    def told(rows: int) -> None:
        tell(f"saving {part_named(name)}: {rows:,} rows")

    told(0)
    return take(old, new, name, told)


@contextmanager
def _readable(aside: Path, fresh: Path) -> Iterator[sqlite3.Connection]:
    """Open the copy; where its first page is gone, another copy with one that was made anew.

    Without that page SQLite cannot tell what is where, and reads nothing.
    """
    again = aside.with_name(f"{fresh.name}.again")
    log = aside.with_name(f"{aside.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    try:
        with closing(reading(aside, mode="ro")) as old:
            if is_known(old) or not find_schema(aside):
                yield old
                return
        put_first_page(aside, again)
        with closing(reading(again)) as old:
            # An index whose table is lost is passed over then, instead of all being refused.
            old.execute("PRAGMA writable_schema = ON")
            yield old
    finally:
        aside.with_name(f"{aside.name}-shm").unlink(missing_ok=True)
        if not has_log:  # SQLite made one
            log.unlink(missing_ok=True)
        _remove(again)


@contextmanager
def _writing(fresh: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the new store, in which nothing is refused or changed by triggers.

    A line about an operation that is lost has nothing left to refer to, and rows are as they were.
    """
    with closing(sqlite3.connect(fresh, isolation_level=None)) as new:
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        found = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in found:
            new.execute(f'DROP TRIGGER "{name}"')
        yield new
        for _, statement in found:
            new.execute(statement)
        new.execute("COMMIT")


def _make(fresh: Path, old: sqlite3.Connection, aside: Path) -> str:
    """Make an empty store with the copy's schema; return that schema's revision."""
    written = None
    with suppress(*UNREADABLE):
        row = old.execute("SELECT version_num FROM alembic_version").fetchone()
        written = None if row is None else str(row[0])
    if written is not None and written.isdigit() and written > schema.HEAD:
        raise StoreProblemError(
            f"The store is of a newer drtui (its schema is {written}, this one's "
            f"{schema.HEAD}): mend it with that drtui. {aside} is a copy of it."
        )
    known = schema.revisions()
    for revision in [written] if written in known else [*known, schema.HEAD]:
        _remove(fresh)
        sqlite.prepare_file(fresh)
        schema.bring_to(fresh, revision)
        if _fits(old, fresh):
            break
    return revision


def _fits(old: sqlite3.Connection, fresh: Path) -> bool:
    """Whether the copy's tables are as in a schema, as far as they are known."""
    with closing(reading(fresh)) as new, suppress(*UNREADABLE):
        return all(set(columns_of(new, name)) == set(columns_of(old, name)) for name in tables(old))
    return True


def _stay_offline(new: sqlite3.Connection, now: float, author: Author) -> None:
    """Have the account left alone until somebody says otherwise: somebody may have said so."""
    new.execute("UPDATE sync_state SET offline_since = ?, offline_by = ?", (now, author.who))


def _told(
    new: sqlite3.Connection,
    aside: Path,
    partly: dict[str, int],
    together: PutTogether,
    *,
    offline: bool,
) -> Salvaged:
    counts = dict(
        new.execute("SELECT operation_id, count(*) FROM operation_item GROUP BY 1").fetchall()
    )
    lines = new.execute(
        "SELECT operation_id, result FROM journal WHERE operation_id IS NOT NULL AND result LIKE ?",
        (f"{CONFIRMED}%",),
    )
    missing = {
        number: least
        for number, result in lines
        if (least := _confirmed(result) - counts.get(number, 0)) > 0
    }
    states = dict(new.execute("SELECT state, count(*) FROM operation_item GROUP BY 1").fetchall())
    return Salvaged(
        aside=aside,
        operations=new.execute("SELECT count(*) FROM operation").fetchone()[0],
        items=sum(counts.values()),
        undelivered=sum(states.get(one, 0) for one in ON_THE_WAY),
        conflicts=states.get(ItemState.CONFLICT, 0),
        missing=missing,
        partly=partly,
        put_together=together,
        offline=offline,
    )


def _confirmed(result: str) -> int:
    """How many targets a line of the journal tells of."""
    number = result.removeprefix(CONFIRMED).split(" ")[0].replace(",", "")
    return int(number) if number.isdigit() else 0


def _note(new: sqlite3.Connection, it: Salvaged, now: float, author: Author) -> None:
    result = (
        f"saved {counted(it.operations, 'operation')} with {counted(it.items, 'target')}; the "
        f"damaged one is {it.aside.name}"
    )
    if missing := sum(it.missing.values()):
        result += f"; {counted(missing, 'target')} could not be read"
    if it.partly:
        result += f"; not wholly read: {', '.join(parts_named(it.partly))}"
    if it.offline:
        result += "; offline on purpose since"
    _write_line(new, journal_row(now, author, _WHAT, result, operation_id=None))
    for number, targets in sorted(it.missing.items()):
        result = (
            f"{counted(targets, 'target')} could not be read of the damaged store; look at who "
            "still lacks what it was for"
        )
        _write_line(new, journal_row(now, author, _WHAT, result, operation_id=number))


def _write_line(new: sqlite3.Connection, row: dict[str, Any]) -> None:
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    new.execute(f"INSERT INTO journal ({names}) VALUES ({values})", row)  # noqa: S608  # names of our schema
