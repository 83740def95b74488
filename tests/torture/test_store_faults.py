"""A store that is busy or damaged: nothing that was confirmed is lost, or it is told what is."""

import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.effort import times
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually
from tests.torture.account import racers_with_limits
from tests.torture.damage import PAGE, as_one_file, has_pages, pages_of, spoil
from tests.torture.log import StoreLog
from tests.torture.world import seed_from

RACERS: Final = 120
NEEDS_PAGES: Final = pytest.mark.skipif(not has_pages(), reason="this SQLite has no dbstat")
PAUSE: Final = ("users", "pause", "--all", "--yes", "--no-wait", "--no-sync")


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    with running_emulator(racers=RACERS) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def read(account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Drtui:
    """One that has read the account; the tests have copies of it."""
    racers_with_limits(account)
    made = drtui_on(account, tmp_path_factory.mktemp("read") / "home", forks=forks)
    made("sync")
    as_one_file(store(made))
    return made


@pytest.fixture(scope="module")
def paused_all(read: Drtui, tmp_path_factory: pytest.TempPathFactory) -> Drtui:
    """One that is asked to pause everybody, and has not."""
    made = copied(read, tmp_path_factory.mktemp("asked") / "home")
    made(*PAUSE)
    as_one_file(store(made))
    return made


@pytest.fixture
def drtui(read: Drtui, account: RunningEmulator, tmp_path: Path) -> Drtui:
    racers_with_limits(account)
    return copied(read, tmp_path / "home")


@pytest.fixture
def asked(paused_all: Drtui, account: RunningEmulator, tmp_path: Path) -> Drtui:
    racers_with_limits(account)
    return copied(paused_all, tmp_path / "home")


def copied(drtui: Drtui, home: Path) -> Drtui:
    made = drtui.another(home)
    shutil.copytree(drtui.home / "state", home / "state")
    return made


def store(drtui: Drtui) -> Path:
    return drtui.home / "state" / "accounts" / "event.sqlite"


def paused(account: RunningEmulator) -> int:
    return sum(
        (one["maxTotalComputeMinutes"], one["maxModelCount"]) == (0, 0)
        for one in account.profiles().values()
        if one["group"] == "dr-racers"
    )


def test_a_well_store_is_left_as_it_is(drtui: Drtui) -> None:
    before = store(drtui).read_bytes()
    assert "is well" in drtui("mend", "--yes").err
    assert store(drtui).read_bytes() == before


@NEEDS_PAGES
@pytest.mark.parametrize(
    "names",
    [
        ("sponsored_user",),
        ("usage_sample", "race", "ranking"),
        ("ix_operation_item_open", "ix_operation_item_due", "ix_operation_item_target"),
    ],
)
def test_operations_are_saved_from_a_damaged_store_and_delivered(
    asked: Drtui, account: RunningEmulator, names: tuple[str, ...]
) -> None:
    damaged = pages_of(store(asked), *names)
    assert damaged
    spoil(store(asked), damaged)
    broken = store(asked).read_bytes()
    assert "drtui mend" in asked("doctor", code=1).out
    ran = asked("mend", "--yes")
    assert "Saved: 1 operation with 120 targets, 120 of them still to be delivered." in ran.err
    (aside,) = store(asked).parent.glob("event.damaged-*.sqlite")
    assert aside.read_bytes() == broken
    assert aside.stat().st_mode & 0o777 == 0o600
    assert "is well" in asked("mend").err
    asked("sync")
    assert paused(account) == RACERS
    assert StoreLog(store(asked)).journal_flaws() == []
    assert len(asked.users()) == len(account.profiles())


@NEEDS_PAGES
def test_targets_that_cannot_be_read_are_told_and_the_others_delivered(
    asked: Drtui, account: RunningEmulator
) -> None:
    leaves = pages_of(store(asked), "operation_item")
    assert len(leaves) >= 3
    spoil(store(asked), [leaves[1]])
    ran = asked("mend", "--yes", code=4)
    assert "operation 1: " in ran.err
    assert "could not be read" in ran.err
    asked("sync")
    log = StoreLog(store(asked))
    (saved,) = log.operations()
    assert RACERS / 2 < saved.total < RACERS
    assert paused(account) == saved.total
    assert f"{RACERS - saved.total} targets could not be read" in ran.err


def test_wherever_a_store_is_damaged_it_is_mended_or_told_why_not(
    asked: Drtui, account: RunningEmulator
) -> None:
    seed = seed_from()
    sys.stderr.write(f"TORTURE_SEED={seed}\n")  # shown when the test fails
    chance = random.Random(seed)
    whole = store(asked).read_bytes()
    for _ in range(times(6)):
        store(asked).write_bytes(whole)
        racers_with_limits(account)
        pages = chance.sample(range(1, len(whole) // PAGE), chance.choice([1, 3, 20]))
        spoil(store(asked), pages)
        ran = asked("mend", "--yes", code=None)
        assert ran.code in (0, 1, 4), (pages, ran.err)
        for each in store(asked).parent.glob("event.damaged-*"):
            each.unlink()
        if ran.code != 1:
            assert StoreLog(store(asked)).integrity() == [], pages
            if "drtui offline off" in ran.err:
                asked("offline", "off")
            asked("sync")
            assert paused(account) >= sum(one.total for one in StoreLog(store(asked)).operations())
        for name in ("-wal", "-shm"):
            store(asked).with_name(f"event.sqlite{name}").unlink(missing_ok=True)


@NEEDS_PAGES
@pytest.mark.parametrize("name", ["operation", ""])
def test_operations_are_delivered_though_their_own_rows_or_the_first_page_are_gone(
    asked: Drtui, account: RunningEmulator, name: str
) -> None:
    spoil(store(asked), pages_of(store(asked), name) if name else [1])
    ran = asked("mend", "--yes", code=4 if name else 0)
    assert "Saved: 1 operation with 120 targets, 120 of them still to be delivered." in ran.err
    asked("sync")
    assert paused(account) == RACERS
    assert StoreLog(store(asked)).journal_flaws() == []


@NEEDS_PAGES
def test_a_store_that_somebody_has_open_is_not_mended(asked: Drtui) -> None:
    spoil(store(asked), pages_of(store(asked), "sponsored_user"))
    broken = store(asked).read_bytes()
    with closing(sqlite3.connect(store(asked), isolation_level=None)) as other:
        other.execute("SELECT count(*) FROM operation").fetchone()
        assert "open in another program" in asked("mend", "--yes", code=1).err
    assert store(asked).read_bytes() == broken


def test_a_busy_store_is_waited_for(drtui: Drtui, account: RunningEmulator) -> None:
    with closing(sqlite3.connect(store(drtui), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with drtui.started(*PAUSE) as process:
            eventually(lambda: waits_for_a_lock(process.pid), 30)
            assert process.poll() is None
            other.execute("COMMIT")
            assert process.wait(60) == 0
    drtui("sync")
    assert paused(account) == RACERS


def waits_for_a_lock(pid: int) -> bool:
    """Whether a process sleeps in SQLite's waiting for a lock: it has read its plan already."""
    with closing(Path(f"/proc/{pid}/wchan").open()) as file:
        return "nanosleep" in file.read()
