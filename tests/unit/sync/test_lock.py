"""One engine per store."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from drtui.domain.problems import StoreProblemError
from drtui.sync.lock import EngineLock, is_held

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


def test_looking_whether_it_is_held_does_not_take_it(tmp_path: Path) -> None:
    """However many look, at once and all the time, they never find each other."""
    store = tmp_path / "store.sqlite"
    assert not is_held(store)
    assert not _file(store).exists()
    lock = EngineLock(store)
    assert lock.try_acquire()
    assert is_held(store)
    lock.release()
    with _file(store).open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)  # another one, just now
        assert not is_held(store)


def test_whoever_looks_for_an_instant_is_not_taken_for_an_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store.sqlite"
    lock = EngineLock(store)
    assert lock.try_acquire()
    lock.release()
    looking = _file(store).open()
    fcntl.flock(looking, fcntl.LOCK_SH)
    flock, tried = fcntl.flock, []

    def met(handle: int, operation: int) -> None:
        """The one who looks is gone once the lock was tried for."""
        try:
            flock(handle, operation)
        except OSError:
            tried.append(handle)
            looking.close()
            raise

    monkeypatch.setattr(fcntl, "flock", met)
    assert lock.try_acquire()
    assert tried
    lock.release()


def _file(store: Path) -> Path:
    return store.with_name(f"{store.name}.engine")
