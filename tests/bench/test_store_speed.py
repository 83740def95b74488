"""The store against raw sqlite3: the same rows into the same schema, with the same durability."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from drtui.commands.selection import select_all
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.domain.records import Profile
from drtui.store import operation_log
from drtui.store.database import Database, open_database
from drtui.store.journal import Author
from drtui.store.sqlite import upsert
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.store.users import USERS
from tests.bench.ratios import HEADING, compare

RACERS = 100_000
TARGETS = 2_000


def row(number: int, used: int) -> dict[str, object]:
    return {
        "profile_id": f"profile{number:08d}",
        "alias": f"racer-{number}",
        "email": f"racer.{number}@example.org",
        "role_name": "dr-racers",
        "role": "racer",
        "status": "active",
        "minutes_used": used,
        "minutes_queued": 0,
        "minutes_limit": 600,
        "models": 3,
        "models_limit": 9,
        "storage_bytes": 115_343_360,
        "created_at": 1.79e9,
        "total_minutes": used,
        "carried_minutes": 0,
        "carried_models": 0,
        "search_text": f"racer-{number}\nracer.{number}@example.org\n",
        "tags": "",
        "seen_sweep": used,
        "missed_sweeps": 0,
        "gone_at": None,
        "as_of": 1.79e9,
    }


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


def test_an_upsert_of_many_racers(database: Database, tmp_path: Path) -> None:
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
        ratio = compare(f"upsert of {RACERS:,} racers", ours, theirs, most=2.2, rounds=5)
    print(f"\n{HEADING}\n{ratio.row()}")
    assert ratio.holds


def test_an_operation_with_many_targets(database: Database, tmp_path: Path) -> None:
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
    plan = plan_pause(workspace, select_all(workspace))
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
        for planned in plan.to_submit
    ]  # fmt: skip
    plans = count(1)

    def ours() -> None:
        # As often as wanted: each operation counts as planned on top of the one before.
        position = next(plans) + 1_000_000
        operation_log.submit(database, replace(plan, position=position), Author("ada"))

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

        ratio = compare(f"operation of {TARGETS:,} targets", ours, theirs, most=4.0)
    print(f"\n{HEADING}\n{ratio.row()}")
    assert ratio.holds
