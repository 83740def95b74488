"""Finding the programs that work on one folder, and ending them."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_END_SECONDS: Final = 20.0


def processes_of(home: Path) -> list[int]:
    """The processes that were started with this folder, by what their environment says."""
    wanted = f"DRTUI_HOME={home}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if wanted in folder.joinpath("environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return sorted(found)


def signalled(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False where the process has ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_for_nobody(home: Path) -> None:
    """Wait until no process works on a folder any more, and end those that stay."""
    deadline = time.monotonic() + _END_SECONDS
    while left := processes_of(home):
        if time.monotonic() > deadline:
            for pid in left:
                signalled(pid, signal.SIGKILL)
        time.sleep(0.05)
