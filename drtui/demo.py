"""`drtui demo`: the console on an emulated account, which runs as a child process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from drtui.config import DEMO, Account, Paths, find_paths, load_settings
from drtui.domain.problems import ProblemError
from drtui.domain.wording import counted
from drtui.files import make_private, write_privately

_STOP_SECONDS: Final = 5.0


class DemoProblemError(ProblemError):
    """The embedded account does not start."""


@dataclass(frozen=True, slots=True)
class Demo:
    """How to run the demo.

    Attributes:
        racers: How many racers a new account has.
        seed: What a new account's racers are drawn by.
        options: The emulator's other options, as arguments.
        fresh: Whether to begin with a new account; the last one goes on otherwise.
        debug: Whether a mistake of drtui's own is shown with its place.
    """

    racers: int
    seed: int
    options: list[str]
    fresh: bool
    debug: bool = False


def run_demo(demo: Demo, tell: Callable[[str], None]) -> int:
    """Open the console on the embedded account; returns when it is closed.

    Args:
        demo: How to run it.
        tell: Told when the last demo goes on with other racers than were asked for.

    Returns:
        The exit code.

    Raises:
        DemoProblemError: Another demo runs, or the emulator does not start.
        ProblemError: The console cannot be opened.
    """
    from drtui.console import run_console
    from drtui.sync.assignment import Assignment

    usual = find_paths()
    settings = load_settings(usual)
    # In a folder of its own, so that a new account never touches the store of a real one.
    paths = replace(usual, state=usual.state / "demo")
    with _alone(paths), _emulator(_prepare(paths, demo, tell), demo, paths) as ready:
        control = paths.state / "control"
        try:
            write_privately(control, ready["control"])
        except OSError as error:
            raise _cannot_write(paths, error) from error
        admin = ready["admin"]
        assignment = Assignment(
            store=str(paths.store(DEMO)),
            api_url=ready["api"],
            region=ready["region"],
            keys=(admin["access_key"], admin["secret_key"], admin["session_token"]),
            deliver_at_end=False,
            upload_bucket=ready["upload_bucket"],
            upload_endpoint=ready["s3"],
        )
        account = Account(DEMO, ready["api"], ready["region"], upload_bucket=ready["upload_bucket"])
        settings = replace(settings, accounts={**settings.accounts, DEMO: account})
        return run_console(DEMO, assignment, paths, settings, simulated=True, debug=demo.debug)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Keep a second demo from the first one's account."""
    from filelock import FileLock, Timeout

    lock_file = paths.state / "demo.lock"
    try:
        make_private(lock_file)
        lock = FileLock(lock_file, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise DemoProblemError(
            "Another demo is running, and there is one at a time: close it (q in its console), or "
            "set DRTUI_HOME to another folder for one beside it."
        ) from error
    except OSError as error:
        raise _cannot_write(paths, error) from error
    try:
        yield
    finally:
        lock.release()


def _prepare(paths: Paths, demo: Demo, tell: Callable[[str], None]) -> Path:
    """Return the emulator's state file; only a fresh demo takes the place of the last one."""
    folder = paths.store(DEMO).parent
    state, identity = folder / "account.state", folder / "account.identity"
    try:
        if demo.fresh or not state.exists():
            shutil.rmtree(folder, ignore_errors=True)
            write_privately(identity, f"{demo.racers} {demo.seed}")
        elif identity.exists() and (kept := _numbers(identity)):
            _tell_of_kept(kept, demo, tell)
    except OSError as error:
        raise _cannot_write(paths, error) from error
    return state


def _numbers(identity: Path) -> tuple[int, int] | None:
    """Return racers and seed of the last demo; None where nobody can tell."""
    try:
        racers, seed = identity.read_text(encoding="utf-8").split()
        return int(racers), int(seed)
    except ValueError:
        return None


def _tell_of_kept(kept: tuple[int, int], demo: Demo, tell: Callable[[str], None]) -> None:
    racers, seed = kept
    other = [f"--racers {demo.racers}"] if racers != demo.racers else []
    other += [f"--seed {demo.seed}"] if seed != demo.seed else []
    if other:
        of = counted(racers, "racer")
        tell(f"The demo of {of} goes on; {' '.join(['--fresh', *other])} begins another.")


def _cannot_write(paths: Paths, error: OSError) -> DemoProblemError:
    return DemoProblemError(
        f"The demo cannot keep its account in {paths.state} ({error.strerror}): check the folder's "
        "permissions and free space, or set DRTUI_HOME to another folder."
    )


@contextmanager
def _emulator(state: Path, demo: Demo, paths: Paths) -> Iterator[dict[str, Any]]:
    log_file = paths.logs / "emulator.log"
    command = [sys.executable, "-m", "drtui", "emulator", "--attached", "--state", str(state)]
    command += ["--racers", str(demo.racers), "--seed", str(demo.seed), *demo.options]
    try:
        make_private(log_file)
        with log_file.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                command,
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
            raise DemoProblemError(
                f"The embedded account did not start: see {log_file}; --fresh begins a new one."
            )
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
