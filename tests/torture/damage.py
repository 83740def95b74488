"""Damaging a store, and mending it as an admin does."""

import sqlite3
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from drtui.sync.lock import is_held
from tests.support.waiting import eventually
from tests.torture.world import DEATHS, World

PAGE: Final = 4096
# All but the log and the journal, of which what is lost is lost, and told.
_SPOILED: Final = (
    *("sponsored_user", "usage_sample", "race", "ranking", "model", "setting"),
    *("ix_sponsored_user_search", "ix_operation_item_open", "ix_operation_item_due"),
    "ix_operation_item_target",
)


@cache
def has_pages() -> bool:
    """Whether this SQLite tells which pages are whose."""
    with closing(sqlite3.connect(":memory:")) as raw:
        try:
            raw.execute("SELECT pageno FROM dbstat").fetchall()
        except sqlite3.OperationalError:
            return False
    return True


def pages_of(path: Path, *names: str) -> list[int]:
    """Return the numbers of the leaves of tables, or of indexes."""
    with closing(sqlite3.connect(path)) as raw:
        marks = ", ".join("?" * len(names))
        query = f"SELECT pageno FROM dbstat WHERE name IN ({marks}) AND pagetype = 'leaf'"
        return [row[0] for row in raw.execute(query, names)]


def as_one_file(path: Path) -> None:
    """Put what is in the log beside a store into it; nobody else has it open."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def spoil(path: Path, pages: list[int]) -> None:
    """Overwrite whole pages."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(b"\xa5" * PAGE)


def damage_and_mend(world: World) -> None:
    """Damage everything but the log and the journal here and there, and mend it.

    Whoever mends may be killed meanwhile, and begins anew.
    """
    world.end_all()
    # One that was killed in the middle of writing to a slow disk has ended only after that.
    eventually(lambda: not is_held(world.store), 60.0)
    as_one_file(world.store)
    there = pages_of(world.store, *_SPOILED)
    spoil(world.store, world.random.sample(there, min(len(there), world.random.choice([1, 3, 9]))))
    if world.random.random() < 0.5:
        assert world.drtui.forks is not None
        number = world.random.choice(DEATHS)
        with world.drtui.started("mend", "--yes") as process:
            time.sleep(world.random.uniform(0.05, 0.8))
            if process.poll() is None:
                process.send_signal(number)
                world.killed("mend", number.name, under_way=0)
                process.wait(30)
    world.drtui("mend", "--yes")
    assert world.log.integrity() == []
    for each in world.store.parent.glob("*.damaged-*"):
        each.unlink()
