"""Runs of `drtui` that begin where its imports end: a process that has done them forks for each.

A run is a process of its own as ever, with its own arguments, environment, streams, exit code and
end of the interpreter; only half a second of imports is saved. What is about the start itself is
tested without this.
"""

import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from typing import Final

_PRELOADED: Final = (
    *("alembic.command", "boto3", "lark", "platformdirs", "rich.cells"),
    *("drtui.bootstrap", "drtui.aws.gateway", "drtui.store.database", "drtui.sync.running"),
    *(f"drtui.cli.{name}" for name in ("users", "operations", "accounts", "sync", "summary")),
    "drtui.cli.user_page",
)
_LONGEST: Final = 1_000_000


class Forks:
    """The process that forks; it ends with the tests' process, or when it is closed."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.forking", str(theirs.fileno())],
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
            request = json.dumps([list(arguments), environment]).encode()
            descriptors = [given.fileno(), out.fileno(), err.fileno()]
            socket.send_fds(self._socket, [request], descriptors)
            self._socket.settimeout(timeout)
            code = int(self._socket.recv(100))
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait(10)


def _serve(requests: socket.socket) -> None:
    """Fork for each request; a child returns, to run and to end like any other process."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, 3)
        if not request:
            os._exit(0)
        child = os.fork()
        if child == 0:
            requests.close()
            arguments, environment = json.loads(request)
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            os.environ.clear()
            os.environ.update(environment)
            sys.argv = ["drtui", *arguments]
            return
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    for module in _PRELOADED:
        import_module(module)
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from drtui.__main__ import main

    main()
