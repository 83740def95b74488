"""One engine per store: a file lock of the operating system, freed even by SIGKILL."""

from pathlib import Path

from filelock import FileLock, Timeout


class EngineLock:
    """Whoever holds it delivers for the store; the others submit and watch."""

    def __init__(self, store: Path) -> None:
        self._lock = FileLock(store.with_name(f"{store.name}.engine"), mode=0o600)

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it; return whether it is ours."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another engine work."""
        self._lock.release()
