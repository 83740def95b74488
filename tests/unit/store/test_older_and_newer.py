"""An older drtui and a newer one on the same store, while admins upgrade one after the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from drtui.domain.authors import Author
from drtui.domain.filters import parse
from drtui.domain.journal_fields import JOURNAL
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store import schema
from drtui.store.journal_table import journal_numbers
from drtui.store.noting import note
from tests.support.deployments import racers
from tests.support.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "event.sqlite", racers(3))
    yield opened
    opened.database.close()


def hours(amount: int) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60), None)


def as_of_before(path: Path, name: str, unknown: str, where: str) -> None:
    """Write rows again as a drtui does whose table has no such column."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        info = other.execute(f"PRAGMA table_info({name})").fetchall()
        columns = ", ".join(row[1] for row in info if row[1] not in ("id", unknown))
        kept = other.execute(f"SELECT {columns} FROM {name} WHERE {where}").fetchall()
        if name == "operation_item":
            other.execute(f"DELETE FROM {name} WHERE {where}")
        marks = ", ".join("?" * (columns.count(",") + 1))
        other.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", kept)


def moved_on(path: Path) -> None:
    """Let a newer drtui have brought the store up to date."""
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '0999'")


def test_what_an_older_one_confirms_comes_after_what_is_there_and_in_its_order(log: Log) -> None:
    first, second, third = (log.submit(hours(amount), 0) for amount in (9, 10, 11))
    for operation in (third, second):  # whichever row comes first
        as_of_before(log.database.path, "operation_item", "rank", f"operation_id = {operation}")
    assert [item.rank for item in log.items()] == [first, second, third]
    sent = []
    while due := log.claim():
        assert len(due) == 1  # never two at once for one target
        sent += [item.operation_id for item in due]
        log.settle(due[0])
    assert sent == [first, second, third]


def test_a_rank_that_was_given_stays(log: Log) -> None:
    operation = log.submit(hours(9), 0)
    with log.database.write() as connection:
        connection.execute(text("UPDATE operation_item SET rank = 7"))
    assert log.item(operation).rank == 7


def test_what_an_older_one_noted_is_found_by_search(log: Log) -> None:
    note(log.database, "Sign in", "as Ada", Author("ada", "Ada L"))
    as_of_before(log.database.path, "journal", "search_text", "what = 'Sign in'")
    with log.database.read() as connection:
        assert len(journal_numbers(connection, parse("sIGN", JOURNAL))) == 2
        assert journal_numbers(connection, parse("nothing", JOURNAL)) == []


def test_one_that_is_open_while_a_newer_one_upgrades_writes_no_more_and_says_why(
    log: Log,
) -> None:
    operation = log.submit(hours(9), 0)
    moved_on(log.database.path)
    with pytest.raises(StoreProblemError) as caught:
        log.submit(hours(10), 1)
    assert str(caught.value) == (
        f"A newer drtui has brought the store {log.database.path} up to date meanwhile (its schema "
        f"is 0999, this one's {schema.HEAD}), so that this one no longer writes to it: end it, and "
        "begin that one."
    )
    with pytest.raises(StoreProblemError, match="A newer drtui"):
        log.claim()
    assert [item.operation_id for item in log.items()] == [operation]


def test_reading_what_the_newer_one_has_taken_away_says_why(log: Log) -> None:
    moved_on(log.database.path)
    with closing(sqlite3.connect(log.database.path, isolation_level=None)) as newer:
        newer.execute("ALTER TABLE journal RENAME TO chronicle")
    with (
        pytest.raises(StoreProblemError, match="A newer drtui has brought"),
        log.database.read() as connection,
    ):
        journal_numbers(connection, parse("", JOURNAL))


def test_a_statement_that_is_wrong_for_another_reason_says_that(log: Log) -> None:
    with (
        pytest.raises(StoreProblemError, match="no such table: nowhere"),
        log.database.read() as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere"))
