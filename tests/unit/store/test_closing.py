"""Closing a store: no connection is left open, whoever has one or nobody."""

import gc
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from drtui.store.database import Database, open_database


def raw(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def is_closed(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(tmp_path / "event.sqlite")


def test_one_in_use_is_closed_when_its_transaction_ends(database: Database) -> None:
    with database.read() as connection:
        used = raw(connection)
        database.close()
        assert not is_closed(used)
    assert is_closed(used)


def test_idle_ones_are_closed_at_once(database: Database) -> None:
    with database.read() as connection:
        idle = raw(connection)
    assert not is_closed(idle)
    database.close()
    assert is_closed(idle)


def test_a_store_that_nobody_holds_closes_itself(tmp_path: Path) -> None:
    database = open_database(tmp_path / "event.sqlite")
    with database.read() as connection:
        idle = raw(connection)
    del database, connection
    gc.collect()
    assert is_closed(idle)
