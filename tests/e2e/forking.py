"""Runs of `drtui` that begin where its imports end: a process that has done them forks for each.

A run is a process of its own as ever, with its own arguments, environment, streams and exit code.
What is about start and end themselves is tested without this. See `forking_server` for what is
saved, and for what a run is spared.
"""

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal

Kind = Literal["run", "background", "terminal", "child", "rehearsal"]
NUMBER: Final = struct.Struct("!i")
_REHEARSAL_SECONDS: Final = 90.0


class Forked:
    """A process that was forked, with what tests use of `subprocess.Popen`.

    Attributes:
        pid: Its process.
        returncode: How it ended, by a signal's negative number where one killed it; None until
            somebody has asked and it had ended.
    """

    def __init__(self, told: int) -> None:
        self._told = told
        self.returncode: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self._after(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            TimeoutError: it still runs after so many seconds.
        """
        code = self._after(timeout)
        if code is None:
            message = f"Process {self.pid} did not end."
            raise TimeoutError(message)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended just now
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def _after(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = self._number()
            os.close(self._told)
        return self.returncode

    def _number(self) -> int:
        number: int = NUMBER.unpack(os.read(self._told, NUMBER.size))[0]
        return number


class Fork(Forked):
    """A run in the background.

    Attributes:
        stdout: What it writes.
        stderr: What it complains.
    """

    def __init__(self, told: int, out: int, err: int) -> None:
        self.stdout = os.fdopen(out, encoding="utf-8")
        self.stderr = os.fdopen(err, encoding="utf-8")
        super().__init__(told)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end, and return what else it wrote, which is less than a pipe holds."""
        if self.stdout.closed:
            return "", ""
        self.wait(timeout)
        with self.stdout, self.stderr:
            return self.stdout.read(), self.stderr.read()


class Forks:
    """The process that forks; it ends with the tests' process, or when it is closed.

    Args:
        prefix: What goes before its command; what that takes away is taken from all runs.
        shared: Leads to one that other processes of tests ask as well.
    """

    def __init__(self, *prefix: str, shared: socket.socket | None = None) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if shared is not None:
            self._socket = shared
            return
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.e2e.forking_server", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def run(
        self, arguments: Sequence[str], environment: dict[str, str], stdin: bytes, timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Run `drtui` to its end; return its exit code, stdout and stderr."""
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            given.write(stdin)
            given.seek(0)
            streams = [given.fileno(), out.fileno(), err.fileno()]
            process = Forked(ask(self._socket, "run", arguments, environment, streams))
            code = process.wait(timeout)
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def start(self, arguments: Sequence[str], environment: dict[str, str]) -> Fork:
        """Start `drtui` in the background, with nothing to read."""
        out, into_out = os.pipe()
        err, into_err = os.pipe()
        streams = [os.open(os.devnull, os.O_RDONLY), into_out, into_err]
        told = ask(self._socket, "background", arguments, environment, streams)
        for each in streams:
            os.close(each)
        return Fork(told, out, err)

    def show(self, arguments: Sequence[str], environment: dict[str, str], terminal: int) -> Forked:
        """Start `drtui` as the leader of a session in this terminal."""
        streams = [terminal] * 3
        return Forked(ask(self._socket, "terminal", arguments, environment, streams))

    def rehearse(self, arguments: Sequence[str], environment: dict[str, str]) -> None:
        """Run `drtui` in the process that forks: what is compiled for it is there for all runs."""
        done = Forked(ask(self._socket, "rehearsal", arguments, environment, []))
        assert done.wait(_REHEARSAL_SECONDS) == 0, arguments

    def close(self) -> None:
        """End it, unless others ask it as well."""
        self._socket.close()
        if self._process is not None:
            self._process.wait(10)


def ask(
    forking: socket.socket,
    kind: Kind,
    arguments: Sequence[str],
    environment: dict[str, str],
    streams: list[int],
) -> int:
    """Have a process forked; return what tells its number, and then how it ended.

    Args:
        forking: Leads to the process that forks.
        kind: A run to its end, one in the background, one in a terminal, what such a one starts, or
            one in the process that forks itself.
        arguments: Those of `drtui`.
        environment: All of its environment.
        streams: Its standard input, output and error.
    """
    told, telling = os.pipe()
    request = json.dumps([kind, list(arguments), environment]).encode()
    socket.send_fds(forking, [request], [*streams, telling])
    os.close(telling)
    return told
