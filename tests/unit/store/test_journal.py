"""The journal: never changed, complete, found by words and fields, quick with many lines."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from drtui.domain.authors import Author
from drtui.domain.filters import FilterError, parse
from drtui.domain.journal_fields import JOURNAL
from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.journal import journal, journal_row, write_journal
from drtui.store.journal_table import journal_count, journal_entries, journal_numbers
from drtui.store.salvage import salvage
from drtui.store.tables import table
from tests.support.deployments import racers
from tests.support.logs import Log
from tests.support.stores import delivered

HOURS = SetQuotas(QuotaChange(60), None)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "event.sqlite", racers(3))


def told(log: Log, operation: int) -> list[str]:
    with log.database.read() as connection:
        return [line.result for line in journal(connection, operation)]


def found(log: Log, filter_text: str) -> list[str]:
    with log.database.read() as connection:
        numbers = journal_numbers(connection, parse(filter_text, JOURNAL))
        rows = journal_entries(connection, numbers)
    return [rows[number].what for number in numbers]


def note(log: Log, what: str, result: str = "", who: str = "ada", *, at: float = 0.0) -> None:
    with log.database.write() as connection:
        write_journal(connection, at, Author(who, "Ada L"), what, result)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET who = 'eve'",
        "DELETE FROM journal",
        "REPLACE INTO journal SELECT id, at, 'eve', account_user, what, result, operation_id, "
        "search_text FROM journal",
    ],
)
def test_no_line_is_ever_changed_or_removed_by_whatever_program(log: Log, statement: str) -> None:
    note(log, "Offline on purpose")
    with pytest.raises(StoreProblemError), log.database.write() as connection:
        connection.execute(text(statement))
    with closing(sqlite3.connect(log.database.path)) as other:
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            other.execute(statement)
        assert other.execute("SELECT who FROM journal").fetchall() == [("ada",)]
    note(log, "Online again", who="bob")
    assert found(log, "") == ["Online again", "Offline on purpose"]


def test_an_operation_is_told_of_once_when_its_last_target_is_settled(log: Log) -> None:
    number = log.submit(HOURS, 0, 1, 2)
    delivered(log.database, number, first=2)
    assert told(log, number) == ["confirmed for 3 targets"]
    delivered(log.database, number)
    assert told(log, number)[1:] == ["settled: 3 done"]
    log.submit(SetQuotas(QuotaChange(120), None), 1)
    assert len(told(log, number)) == 2


def test_what_failed_and_is_tried_again_is_told_of_anew(log: Log) -> None:
    number = log.submit(HOURS, 0, 1)
    delivered(log.database, number, first=1, state=ItemState.FAILED)
    delivered(log.database, number)
    log.retry(number)
    delivered(log.database, number)
    assert told(log, number) == [
        "confirmed for 2 targets",
        "settled: 1 done, 1 failed",
        "1 tried again",
        "settled: 2 done",
    ]


def test_words_are_found_in_names_deeds_results_and_targets(log: Log) -> None:
    number = log.submit(HOURS, 0)
    with log.database.read() as connection:
        label = connection.execute(text("SELECT label FROM operation_item")).scalar_one()
    note(log, "Straße gesperrt", "begun", "cy")
    what = next(one for one in found(log, "confirmed"))
    assert found(log, "STRASSE") == ["Straße gesperrt"]
    assert found(log, "cy") == ["Straße gesperrt"]
    assert found(log, str(label)) == [what]
    assert found(log, f"alias:{label}") == [what]
    assert found(log, f"operation:{number}") == [what]
    assert found(log, "nothing-like-it") == []
    assert found(log, "") == ["Straße gesperrt", what]


def test_fields_narrow_it_and_not_is_the_rest(log: Log) -> None:
    note(log, "Export", "to /tmp/a_b", "bo", at=86_400.0)
    note(log, "Offline", "begun", at=2 * 86_400.0)
    assert found(log, "who:bo") == ["Export"]
    assert found(log, "who=b") == []
    assert found(log, "not who:bo") == ["Offline"]
    assert found(log, "user:ada result:BEGUN") == ["Offline"]
    assert found(log, "what:exp or what:off") == ["Offline", "Export"]
    assert found(log, "result:a_b") == ["Export"]
    assert found(log, "result:a.b") == []
    assert found(log, "when>=1970-01-03") == ["Offline"]
    assert found(log, "when:1970-01-02") == ["Export"]
    assert found(log, "not operation:1") == ["Offline", "Export"]
    with pytest.raises(FilterError, match="is no field"):
        found(log, "hours>4")


def test_a_hundred_thousand_lines_are_filtered_and_sorted_by_the_store(log: Log) -> None:
    rows = [
        journal_row(float(number), Author("ada"), f"Deed {number}", "done", operation_id=None)
        for number in range(100_000)
    ]
    with log.database.write() as connection:
        connection.execute(insert(table("journal")), rows)
    with log.database.read() as connection:
        assert journal_count(connection) == 100_000
        every = journal_numbers(connection, parse("deed", JOURNAL))
        newest = journal_numbers(connection, parse("", JOURNAL), since=99_990.0)
        plan = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT id FROM journal WHERE at >= 9 ORDER BY id DESC")
        ).all()
    assert len(every) == 100_000
    assert newest == every[:10] == sorted(newest, reverse=True)
    assert not any("TEMP B-TREE" in str(row) for row in plan)  # they come sorted


def test_a_store_that_was_mended_refuses_it_still(log: Log) -> None:
    note(log, "Offline on purpose")
    log.database.close()
    salvage(log.database.path, lambda: 1_000.0, Author("ada"))
    with (
        closing(sqlite3.connect(log.database.path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="only ever added to"),
    ):
        other.execute("DELETE FROM journal")
