"""A disk that can be full or read-only, where mounting one is allowed; a plain folder elsewhere."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

_SIZE: Final = "96m"
_BLOCK: Final = b"x" * 65_536


class Disk:
    """A small disk.

    Attributes:
        folder: Where it is mounted, or the plain folder.
        mounted: Whether it is a disk of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)]
        self.mounted = os.geteuid() == 0 and _runs(mount)
        self._ballast = folder / "ballast"

    @property
    def can_be_read_only(self) -> bool:
        """Whether `read_only` works: nothing is read-only for root but a mounted disk."""
        return self.mounted or os.geteuid() != 0

    def fill(self) -> None:
        """Leave no room on it; only where it is mounted."""
        assert self.mounted
        block = _BLOCK
        with self._ballast.open("ab", buffering=0) as file:
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def empty(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)

    def read_only(self, *, on: bool) -> bool:
        """Make it read-only, or not; False where somebody has a file open for writing."""
        if self.mounted:
            option = "ro" if on else "rw"
            return _runs(["mount", "-o", f"remount,{option}", str(self.folder)])
        mode = 0o555 if on else 0o700
        for each in self.folder.rglob("*"):
            with suppress(OSError):
                each.chmod(mode if each.is_dir() else mode & 0o666)
        return True

    def close(self) -> None:
        """Take it away."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
