"""One engine per store."""

import subprocess
import sys
from pathlib import Path

import pytest

from drtui.domain.problems import StoreProblemError
from drtui.sync.lock import EngineLock

_HOLD = """
import pathlib, sys
from drtui.sync.lock import EngineLock
lock = EngineLock(pathlib.Path(sys.argv[1]))
print(lock.try_acquire(), flush=True)
sys.stdin.read()
"""


def test_only_one_holds_it(tmp_path: Path) -> None:
    one, other = EngineLock(tmp_path / "store.sqlite"), EngineLock(tmp_path / "store.sqlite")
    assert one.try_acquire()
    assert not other.try_acquire()
    one.release()
    assert other.try_acquire()
    other.release()


def test_stores_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    one, other = EngineLock(tmp_path / "one.sqlite"), EngineLock(tmp_path / "other.sqlite")
    assert one.try_acquire()
    assert other.try_acquire()
    one.release()
    other.release()


def test_its_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path / "store.sqlite")
    assert lock.try_acquire()
    assert (tmp_path / "store.sqlite.engine").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_it_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = EngineLock(store)
        assert not lock.try_acquire()
        holder.kill()
        holder.wait(30)
        assert lock.try_acquire()
        lock.release()


def test_a_lock_that_cannot_be_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite.engine").mkdir()
    with pytest.raises(StoreProblemError, match=r"cannot be taken.*DRTUI_HOME"):
        EngineLock(tmp_path / "store.sqlite").try_acquire()
