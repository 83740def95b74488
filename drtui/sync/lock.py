"""One engine per store: a file lock of the operating system, freed even by SIGKILL."""

from pathlib import Path

from filelock import FileLock, Timeout

from drtui.domain.problems import StoreProblemError
from drtui.store.sharing import file_mode


def is_held(store: Path) -> bool:
    """Whether an engine works on a store; also where that cannot be found out."""
    lock = EngineLock(store)
    try:
        if not lock.try_acquire():
            return True
    except StoreProblemError:
        return True
    lock.release()
    return False


class EngineLock:
    """Whoever holds it delivers for the store; the others submit and watch."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f"{store.name}.engine")
        # A lock that is a mere file would outlive an engine that is killed.
        self._lock = FileLock(self._path, mode=file_mode(store.parent), fallback_to_soft=False)

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it; return whether it is ours.

        Raises:
            StoreProblemError: The file system refuses it.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise StoreProblemError(
                f"The lock {self._path} cannot be taken ({error.strerror}): check the folder's "
                "permissions and free space, or set DRTUI_HOME to another folder."
            ) from error
        return True

    def release(self) -> None:
        """Let another engine work."""
        self._lock.release()
