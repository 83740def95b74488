"""Runs of `drtui` that begin where its imports end: a process that has done them forks for each.

A run is a process of its own as ever, with its own arguments, environment, streams, exit code and
end of the interpreter; only imports, and botocore's reading of its descriptions of services, are
saved. What is about the start itself is tested without this.
"""

import gc
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

from botocore.loaders import JSONFileLoader, Loader, create_loader

_PRELOADED: Final = (
    *("alembic.command", "boto3", "lark", "platformdirs", "rich.cells"),
    *("drtui.bootstrap", "drtui.aws.gateway", "drtui.store.database", "drtui.sync.running"),
    *("drtui.commands.deployment_info", "drtui.couriers", "email.policy", "encodings.idna"),
    *(f"drtui.cli.{name}" for name in ("users", "operations", "accounts", "sync", "summary")),
    *(f"drtui.cli.{name}" for name in ("access", "billing", "doctor", "inviting", "setup")),
    *("drtui.cli.user_page", "drtui.commands.doctor"),
)
_FILES: Final = ("partitions", "endpoints", "sdk-default-configuration", "_retry")
_SERVICES: Final = (
    *("budgets", "ce", "cloudformation", "cloudwatch", "cognito-identity", "cognito-idp"),
    *("iam", "identitystore", "service-quotas", "sesv2", "sns", "sso-admin", "sts"),
)
_PARTS: Final = ("service-2", "endpoint-rule-set-1", "paginators-1")
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
    _read_services()
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from drtui.__main__ import main

    main()
