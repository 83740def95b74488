"""`drtui demo`: the console on an emulated account, which runs as a child process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from drtui.config import Paths, find_paths, load_settings
from drtui.domain.problems import ProblemError
from drtui.files import make_private, write_privately

NAME: Final = "demo"
_STOP_SECONDS: Final = 5.0


class DemoProblemError(ProblemError):
    """The embedded account does not start."""


@dataclass(frozen=True, slots=True)
class Demo:
    """How to run the demo.

    Attributes:
        options: The emulator's options, as arguments.
        identity: What makes an account another one; the last one is kept while it is the same.
        fresh: Whether to begin with a new account anyway.
        debug: Whether a mistake of drtui's own is shown with its place.
    """

    options: list[str]
    identity: str
    fresh: bool
    debug: bool = False


def run_demo(demo: Demo) -> int:
    """Open the console on the embedded account; returns when it is closed.

    Returns:
        The exit code.

    Raises:
        DemoProblemError: Another demo runs, or the emulator does not start.
        ProblemError: The console cannot be opened.
    """
    from drtui.console import run_console  # noqa: PLC0415 - only where the demo runs
    from drtui.sync.assignment import Assignment  # noqa: PLC0415

    usual = find_paths()
    settings = load_settings(usual)
    # In a folder of its own, so that a new account never touches the store of a real one.
    paths = replace(usual, state=usual.state / "demo")
    with _alone(paths), _emulator(_prepare(paths, demo), demo.options, paths) as ready:
        admin = ready["admin"]
        assignment = Assignment(
            store=str(paths.store(NAME)),
            api_url=ready["api"],
            region=ready["region"],
            keys=(admin["access_key"], admin["secret_key"], admin["session_token"]),
            deliver_at_end=False,
        )
        return run_console(NAME, assignment, paths, settings, simulated=True, debug=demo.debug)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Keep a second demo from the first one's account."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock_file = paths.state / "demo.lock"
    try:
        make_private(lock_file)
        lock = FileLock(lock_file, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise DemoProblemError(
            "Another demo is running: close it first, or set DRTUI_HOME to another folder."
        ) from error
    except OSError as error:
        raise _cannot_write(paths, error) from error
    try:
        yield
    finally:
        lock.release()


def _prepare(paths: Paths, demo: Demo) -> Path:
    """Return the emulator's state file; where the account is another one, store and state go."""
    folder = paths.store(NAME).parent
    state, identity = folder / "account.state", folder / "account.identity"
    try:
        same = identity.exists() and identity.read_text(encoding="utf-8") == demo.identity
        if demo.fresh or not same or not state.exists():
            shutil.rmtree(folder, ignore_errors=True)
            write_privately(identity, demo.identity)
    except OSError as error:
        raise _cannot_write(paths, error) from error
    return state


def _cannot_write(paths: Paths, error: OSError) -> DemoProblemError:
    return DemoProblemError(
        f"The demo cannot keep its account in {paths.state} ({error.strerror}): check the folder's "
        "permissions and free space, or set DRTUI_HOME to another folder."
    )


@contextmanager
def _emulator(state: Path, options: list[str], paths: Paths) -> Iterator[dict[str, Any]]:
    log_file = paths.logs / "emulator.log"
    command = [sys.executable, "-m", "drtui", "emulator", "--attached", "--state", str(state)]
    try:
        make_private(log_file)
        with log_file.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
    except OSError as error:
        raise _cannot_write(paths, error) from error
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise DemoProblemError(f"The embedded account did not start: see {log_file}.")
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
