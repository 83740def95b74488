"""Starting the engine as a process of its own, and talking to it: the console's side."""

import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from drtui.sync.assignment import STOP, WAKE, Assignment

_LOG: Final = logging.getLogger(__name__)
_RESTART_SECONDS: Final = 2.0


class EngineChild:
    """The console's engine: a child in a session of its own, started again when it dies.

    A dropped terminal does not reach it; it notices by the end of its input that the console
    is gone, and delivers what is due before it ends.
    """

    def __init__(self, assignment: Assignment, log_file: Path) -> None:
        self._assignment = assignment
        self._log_file = log_file
        self._process: subprocess.Popen[str] | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start it, and keep it going; returns at once."""
        threading.Thread(target=self._keep_going, name="engine-child", daemon=True).start()

    def wake(self) -> None:
        """Make it look at the operation log now."""
        self._say(WAKE)

    def stop(self) -> None:
        """Tell it that the console goes; it ends by itself when what is due is delivered."""
        self._closing.set()
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                try:
                    if not self._assignment.deliver_at_end:
                        self._process.stdin.write(STOP)
                    self._process.stdin.close()
                except OSError:
                    return  # it is gone already

    def _say(self, line: str) -> None:
        with self._lock:
            if self._process is None or self._process.stdin is None or self._closing.is_set():
                return
            try:
                self._process.stdin.write(line)
                self._process.stdin.flush()
            except OSError:
                return  # it is being started again, and looks by itself then

    def _keep_going(self) -> None:
        while not self._closing.is_set():
            try:
                process = self._spawn()
            except OSError as error:
                # No memory or no file handles at the moment: tried again like one that died.
                _LOG.warning("the engine could not be started: %s", error)
                process = None
            if process is not None:
                process.wait()
            self._closing.wait(_RESTART_SECONDS)

    def _spawn(self) -> "subprocess.Popen[str] | None":
        command = [sys.executable, "-m", "drtui", "sync", "--watch", "--attached"]
        with self._lock, self._log_file.open("a", encoding="utf-8") as log:
            if self._closing.is_set():
                return None
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
        self._say(self._assignment.line())
        return self._process
