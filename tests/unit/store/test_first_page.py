"""Mending a store whose first page, or a part of its schema, is gone."""

from pathlib import Path

import pytest

from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import Pause
from drtui.store.salvage import damage, salvage
from tests.support.deployments import racers
from tests.support.logs import ADA, Log
from tests.torture.damage import as_one_file, has_pages, pages_of, spoil


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def log(path: Path) -> Log:
    """Sixty operations with one target each."""
    log = Log(path, racers(60))
    for number in range(60):
        log.submit(Pause(), number)
    log.database.close()
    as_one_file(path)
    return log


@pytest.mark.skipif(not has_pages(), reason="this SQLite has no dbstat")
def test_tables_that_nobody_can_find_any_more_are_told(log: Log, path: Path) -> None:
    leaves = pages_of(path, "sqlite_schema", "sqlite_master")
    spoil(path, leaves[:1])  # the eldest tables
    saved = salvage(path, log.clock, ADA)
    assert {"operation", "journal"} <= set(saved.partly)
    assert "model" not in saved.partly
    assert not saved.whole


@pytest.mark.parametrize("length", [100, 4096])
def test_a_store_whose_beginning_is_gone_is_mended(log: Log, path: Path, length: int) -> None:
    with path.open("r+b") as file:
        file.write(b"\xa5" * length)
    assert damage(path)
    saved = salvage(path, log.clock, ADA)
    assert (saved.operations, saved.items, saved.partly) == (60, 60, {})
    assert damage(path) == ()
    assert sorted(each.name for each in path.parent.iterdir()) == [
        saved.aside.name,
        "store.sqlite",
    ]


def test_what_is_no_store_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"notes " * 10_000)
    with pytest.raises(StoreProblemError, match="is no drtui store"):
        damage(path)
