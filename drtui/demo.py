"""`drtui demo`: the console on an emulated account, which runs as a child process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drtui.config import Paths, find_paths, load_settings
from drtui.domain.problems import ProblemError

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
    """

    options: list[str]
    identity: str
    fresh: bool


def run_demo(demo: Demo) -> None:
    """Open the console on the embedded account; returns when it is closed.

    Raises:
        DemoProblemError: The emulator does not start.
    """
    from drtui.console import run_console  # noqa: PLC0415 - the console's libraries are heavy
    from drtui.sync.attending import Assignment  # noqa: PLC0415

    paths = find_paths()
    settings = load_settings(paths)
    kept = _prepare(paths, demo)
    with _emulator([*demo.options, "--state", str(kept)], paths) as ready:
        admin = ready["admin"]
        assignment = Assignment(
            store=str(paths.store(NAME)),
            api_url=ready["api"],
            region=ready["region"],
            keys=(admin["access_key"], admin["secret_key"], admin["session_token"]),
            deliver_at_end=False,
        )
        run_console(NAME, assignment, paths, settings, simulated=True)


def _prepare(paths: Paths, demo: Demo) -> Path:
    """Return the emulator's state file; where the account is another one, store and state go."""
    store = paths.store(NAME)
    state, identity = store.with_name("demo.state"), store.with_name("demo.identity")
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    same = identity.exists() and identity.read_text(encoding="utf-8") == demo.identity
    if demo.fresh or not same or not state.exists():
        for each in store.parent.glob("demo.*"):
            each.unlink()
        identity.write_text(demo.identity, encoding="utf-8")
    return state


@contextmanager
def _emulator(options: list[str], paths: Paths) -> Iterator[dict[str, Any]]:
    paths.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "drtui", "emulator", "--attached", *options]
    with (paths.logs / "emulator.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise DemoProblemError(
                f"The embedded account did not start: see {paths.logs / 'emulator.log'}."
            )
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
