"""Runs of `drtui` that begin where its imports end: a process that has done them forks for each.

A run is a process of its own as ever, with its own arguments, environment, streams and exit code.
Saved are imports, botocore's reading of its descriptions of services, what the libraries prepare
for the first store of a process, and at the end the taking apart of all modules, once threads
have ended and what waits for the exit is done. What is about start and end themselves is tested
without this.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from botocore.loaders import JSONFileLoader, Loader, create_loader

_PRELOADED: Final = (
    *("alembic.command", "boto3", "lark", "platformdirs", "rich.cells"),
    *("drtui.bootstrap", "drtui.aws.gateway", "drtui.store.database", "drtui.sync.running"),
    *("drtui.commands.deployment_info", "drtui.couriers", "email.policy", "encodings.idna"),
    *(f"drtui.cli.{name}" for name in ("users", "operations", "accounts", "sync", "summary")),
    *(f"drtui.cli.{name}" for name in ("access", "billing", "doctor", "inviting", "setup")),
    *("drtui.cli.user_page", "drtui.commands.doctor", "drtui.cli.model_refreshing"),
    *(f"drtui.cli.models{part}" for part in ("", "_changes", "_downloads", "_import")),
    *("drtui.cli.model_page", "drtui.aws.downloads", "drtui.store.tables.changes"),
    *("typer._adapters", "typer._click._textwrap", "typer._click.decorators"),
)
_FILES: Final = ("partitions", "endpoints", "sdk-default-configuration", "_retry")
_SERVICES: Final = (
    *("budgets", "ce", "cloudformation", "cloudwatch", "cognito-identity", "cognito-idp"),
    *("iam", "identitystore", "service-quotas", "sesv2", "sns", "sso-admin", "sts"),
)
_PARTS: Final = ("service-2", "endpoint-rule-set-1", "paginators-1")
_LONGEST: Final = 1_000_000
_NUMBER: Final = struct.Struct("!i")


class Fork:
    """A run in the background, with what tests use of `subprocess.Popen`.

    Attributes:
        pid: Its process.
        returncode: How it ended, by a signal's negative number where one killed it; None until
            somebody has asked and it had ended.
        stdout: What it writes.
        stderr: What it complains.
    """

    def __init__(self, told: int, out: int, err: int) -> None:
        self._told = told
        self.stdout = os.fdopen(out, encoding="utf-8")
        self.stderr = os.fdopen(err, encoding="utf-8")
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

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end, and return what else it wrote, which is less than a pipe holds."""
        if self.stdout.closed:
            return "", ""
        self.wait(timeout)
        with self.stdout, self.stderr:
            return self.stdout.read(), self.stderr.read()

    def _after(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = self._number()
            os.close(self._told)
        return self.returncode

    def _number(self) -> int:
        number: int = _NUMBER.unpack(os.read(self._told, _NUMBER.size))[0]
        return number


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
            descriptors = [given.fileno(), out.fileno(), err.fileno()]
            self._ask(arguments, environment, descriptors)
            self._socket.settimeout(timeout)
            code = int(self._socket.recv(100))
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def start(self, arguments: Sequence[str], environment: dict[str, str]) -> Fork:
        """Start `drtui` in the background, with nothing to read."""
        out, into_out = os.pipe()
        err, into_err = os.pipe()
        told, telling = os.pipe()
        given = os.open(os.devnull, os.O_RDONLY)
        theirs = [given, into_out, into_err, telling]
        self._ask(arguments, environment, theirs)
        for each in theirs:
            os.close(each)
        return Fork(told, out, err)

    def _ask(
        self, arguments: Sequence[str], environment: dict[str, str], descriptors: list[int]
    ) -> None:
        request = json.dumps([list(arguments), environment]).encode()
        socket.send_fds(self._socket, [request], descriptors)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait(10)


_file: Final = cache(JSONFileLoader().load_file)


class _KeptFiles(JSONFileLoader):
    """What is in botocore's files, by their paths: which one is read stays the run's affair."""

    def load_file(self, file_path: str) -> Any:
        """Read it, unless that was done."""
        return _file(file_path)


def _read_services() -> None:
    """Read the descriptions of the services that drtui calls, for all runs."""
    Loader.FILE_LOADER_CLASS = _KeptFiles
    loader = create_loader()
    for name in _FILES:
        loader.load_data(name)
    for service in _SERVICES:
        for part in _PARTS:
            loader.load_service_model(service, part)


def _open_a_store() -> None:
    """Open a new store, so that those of the runs find prepared what does not depend on one."""
    from drtui.store.database import open_database

    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            open_database(Path(folder) / "account.db").close()


def _end(code: str | int | None) -> None:
    """End as the interpreter does, but without taking apart what this process only inherited."""
    if isinstance(code, str):
        sys.exit(code)
    cast("Any", threading)._shutdown()
    cast("Any", atexit)._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)
    os._exit((code or 0) & 0xFF)


def _serve(requests: socket.socket) -> None:
    """Fork for each request; a child returns, to run and to end like any other process."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, 4)
        if not request:
            os._exit(0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # those who waited for runs in the background
        child = os.fork()
        if child == 0:
            requests.close()
            background = len(descriptors) == 4
            if background:
                _stand_by(descriptors)
            arguments, environment = json.loads(request)
            for number, descriptor in enumerate(descriptors[:3]):
                os.dup2(descriptor, number)
            for descriptor in descriptors:
                os.close(descriptor)
            if background:  # pipes, where this process may have begun with files
                sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # for good
                sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
            os.environ.clear()
            os.environ.update(environment)
            sys.argv = ["drtui", *arguments]
            return
        for descriptor in descriptors:
            os.close(descriptor)
        if len(descriptors) == 3:
            _, status = os.waitpid(child, 0)
            requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _stand_by(descriptors: list[int]) -> None:
    """Fork once more; the child returns, and this process tells who it is and how it ended."""
    child = os.fork()
    if child == 0:
        return
    *streams, telling = descriptors
    for descriptor in streams:
        os.close(descriptor)
    os.write(telling, _NUMBER.pack(child))
    _, status = os.waitpid(child, 0)
    os.write(telling, _NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


if __name__ == "__main__":
    for module in _PRELOADED:
        import_module(module)
    _read_services()
    _open_a_store()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from drtui.__main__ import main

    try:
        main()
    except SystemExit as ended:
        _end(ended.code)
