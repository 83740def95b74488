"""How processes that fork are asked: each by one process of tests, or by all of a run.

What spreads tests over processes keeps a `ForkServers`; its servers begin with the first process
that asks, and end with the run. Without it, whoever asks begins a server of its own.
"""

import fcntl
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

_FOLDER: Final = "TESTS_FORK_DOORS"  # the variable that says where a run's doors are
_MODULES: Final = (
    "tests.e2e.forking_server",
    "tests.support.emulator_forks",
    "tests.support.moto_forks",
)
_ROOT: Final = Path(__file__).parents[2]
_INPUT: Final = 0
_LONGEST: Final = 1_000_000


class ForkServers:
    """The servers of a run, and the doors at which they are asked."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="drtui-")  # a socket's path has to be short
        self._ended, self._ending = socket.socketpair()
        self._servers: list[subprocess.Popen[bytes]] = []
        self._doors: dict[socket.socket, str] = {}
        for module in _MODULES:
            door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            door.bind(str(Path(self._folder.name, module)))
            door.listen(100)
            self._doors[door] = module
        os.environ[_FOLDER] = self._folder.name
        self._thread = Thread(target=self._begin, daemon=True)
        self._thread.start()

    def _begin(self) -> None:
        """Begin each server when somebody is at its door."""
        while True:
            ready = select.select([self._ended, *self._doors], [], [])[0]
            if self._ended in ready:
                return
            for door in ready:
                command = [sys.executable, "-m", self._doors.pop(door), str(door.fileno())]
                self._servers.append(
                    subprocess.Popen(
                        command, pass_fds=[door.fileno()], stdin=subprocess.PIPE, cwd=_ROOT
                    )
                )
                door.close()

    def close(self) -> None:
        """End the servers."""
        del os.environ[_FOLDER]
        self._ending.close()
        self._thread.join()
        for server in self._servers:
            assert server.stdin is not None
            server.stdin.close()
        for server in self._servers:
            server.wait(10)
        for each in (*self._doors, self._ended):
            each.close()
        self._folder.cleanup()


def of_the_run(module: str) -> socket.socket | None:
    """Return what leads to the run's server of a module; None where there is none."""
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return None
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.connect(str(Path(folder, module)))
    return door


@contextmanager
def once_in_a_run(what: str) -> Iterator[bool]:
    """Say whether something is to be done, as nobody of the run did it; others wait meanwhile."""
    folder = os.environ.get(_FOLDER)
    if folder is None:
        yield True
        return
    with Path(folder, what).open("a") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        yield done.tell() == 0
        done.write("done")


class Door:
    """Where a server is asked; at the end of those who may ask, its process ends.

    Args:
        given: Leads to who alone asks, or is the door of a run, that ends with standard input.
    """

    def __init__(self, given: socket.socket) -> None:
        of_a_run = bool(given.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        self._door = given if of_a_run else None
        self._only = None if of_a_run else given
        self._askers = [] if of_a_run else [given]

    def add(self, asker: socket.socket) -> None:
        """Let somebody else ask."""
        self._askers.append(asker)

    def wait(self, *beside: socket.socket) -> Sequence[socket.socket]:
        """Wait for who asks, or for something beside that; return who did."""
        door = [] if self._door is None else [self._door]
        watched: list[Any] = [*beside, *self._askers, *door, *([_INPUT] if door else [])]
        ready = select.select(watched, [], [])[0]
        if _INPUT in ready:
            os._exit(0)
        self._askers += [each.accept()[0] for each in door if each in ready]
        return [each for each in ready if each in beside or each in self._askers]

    def request(self, asker: socket.socket) -> tuple[bytes, list[int]] | None:
        """Return what is asked for and the descriptors with it; None if that one is gone."""
        request, descriptors, _, _ = socket.recv_fds(asker, _LONGEST, 4)
        if request:
            return request, descriptors
        if asker is self._only:
            os._exit(0)
        self._askers.remove(asker)
        asker.close()
        return None

    def close(self) -> None:
        """In a child: be asked nothing."""
        for each in (*self._askers, *filter(None, [self._door])):
            each.close()
