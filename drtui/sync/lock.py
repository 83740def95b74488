"""One engine per store: a file lock of the operating system, freed even by SIGKILL."""

import fcntl
import os
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from drtui.domain.problems import StoreProblemError
from drtui.store.sharing import file_mode

_PROBE_SECONDS: Final = 0.05  # longer than anybody looks whether it is held


def is_held(store: Path) -> bool:
    """Whether an engine works on a store; also where that cannot be found out.

    The lock is not taken for that: only shared for an instant, with whoever else looks.
    """
    try:
        handle = os.open(_place(store), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _place(store: Path) -> Path:
    return store.with_name(f"{store.name}.engine")


class EngineLock:
    """Whoever holds it delivers for the store; the others submit and watch."""

    def __init__(self, store: Path) -> None:
        self._path = _place(store)
        # A lock that is a mere file would outlive an engine that is killed.
        self._lock = FileLock(self._path, mode=file_mode(store.parent), fallback_to_soft=False)

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it; return whether it is ours.

        Whoever looks for an instant whether it is held does not hold it.

        Raises:
            StoreProblemError: The file system refuses it.
        """
        try:
            self._lock.acquire(timeout=_PROBE_SECONDS, poll_interval=_PROBE_SECONDS / 5)
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
