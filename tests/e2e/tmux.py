"""A tmux server of a test's own, with `drtui` in its one window."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pexpect
import pytest

from tests.e2e.terminal import end

WAIT: Final = 90.0
_LOOK: Final = 0.15
_PATIENCE: Final = 3.0
_SESSION: Final = "drtui"
_SETTINGS: Final = "set -g status off\nset -g remain-on-exit on\nset -g window-size latest\n"
_MISSING: Final = (
    "tmux is not installed, so the console was not run in it: install the package “tmux” "
    "(apt-get install tmux, brew install tmux), or run .ci/run, which does so where it can."
)

needs_tmux: Final = pytest.mark.skipif(shutil.which("tmux") is None, reason=_MISSING)


class Tmux:
    """The server, talked to by its own commands."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        # An environment without what the tests' own terminal or tmux may have put there.
        kept = {name: value for name, value in environment.items() if not name.startswith("TMUX")}
        self._environment = kept | {"TMUX_TMPDIR": str(folder)}
        self._settings = folder / "tmux.conf"
        self._settings.write_text(_SETTINGS)

    def command(self, *arguments: str) -> str:
        """Give a command, and return what it prints."""
        done = subprocess.run(
            [*self._program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=True,
        )
        return done.stdout

    @property
    def _program(self) -> list[str]:
        return ["tmux", "-L", "drtui-test", "-f", str(self._settings)]

    def start(self, command: Sequence[str], columns: int, lines: int) -> None:
        """Open the window, with nobody attached."""
        size = ("-x", str(columns), "-y", str(lines))
        self.command("new-session", "-d", "-s", _SESSION, *size, "--", *command)

    @property
    def text(self) -> str:
        """What is on the window."""
        return self.command("capture-pane", "-p", "-t", _SESSION)

    @property
    def styled(self) -> str:
        """What is on the window, with its colours."""
        return self.command("capture-pane", "-e", "-p", "-t", _SESSION)

    def ask(self, form: str) -> str:
        """What tmux says of the window, in its own words for it."""
        return self.command("display-message", "-p", "-t", _SESSION, form).strip()

    def wait_for(self, holds: Callable[[str], bool], what: str = "it") -> str:
        """Look at the window until it shows it."""
        deadline = time.monotonic() + WAIT
        while not holds(text := self.text):
            assert time.monotonic() < deadline, f"{what} never showed:\n{text}"
            time.sleep(_LOOK)  # each is a process
        return text

    def see(self, *needles: str) -> str:
        """Wait until all of this is on the window."""
        return self.wait_for(lambda text: all(one in text for one in needles), repr(needles))

    def press(self, *keys: str) -> None:
        """Press keys by the names that tmux has for them."""
        self.command("send-keys", "-t", _SESSION, *keys)

    def insist(self, key: str, holds: Callable[[str], bool]) -> None:
        """Press a key until it has done what it has to.

        A plan takes no key that came in before it was drawn, and that can be a moment after it
        is seen here.
        """
        deadline = time.monotonic() + WAIT
        pressed = 0.0
        while not holds(text := self.text):
            assert time.monotonic() < deadline, f"{key} did nothing:\n{text}"
            if time.monotonic() - pressed > _PATIENCE:
                self.press(key)
                pressed = time.monotonic()
            time.sleep(_LOOK)

    def write(self, text: str) -> None:
        """Type a text."""
        self.command("send-keys", "-t", _SESSION, "-l", "--", text)

    @contextmanager
    def attached(self, columns: int, lines: int) -> Iterator["pexpect.spawn[bytes]"]:
        """A terminal of this size that is attached for as long as the context."""
        program, *arguments = self._program
        client = pexpect.spawn(
            program,
            [*arguments, "attach-session", "-t", _SESSION],
            env=self._environment,
            dimensions=(lines, columns),
        )
        try:
            self.until("#{session_attached}", "1", client)
            yield client
            self.command("detach-client", "-s", _SESSION)
            self.until("#{session_attached}", "0", client)
        finally:
            end(client)

    def until(self, form: str, wanted: str, client: "pexpect.spawn[bytes] | None" = None) -> None:
        """Wait until tmux says this; what it draws for a client is read meanwhile."""
        deadline = time.monotonic() + WAIT
        while (told := self.ask(form)) != wanted:
            assert time.monotonic() < deadline, f"{form} stayed {told}"
            drain(client)
            time.sleep(_LOOK)

    def stop(self) -> None:
        """End the server, whatever runs in it."""
        subprocess.run(
            [*self._program, "kill-server"],
            env=self._environment,
            capture_output=True,
            timeout=WAIT,
            check=False,
        )


def drain(client: "pexpect.spawn[bytes] | None") -> None:
    """Read what a client was sent, so that it never waits for somebody to look."""
    try:
        while client is not None:
            client.read_nonblocking(65_536, timeout=0)
    except (pexpect.TIMEOUT, pexpect.EOF):
        return


@contextmanager
def tmux_server(environment: Mapping[str, str]) -> Iterator[Tmux]:
    """A server of one's own; it ends with the context."""
    # A socket's path has to be short, which the tests' own folders are not.
    with tempfile.TemporaryDirectory(prefix="drtui-") as folder:
        server = Tmux(Path(folder), environment)
        try:
            yield server
        finally:
            server.stop()
