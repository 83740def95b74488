"""The process that has done drtui's imports and forks for each run: see `forking`.

Saved are imports, botocore's reading of its descriptions of services, what the libraries prepare
for the first store of a process, the migrations of an empty store, the compiling of statements
that a rehearsal had, and at the end the taking
apart of all modules, once threads have ended and what waits for the exit is done. What a console
starts is forked here as well.
"""

import atexit
import fcntl
import gc
import json
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Final, cast

import pytest
from botocore import hooks
from botocore.session import Session
from sqlalchemy import Connection

from drtui import cli
from drtui.store import schema
from drtui.store.database import open_database
from tests.e2e.forking import NUMBER, Forked, ask
from tests.support.botocore_files import read_once
from tests.support.cheap_stores import compile_once
from tests.support.fork_doors import Door

_PRELOADED: Final = (
    *("alembic.command", "boto3", "lark", "platformdirs", "rich.cells"),
    *("drtui.bootstrap", "drtui.aws.gateway", "drtui.store.database", "drtui.sync.running"),
    *("drtui.commands.deployment_info", "drtui.couriers", "email.policy", "encodings.idna"),
    *(f"drtui.cli.{name}" for name, _ in cli._COMMANDS.values()),
    *("drtui.cli.user_page", "drtui.commands.doctor", "drtui.cli.model_refreshing"),
    *(f"drtui.cli.models{part}" for part in ("_changes", "_downloads", "_import")),
    *("drtui.cli.model_page", "drtui.aws.downloads", "drtui.store.tables.changes"),
    *("typer._adapters", "typer._click._textwrap", "typer._click.decorators"),
)
_OF_A_CONSOLE: Final = (
    *("drtui.start", "drtui.app", "drtui.demo", "drtui.sync.attending", "drtui.sync.child"),
    *("drtui.configured_accounts", "drtui.emulator.server", "textual.drivers.linux_driver"),
)
_OF_A_DOCTOR: Final = (
    *("drtui.widgets.size_guard", "drtui.aws.doctoring", "keyring.backends.chainer"),
    *(f"keyring.backends.{name}" for name in ("kwallet", "libsecret", "SecretService")),
)
_FILES: Final = ("partitions", "endpoints", "sdk-default-configuration", "_retry")
_SERVICES: Final = (
    *("budgets", "ce", "cloudformation", "cloudwatch", "cognito-identity", "cognito-idp"),
    *("iam", "identitystore", "service-quotas", "sesv2", "sns", "sso-admin", "sts"),
)
_PARTS: Final = ("service-2", "endpoint-rule-set-1", "paginators-1")
_OF_A_DUMP: Final = ("BEGIN TRANSACTION;", "COMMIT;")
_LONGEST: Final = 1_000_000
_THREAD_SECONDS: Final = 60.0
_DRTUI: Final = [sys.executable, "-m", "drtui"]


def _read_services() -> None:
    """Read the descriptions of the services that drtui calls, for all runs."""
    read_once(pytest.MonkeyPatch())
    cast("Any", hooks).accepts_kwargs = cache(hooks.accepts_kwargs)
    loader = Session().get_component("data_loader")
    for name in _FILES:
        loader.load_data(name)
    for service in _SERVICES:
        for part in _PARTS:
            loader.load_service_model(service, part)


def _fill_new_stores() -> None:
    """Let a new store be filled by what the migrations made of one, in the same transaction."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "account.db"
        for _ in range(2):  # what the libraries prepare for the first store, and for a later one
            open_database(path).close()
        with closing(sqlite3.connect(path)) as made:
            written = [each for each in made.iterdump() if each not in _OF_A_DUMP]
    migrate = cast("Any", schema)._upgrade

    def filled(connection: Connection, target: str) -> None:
        if target != schema.HEAD or schema.revision(connection) is not None:
            migrate(connection, target)
            return
        for each in written:
            connection.exec_driver_sql(each)

    cast("Any", schema)._upgrade = filled


def _rehearse(arguments: list[str], environment: dict[str, str]) -> int:
    """Run `drtui` in this process, and forget whatever is that run's own; return its exit code."""
    ours = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        with Path(os.devnull).open("w") as unseen, redirect_stdout(unseen), redirect_stderr(unseen):
            code = cli.run(arguments)
    finally:
        os.environ.clear()
        os.environ.update(ours)
    log = logging.getLogger()
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    for thread in threading.enumerate():  # a fork would have this one alone
        if thread is not threading.main_thread():
            thread.join(_THREAD_SECONDS)
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()
    return code


@cache
def _prepare_consoles() -> None:
    """Import what a console shows, once one is asked for."""
    for name in _OF_A_CONSOLE:
        import_module(name)
    from drtui.screens.warming import import_ahead

    import_ahead()
    gc.freeze()


@cache
def _prepare_doctors() -> None:
    """Import what a doctor looks at, once one is asked for."""
    for name in _OF_A_DOCTOR:
        import_module(name)
    gc.freeze()


class _Child(Forked):
    """What a console started, with what it uses of `subprocess.Popen`."""

    def __init__(self, told: int, stdin: int, stdout: int | None) -> None:
        self.stdin = os.fdopen(stdin, "w", encoding="utf-8")
        self.stdout = None if stdout is None else os.fdopen(stdout, encoding="utf-8")
        super().__init__(told)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        try:
            return super().wait(timeout)
        except TimeoutError as error:
            raise subprocess.TimeoutExpired(_DRTUI, timeout or 0.0) from error


def _lend(asking: socket.socket) -> None:
    """Let the engine and the account that a console starts be forked as it was itself."""
    from drtui import demo
    from drtui.sync import child

    def started(
        command: Sequence[str], *, stdout: IO[str] | int, stderr: IO[str], **_: object
    ) -> _Child:
        assert list(command[:3]) == _DRTUI
        given, stdin = os.pipe()
        heard, into = os.pipe() if isinstance(stdout, int) else (None, os.dup(stdout.fileno()))
        streams = [given, into, stderr.fileno()]
        told = ask(asking, "child", command[3:], dict(os.environ), streams)
        os.close(given)
        os.close(into)
        return _Child(told, stdin, heard)

    lent = SimpleNamespace(**{**vars(subprocess), "Popen": started})
    for module in (demo, child):
        cast("Any", module).subprocess = lent


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


class _Server:
    """Forks for each request, and tells who asked how it ended.

    Args:
        door: Where the tests ask.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._telling: dict[int, int] = {}
        self._woken, self._waking = socket.socketpair()
        self._woken.setblocking(False)
        self._waking.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waking.fileno())

    def serve(self) -> None:
        """Serve; a child returns, to run and to end like any other process."""
        while True:
            ready = self._door.wait(self._woken)
            if self._woken in ready:
                self._tell()
            for each in ready:
                if each is not self._woken and self._answer(each):
                    return

    def _answer(self, asker: socket.socket) -> bool:
        """Fork as is asked for; True in the child."""
        asked = self._door.request(asker)
        if asked is None:
            return False
        request, descriptors = asked
        kind, arguments, environment = json.loads(request)
        if kind == "rehearsal":
            for number in (os.getpid(), _rehearse(arguments, environment)):
                os.write(descriptors[0], NUMBER.pack(number))
            os.close(descriptors[0])
            return False
        asking = None
        if kind == "terminal":
            _prepare_consoles()
            ours, asking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._door.add(ours)
        if "doctor" in arguments:
            _prepare_doctors()
        *streams, told = descriptors
        child = os.fork()
        if child == 0:
            self._forget()
            _become(kind, streams)
            os.write(told, NUMBER.pack(os.getpid()))
            os.close(told)
            if asking is not None:
                _lend(asking)
            os.environ.clear()
            os.environ.update(environment)
            sys.argv = ["drtui", *arguments]
            return True
        self._telling[child] = told
        for each in streams:
            os.close(each)
        if asking is not None:
            asking.close()
        return False

    def _tell(self) -> None:
        """Tell of those that have ended."""
        with suppress(BlockingIOError):
            self._woken.recv(_LONGEST)
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                child, status = ended
                telling = self._telling.pop(child)
                with suppress(BrokenPipeError):  # nobody wants to know any more
                    os.write(telling, NUMBER.pack(os.waitstatus_to_exitcode(status)))
                os.close(telling)

    def _forget(self) -> None:
        """In a child: be no server."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in (self._door, self._woken, self._waking):
            each.close()
        for telling in self._telling.values():
            os.close(telling)


def _become(kind: str, streams: list[int]) -> None:
    """In a child: have these streams, and lead a session where that is the way of its kind."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    for descriptor in streams:
        os.close(descriptor)
    if kind == "run":  # into files, as the streams that there are
        return
    if kind in ("terminal", "child"):
        os.setsid()
    if kind == "terminal":
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    lines = 1 if kind == "terminal" else -1
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", lines, "utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # type: ignore[misc]  # noqa: SIM115


if __name__ == "__main__":
    for module in _PRELOADED:
        import_module(module)
    _read_services()
    compile_once(pytest.MonkeyPatch())
    _fill_new_stores()
    gc.freeze()
    _Server(Door(socket.socket(fileno=int(sys.argv[1])))).serve()
    from drtui.__main__ import main

    try:
        main()
    except SystemExit as ended:
        _end(ended.code)
