"""Starting the engine as a process of its own, and talking to it: the console's side."""

import logging
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from drtui.sync.assignment import (
    AnswerOrder,
    Assignment,
    Order,
    SignInOrder,
    SignOutOrder,
    Stop,
    Wake,
    order_line,
)

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
        self._unsaid = ""  # a sign-in or sign-out that no process has heard
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start it, and keep it going; returns at once."""
        threading.Thread(target=self._keep_going, name="engine-child", daemon=True).start()

    def wake(self) -> None:
        """Make it look at the operation log now."""
        self._say(Wake())

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> None:
        """Let it sign in; what becomes of that it says in the store.

        Args:
            user: Whom the deployment knows by that name.
            password: Reaches it by its standard input alone.
            keep_password: Whether the password is kept in the keyring as well.
        """
        self._say_surely(SignInOrder(user, password, keep_password))

    def answer(self, reply: str) -> None:
        """Let it answer what the sign-in asked; an empty reply gives the sign-in up."""
        self._say(AnswerOrder(reply))

    def sign_out(self) -> None:
        """Let it end the sign-in, and forget what was kept of it."""
        self._say_surely(SignOutOrder())

    def stop(self) -> None:
        """Tell it that the console goes; it ends by itself when what is due is delivered."""
        self._closing.set()
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                try:
                    if not self._assignment.deliver_at_end:
                        self._process.stdin.write(order_line(Stop()))
                    self._process.stdin.close()
                except OSError:
                    return  # it is gone already

    def _say(self, order: Order) -> None:
        """Say it; one that is being started again looks by itself then."""
        with self._lock:
            self._write(order_line(order))

    def _say_surely(self, order: Order) -> None:
        """Say it, to the next process where this one has just died."""
        line = order_line(order)
        with self._lock:
            self._unsaid = "" if self._write(line) else line

    def _write(self, line: str) -> bool:
        pen = None if self._process is None else self._process.stdin
        if pen is None or pen.closed or self._closing.is_set():
            return False
        try:
            pen.write(line)
            pen.flush()
        except OSError:
            return False
        return True

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
                self._close(process)
            self._closing.wait(_RESTART_SECONDS)

    def _close(self, process: "subprocess.Popen[str]") -> None:
        """Close what nobody reads any more; what was still to be said is lost with it."""
        with self._lock, suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()

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
            if self._write(self._assignment.line()) and self._unsaid:
                self._write(self._unsaid)
                self._unsaid = ""
        return self._process
