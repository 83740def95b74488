"""The console's terminal, and its loss: a dropped SSH session, a closed window."""

import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TextIO

from textual.app import App
from textual.drivers import linux_driver

from drtui.pasting import PasteParser

HUNG_UP: Final = 129
"""The exit code of a console whose terminal went away: 128 and SIGHUP."""


class TerminalDriver(linux_driver.LinuxDriver):
    """Textual's driver, for a terminal that may go away at any time.

    Not every console is sent SIGHUP then (only the session's leader is, and a shell's jobs), and
    Textual's own threads do not bear it: the one that writes dies, so that the queue to it fills
    and the console waits for ever, and the one that reads finds the end of its input again and
    again. So the loss ends the console as the signal would.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file: Any = _Output(sys.__stderr__ or sys.stderr, self._lost)
        threading.Thread(target=self._watch, name="terminal-watch", daemon=True).start()

    def run_input_thread(self) -> None:
        """Read keys until the console ends, or the terminal."""
        # Textual's driver makes its parser by this name, and takes no other.
        vars(linux_driver)["XTermParser"] = PasteParser
        try:
            super().run_input_thread()
        except OSError:
            self._lost()

    def _watch(self) -> None:
        """Wait for the terminal's end; nothing else wakes this."""
        watched = select.poll()
        watched.register(self.fileno, 0)
        watched.poll()
        self._lost()

    def _lost(self) -> None:
        _write_nowhere()
        with suppress(RuntimeError):  # the console has ended already
            self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)


class _Output:
    """The terminal as Textual's writing thread sees it: it never fails."""

    def __init__(self, file: TextIO, lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost

    def write(self, text: str) -> None:
        try:
            self._file.write(text)
        except OSError:
            self._lost()

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError:
            self._lost()

    def fileno(self) -> int:
        return self._file.fileno()


def _write_nowhere() -> None:
    """Let standard output and error lead nowhere, so that what is still written cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
