"""The store against raw sqlite3: the same rows into the same schema, with the same durability."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from drtui.commands.selection import select_all
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.records import Profile
from drtui.store import operation_log
from drtui.store.database import Database, open_database
from drtui.store.sqlite import upsert
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import USERS
from tests.bench.racers import row
from tests.bench.ratios import compare

Judge = Callable[..., None]
RACERS = 100_000
TARGETS = 2_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def test_an_upsert_of_many_racers(database: Database, tmp_path: Path, judge: Judge) -> None:
    other = open_database(tmp_path / "raw.sqlite")
    other.close()
    names = [name for name in row(0, 0) if name != "profile_id"]
    statement = (
        f"INSERT INTO sponsored_user ({', '.join(row(0, 0))}) "
        f"VALUES ({', '.join(f':{name}' for name in row(0, 0))}) "
        f"ON CONFLICT (profile_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in names)
    )
    versions = count(1)
    rows = [row(number, 1) for number in range(RACERS)]

    def renew() -> None:
        used = next(versions)
        for each in rows:
            each["minutes_used"] = used

    def ours() -> None:
        with database.write() as connection:
            upsert(connection, USERS, rows, key=["profile_id"], update=names)

    with closing(raw(tmp_path / "raw.sqlite")) as connection:

        def theirs() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, rows)
            connection.execute("COMMIT")

        ours()
        theirs()
        renew()
        ratio = compare("upsert of 100,000 racers, beside raw sqlite3", ours, theirs, most=2.2)
    judge(ratio)


def test_an_operation_with_many_targets(database: Database, tmp_path: Path, judge: Judge) -> None:
    workspace = Workspace(database, "ada")
    number, began = begin_sweep(database)
    for start in range(0, TARGETS, 100):
        page = [
            Profile(
                profile_id=f"profile{each:08d}",
                alias=f"racer-{each}",
                role_name="dr-racers",
                minutes_limit=600,
                models_limit=9,
            )
            for each in range(start, start + 100)
        ]
        write_page(database, page, number, began)
    complete_sweep(database, number, began)
    everybody = select_all(workspace)
    pause = plan_pause(workspace, everybody)
    assert len(pause.to_submit) == TARGETS
    raw_store = open_database(tmp_path / "raw.sqlite")
    raw_store.close()
    items = [
        (
            1,
            planned.target.profile_id,
            planned.target.alias,
            '{"minutes_limit": 600, "models_limit": 9, "remembered_minutes": null}',
            '{"minutes_limit": 0, "models_limit": 0, "remembered_minutes": 600}',
            "pending", "", "{}", 0, 0.0, 0, 0, 0,
        )
        for planned in pause.to_submit
    ]  # fmt: skip
    positions = count(1_000_000)

    def afresh() -> None:
        # A plan holds once: nothing that it reckons with may have changed.
        with closing(raw(tmp_path / "store.sqlite")) as connection:
            connection.execute("DELETE FROM operation_item")

    def ours() -> None:
        plan = replace(pause, position=next(positions))
        operation_log.submit(database, plan, Author("ada"))

    with closing(raw(tmp_path / "raw.sqlite")) as connection:
        connection.execute("PRAGMA synchronous = FULL")

        def theirs() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO operation (id, kind, what, who, account_user, created_at, params) "
                "VALUES (NULL, 'pause', 'Pause sponsorship', 'ada', '', 0, '{}')"
            )
            connection.executemany(
                "INSERT INTO operation_item (operation_id, target, label, before, after, state, "
                "reason, theirs, attempts, due_at, cancel_requested, local, claim) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                items,
            )
            connection.execute("COMMIT")

        ratio = compare(
            "operation of 2,000 targets, beside raw sqlite3",
            ours,
            theirs,
            most=4.0,
            before=afresh,
        )
    judge(ratio)
